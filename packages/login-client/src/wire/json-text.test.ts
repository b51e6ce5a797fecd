import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, parseJsonText } from './json-text.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function faultOf(body: Uint8Array): string {
  try {
    parseJsonText(body);
  } catch (error) {
    if (error instanceof JsonTextError) return error.message;
    throw error;
  }
  throw new Error('parsed');
}

describe('parseJsonText', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['  ', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['"abc', 'unexpected end of JSON input'],
    ['[1,', 'unexpected end of JSON input'],
    ['<html>', "invalid character '<' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['{}x', "invalid character 'x' after top-level value"],
    ['{"a":1}\n{"b":2}', "invalid character '{' after top-level value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['"\\u00', "invalid character ' ' in \\u hexadecimal character escape"],
    ['"\\', "invalid character ' ' in string escape code"],
    ['1.', "invalid character ' ' after decimal point in numeric literal"],
    ['1e', "invalid character ' ' in exponent of numeric literal"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ['nul!', "invalid character '!' in literal null (expecting 'l')"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ['"\u0001"', "invalid character '\\x01' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u00g0"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-', "invalid character ' ' in numeric literal"],
    ['-a', "invalid character 'a' in numeric literal"],
    ['01', "invalid character '1' after top-level value"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e+x', "invalid character 'x' in exponent of numeric literal"],
    ["'", "invalid character '\\'' looking for beginning of value"],
    ['\\', "invalid character '\\\\' looking for beginning of value"],
    ['\u007f', "invalid character '\\x7f' looking for beginning of value"],
  ])('says of %j what a Go peer says', (text, fault) => {
    expect(faultOf(bytes(text))).toBe(fault);
  });

  it('replaces bytes that are not UTF-8 inside a string', () => {
    expect(parseJsonText(Uint8Array.of(0x22, 0x61, 0xff, 0x22))).toBe('a\ufffd');
  });

  it('finds the fault behind a hundred thousand open brackets without a stack overflow', () => {
    expect(faultOf(bytes(`${'['.repeat(100_000)}x`))).toBe("invalid character 'x' looking for beginning of value");
  });

  it('never fails with anything but its own error, whatever the bytes, and always names the fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        try {
          parseJsonText(body);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonTextError);
          expect((error as Error).message).not.toBe('invalid JSON');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('names a fault in every document that was cut short or had one character changed', () => {
    const damage = fc.tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', '"', '}', ',', ':', '\\', 'x', '\u0000'),
    );
    fc.assert(
      fc.property(damage, ([text, at, put]) => {
        const cut = at % (text.length + 1);
        const damaged = bytes(put === '' ? text.slice(0, cut) : text.slice(0, cut) + put + text.slice(cut + 1));
        try {
          parseJsonText(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonTextError);
          expect((error as Error).message).not.toBe('invalid JSON');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
