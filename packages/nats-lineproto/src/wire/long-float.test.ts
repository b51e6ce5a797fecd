import fc from 'fast-check';
import { expect, it } from 'vitest';
import { divideLongDecimal } from './long-float.js';

it('gives what Number gives, or NaN', () => {
  let sure = 0;
  let all = 0;
  const digits = fc
    .integer({ min: 16, max: 18 })
    .chain((length) =>
      fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }).map((value) => value.toString().padStart(length, '0')),
    );
  fc.assert(
    fc.property(digits, fc.integer({ min: 0, max: 18 }), fc.integer({ min: 9, max: 15 }), (text, decimals, split) => {
      fc.pre(decimals <= text.length);
      const point = text.length - decimals;
      const [high, low] = [text.slice(0, split), text.slice(split)];
      const result = divideLongDecimal(Number(high), Number(low), low.length, decimals);
      all++;
      if (Number.isNaN(result)) return;
      sure++;
      expect(result).toBe(Number(`${text.slice(0, point)}.${text.slice(point)}`));
    }),
    { numRuns: 20_000 },
  );
  expect(sure / all).toBeGreaterThan(0.9);
});

it('is sure of what a program prints of a double', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 100_000, noNaN: true }), (value) => {
      const [whole = '', fraction = ''] = String(value).split('.');
      const text = (whole + fraction).padStart(16, '0');
      fc.pre(text.length <= 18 && fraction.length > 0);
      const result = divideLongDecimal(
        Number(text.slice(0, 12)),
        Number(text.slice(12)),
        text.length - 12,
        fraction.length,
      );
      expect(result === value || Number.isNaN(result)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
});
