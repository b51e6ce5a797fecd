import fc from 'fast-check';
import { expect, it } from 'vitest';
import { writeInteger, writeNine, writeThousandths } from './decimal-digits.js';

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

it('writes nine digits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (value) => {
      expect(textUpTo(writeNine(view, 0, value))).toBe(String(value).padStart(9, '0'));
    }),
  );
});

it('writes thousandths without the zeros at the end', () => {
  for (let value = 1; value < 1000; value++) {
    const expected = String(value / 1000).slice(1);
    expect(textUpTo(writeThousandths(view, 0, value))).toBe(expected);
  }
});
