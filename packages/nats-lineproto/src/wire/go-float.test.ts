import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFloatText } from './go-float.js';

describe('parseFloatText', () => {
  it.each([
    ['0x1p-2', 0.25],
    ['-0x1.8p1', -3],
    ['0x.8p0', 0.5],
    ['0X1P2', 4],
    ['0x_1p1', 2],
    ['0x1_0p0', 16],
    ['0x0p5', 0],
    ['0x1p-1074', 5e-324],
    ['0x1.8p-1075', 5e-324],
    ['0x1p-1075', 0],
    ['0x1p-99999999999', 0],
    ['0x1.fffffffffffff7p1023', Number.MAX_VALUE],
    ['0x10000000000000081p0', 2 ** 64],
    ['0x10000000000000801p0', 2 ** 64 + 4096],
    ['0x10000000000001800p0', 2 ** 64 + 8192],
    ['1_000', 1000],
    ['1e1_0', 1e10],
    ['.5', 0.5],
    ['5.', 5],
    ['1e-400', 0],
  ])('reads %s as %d', (text, value) => expect(parseFloatText(text)).toBe(value));

  it.each([
    '',
    '-',
    '.',
    '-.',
    '1e',
    '1e+',
    '0x1',
    '0xp1',
    '0x.p1',
    '1__0',
    '1_',
    '_1',
    '1_.5',
    '1._5',
    '1_e5',
    '0x1_p1',
    '1 ',
    'Infinity',
    '-nan',
    '1n',
  ])('finds no number in %j', (text) => expect(parseFloatText(text)).toBe('syntax'));

  it.each(['1e400', '-1e400', '0x1p1024', '0x1.fffffffffffff8p1023', '1.7976931348623159e308'])(
    'finds %s out of range',
    (text) => expect(parseFloatText(text)).toBe('range'),
  );

  it.each(['-Inf', '-infinity', '-INFINITY'])('finds %s to be no number', (text) =>
    expect(parseFloatText(text)).toBe('non-number'),
  );

  it('reads the hexadecimal form of any double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseFloatText(hexadecimal(value))).toBe(value);
      }),
    );
  });
});

/** The significand as an integer, and its exponent. */
function hexadecimal(value: number): string {
  let significand = Math.abs(value);
  let exponent = 0;
  while (!Number.isInteger(significand)) {
    significand *= 2;
    exponent--;
  }
  return `${Object.is(Math.sign(value), -0) || value < 0 ? '-' : ''}0x${BigInt(significand).toString(16)}p${exponent}`;
}
