import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../../tools/testenv/scale.js';
import { isRpcError } from './rpc-error.js';
import { ValueSplitter } from './value-splitter.js';

const utf8 = new TextEncoder();

/** What comes out of a splitter, and how it failed. */
function split(chunks: readonly (string | Uint8Array)[], maxValueBytes?: number) {
  const values: unknown[] = [];
  const texts: string[] = [];
  const splitter = new ValueSplitter((value, text) => {
    values.push(value);
    texts.push(text);
  }, maxValueBytes);
  try {
    for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? utf8.encode(chunk) : chunk);
  } catch (error) {
    if (!isRpcError(error)) throw error;
    return { values, texts, failure: `${error.code}: ${error.message}`, isInside: splitter.isInside };
  }
  return { values, texts, failure: undefined, isInside: splitter.isInside };
}

const eachByte = (text: string): Uint8Array[] => [...utf8.encode(text)].map((byte) => Uint8Array.of(byte));

describe('conformance 13, 14, 15, 18, 19: the splitter', () => {
  const value = { text: '"{}[]\\€ü\u{1f600}', list: [1, -2.5e3, true, null], 'a{': {} };
  const text = JSON.stringify(value);

  it('takes a value whole, and byte by byte', () => {
    expect(split([`${text}\n`]).values).toEqual([value]);
    expect(split(eachByte(`${text}\n`))).toMatchObject({ values: [value], texts: [text], isInside: false });
  });

  it('takes several values of one chunk, with and without line ends', () => {
    expect(split([`${text}${text}\n${text} \r\n\t${text}`]).values).toEqual([value, value, value, value]);
    expect(split(['1 2\n"x"[]null true{} 5']).values).toEqual([1, 2, 'x', [], null, true, {}]);
  });

  it('skips blanks and empty chunks', () => {
    expect(split([' \n\t\r', '', '\n', `${text}`, '\n\n'])).toMatchObject({ values: [value], isInside: false });
  });

  it('knows that it is inside a value', () => {
    expect(split(['{"id":0,"res'])).toMatchObject({ values: [], failure: undefined, isInside: true });
  });

  it('replaces bytes that are no UTF-8', () => {
    expect(split([Uint8Array.of(0x22, 0xff, 0x22)]).values).toEqual(['\ufffd']);
  });
});

describe('conformance 46: what is no JSON', () => {
  it.each([
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"method": bad}\n', "invalid character 'b' looking for beginning of value"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 2}', "invalid character '2' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1}', "invalid character '}' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['tru3', "invalid character '3' in literal true (expecting 'e')"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e"', "invalid character '\"' in exponent of numeric literal"],
    ['1e+x', "invalid character 'x' in exponent of numeric literal"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ['}', "invalid character '}' looking for beginning of value"],
    ['['.repeat(10_001), 'exceeded max depth'],
  ])('%.30s: %s', (text, message) => {
    expect(split([text]).failure).toBe(`invalid_json: ${message}`);
    expect(split(eachByte(text)).failure).toBe(`invalid_json: ${message}`);
  });

  it('hands on the values in front of it', () => {
    expect(split(['{"a":1}\n{bad'])).toMatchObject({
      values: [{ a: 1 }],
      failure: expect.stringMatching(/^invalid_json/) as string,
    });
  });
});

it('keeps no value that is larger than the limit', () => {
  const text = JSON.stringify('x'.repeat(98));
  expect(split([text], 100)).toMatchObject({ failure: undefined, values: [expect.any(String)] });
  const failure = 'value_too_large: the peer sent a value of more than 99 bytes';
  expect(split([text], 99).failure).toBe(failure);
  expect(split(eachByte(text), 99).failure).toBe(failure);
  expect(split([`{"a":${text}}\n`], 99).failure).toBe(failure);
});

/** Cuts bytes at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('properties', () => {
  const blank = fc.constantFrom('', ' ', '\n', '\r\n\t');

  it('gives the same values in any split', () => {
    const message = fc.tuple(fc.jsonValue(), blank).map(([value, space]) => [JSON.stringify({ value }), space]);
    const property = fc.property(fc.array(message), fc.array(fc.nat()), (messages, places) => {
      const chunks = cut(utf8.encode(messages.flat().join('')), places);
      expect(split(chunks).texts.map((text) => text.trim())).toEqual(messages.map(([text]) => text));
    });
    fc.assert(property, { numRuns: fuzzInputs(300) });
  });

  it('takes what JSON.parse takes, and refuses what it refuses, in any split', () => {
    const text = fc.stringMatching(/^[[\]{}",:\\ \n0-9.eE+\-a-ftrunls]{0,12}$/);
    const property = fc.property(fc.oneof(text, fc.json()), fc.array(fc.nat()), (json, places) => {
      const { values, failure, isInside } = split(cut(utf8.encode(`[${json}]\n`), places));
      let parsed: unknown;
      try {
        parsed = JSON.parse(`[${json}]`);
      } catch {
        expect(failure !== undefined || isInside || values.length !== 1).toBe(true);
        return;
      }
      expect([values, failure]).toEqual([[parsed], undefined]);
    });
    fc.assert(property, { numRuns: fuzzInputs(300) });
  });

  it('never fails otherwise, on any bytes', () => {
    const property = fc.property(fc.array(fc.uint8Array()), (chunks) => {
      split(chunks, 64);
    });
    fc.assert(property, { numRuns: fuzzInputs(300) });
  });
});
