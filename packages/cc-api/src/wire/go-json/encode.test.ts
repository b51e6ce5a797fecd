import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGoJson, goJsonMap, goJsonNumber, goJsonString, twoDecimals } from './encode.js';

describe('the encoder', () => {
  it('escapes what Go escapes, and ends with a line feed', () => {
    expect(encodeGoJson({ a: '<b>&c\u2028\u2029"é' })).toBe('{"a":"\\u003cb\\u003e\\u0026c\\u2028\\u2029\\"é"}\n');
  });

  it('writes maps in the order of their names, numbers among them', () => {
    expect(goJsonMap({ b: 1, a: 2, '10': 3, '9': 4 }, String)).toBe('{"10":3,"9":4,"a":2,"b":1}');
    expect(goJsonMap(null, String)).toBe('null');
  });

  it('has no word for what is no number', () => {
    expect([goJsonNumber(Infinity), goJsonNumber(0.4), goJsonNumber(1e21)]).toEqual(['null', '0.4', '1e+21']);
  });

  it('writes texts that JSON reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(JSON.parse(goJsonString(text))).toBe(text);
      }),
    );
  });

  // Go rounds half to even on the exact value.
  it.each([
    [0.1, '0.10'],
    [0.125, '0.12'],
    [0.375, '0.38'],
    [0.625, '0.62'],
    [0.875, '0.88'],
    [-0.125, '-0.12'],
    [2.675, '2.67'],
    [1e21, '1000000000000000000000.00'],
    [NaN, 'null'],
    [null, 'null'],
    [-Infinity, 'null'],
  ])('writes %s as %s', (value, expected) => {
    expect(twoDecimals(value)).toBe(expected);
  });

  it('rounds to the nearest hundredth, of two equally near ones to the even', () => {
    const eighths = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((count) => count / 8);
    fc.assert(
      fc.property(fc.oneof(eighths, fc.double({ min: -1e9, max: 1e9, noNaN: true })), (value) => {
        const written = twoDecimals(value);
        expect(written).toMatch(/^-?\d+\.\d\d$/);
        expect(Math.abs(Number(written) - value)).toBeLessThanOrEqual(0.005 * (1 + 1e-9) + Math.abs(value) * 1e-15);
        const isTie = Number.isInteger(value * 8) && Math.abs((value * 8) % 2) === 1;
        if (isTie) expect(Number(written.at(-1)) % 2).toBe(0);
      }),
    );
  });
});
