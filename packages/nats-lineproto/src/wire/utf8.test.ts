import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isValidUtf8 } from './utf8.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

function isDecodable(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

it('agrees with TextDecoder on any bytes', () => {
  const byte = fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xe1,
    0xec,
    0xed,
    0xee,
    0xef,
    0xf0,
    0xf1,
    0xf3,
    0xf4,
    0xf5,
    0xff,
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 6 }), (values) => {
      const bytes = Uint8Array.from(values);
      expect(isValidUtf8(bytes, 0, bytes.length)).toBe(isDecodable(bytes));
    }),
    { numRuns: 5000 },
  );
});

it('looks only between the bounds', () => {
  const bytes = Buffer.from('\xff\xc3\xa9\xff', 'latin1');
  expect(isValidUtf8(bytes, 1, 3)).toBe(true);
  expect(isValidUtf8(bytes, 1, 2)).toBe(false);
});
