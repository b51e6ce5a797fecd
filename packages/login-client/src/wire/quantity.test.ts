import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity, parseQuantity } from './quantity.js';

describe('formatQuantity', () => {
  it.each([
    [0, '0'],
    [64, '64'],
    [1000, '1k'],
    [1500, '1500'],
    [8_000_000_000, '8G'],
    [540_970_045_440, '540970045440'],
    [10n ** 18n, '1E'],
    [10n ** 21n, '1000E'],
  ])('writes %s as %s', (value, text) => {
    expect(formatQuantity(value)).toBe(text);
  });

  it.each([-1, 1.5, Number.NaN])('refuses %s', (value) => {
    expect(() => formatQuantity(value)).toThrow(RangeError);
  });
});

describe('parseQuantity', () => {
  it.each([
    ['2', 2],
    ['1k', 1000],
    ['8G', 8e9],
    ['8Gi', 8 * 2 ** 30],
    ['1Ki', 1024],
    ['1500m', 1.5],
    ['1.5G', 1.5e9],
    ['12e6', 12e6],
    ['12E', 12e18],
    ['1E3', 1000],
    ['.5', 0.5],
    ['+5', 5],
    ['-5', -5],
  ])('reads %s', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each(['', 'abc', '8GB', '1 k', 'k', '1e', '0x10', '1,5', '٣'])('takes %j for no quantity', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('reads back every whole number that was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseQuantity(formatQuantity(value))).toBe(value);
      }),
    );
  });
});
