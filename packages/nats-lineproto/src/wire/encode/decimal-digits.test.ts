import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeEight, writeInteger, writePadded } from './decimal-digits.js';

const view = new DataView(new ArrayBuffer(24));
const textUpTo = (end: number): string => Buffer.from(view.buffer, 0, end).toString();

/** As many small integers as large ones. */
const integer = fc
  .tuple(fc.maxSafeNat(), fc.integer({ min: 0, max: 52 }))
  .map(([value, bits]) => Math.floor(value / 2 ** bits));

it('writes any safe integer', () => {
  fc.assert(
    fc.property(integer, (value) => {
      expect(textUpTo(writeInteger(view, 0, value))).toBe(String(value));
    }),
  );
  for (let exponent = 0; exponent <= 15; exponent++) {
    for (const value of [10 ** exponent - 1, 10 ** exponent, 10 ** exponent + 1]) {
      expect(textUpTo(writeInteger(view, 0, value))).toBe(String(value));
    }
  }
  expect(textUpTo(writeInteger(view, 0, Number.MAX_SAFE_INTEGER))).toBe('9007199254740991');
});

it('writes zeros before an integer, up to a width', () => {
  fc.assert(
    fc.property(integer, fc.integer({ min: 1, max: 9 }), (value, width) => {
      const below = value % 10 ** width;
      expect(textUpTo(writePadded(view, 0, below, width))).toBe(String(below).padStart(width, '0'));
    }),
  );
  expect(writePadded(view, 5, 0, 0)).toBe(5);
});

it('writes eight digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (value) => {
      writeEight(view, 0, value);
      expect(textUpTo(8)).toBe(String(value).padStart(8, '0'));
    }),
  );
});
