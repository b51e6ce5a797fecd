import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonEnd, skipSpace } from './json-scan.js';

const utf8 = new TextEncoder();

const isJson = (bytes: Uint8Array): boolean => jsonEnd(bytes, skipSpace(bytes, 0)) >= 0;

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

/** Pieces of JSON and what it is spoilt with. */
const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '"a"',
    '"b":',
    'true',
    'false',
    'null',
    'tru',
    'nul',
    ' ',
    '\n',
    '\v',
    '\u00a0',
    '\ufeff',
  ],
  ...[
    '0',
    '-',
    '-0',
    '01',
    '1',
    '9',
    '.',
    '.5',
    '1.',
    'e',
    'E+',
    'e-1',
    '1e5',
    '+1',
    '\\',
    '\\n',
    '\\x',
    '\\u00e9',
    '\\u00g9',
    '\\u12',
  ],
  ...['\u00f8', '\u2028', '\ud83d\ude00', '\0', '\u001f', '\u007f', '/', "'"],
);

describe('the scan says what JSON.parse says', () => {
  it('of whatever makes JSON, cut anywhere', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(), (json, cut) => {
        const bytes = utf8.encode(json);
        expect(isJson(bytes)).toBe(true);
        const head = bytes.subarray(0, cut % (bytes.length + 1));
        expect(isJson(head)).toBe(parses(head));
      }),
    );
  });

  it('of pieces of JSON in any order', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const bytes = utf8.encode(pieces.join(''));
        expect(isJson(bytes)).toBe(parses(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('of JSON with one byte changed, whether it is UTF-8 still or not', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(), fc.nat({ max: 255 }), (json, at, byte) => {
        const bytes = utf8.encode(json);
        bytes[at % bytes.length] = byte;
        expect(isJson(bytes)).toBe(parses(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('of texts and numbers, each of their parts right or wrong', () => {
    const texts = ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\uABcd"', '"\\u00"', '"\\u00', '"\\', '"', '"\t"', '"\\a"', '""'];
    const numbers = ['-0.0e-0', '-', '-a', '00', '1.e1', '1e', '1e+', '10.25E+7', '.1', '1 2', ' 7 ', ''];
    for (const text of [...texts, ...numbers]) {
      const bytes = utf8.encode(text);
      expect([text, isJson(bytes)]).toEqual([text, parses(bytes)]);
    }
  });
});

it('leaves what is nested deeply to others', () => {
  const nested = (depth: number) => utf8.encode(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  expect([isJson(nested(64)), isJson(nested(65)), isJson(nested(1_000_000))]).toEqual([true, false, false]);
});
