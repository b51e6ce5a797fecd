import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.js';

function floatText(value: number): string {
  const writer = new ByteWriter(1);
  writer.writeFloat(value);
  return Buffer.from(writer.bytes.subarray(0, writer.length)).toString();
}

describe('writeFloat', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [5, '5'],
    [-5, '-5'],
    [100, '100'],
    [0.5, '0.5'],
    [0.05, '0.05'],
    [0.001, '0.001'],
    [12.34, '12.34'],
    [-99.5, '-99.5'],
    [1234.5678, '1234.5678'],
    [0.00001, '0.00001'],
    [0.000012345, '0.000012345'],
    [0.1234567890123456, '0.1234567890123456'],
    [123456789012345.6, '123456789012345.6'],
    [999999999999999, '999999999999999'],
    [1e15, '1000000000000000'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
  ])('writes %d as %s', (value, text) => expect(floatText(value)).toBe(text));

  it('writes any double so that it reads back identical', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(floatText(value))).toBe(value);
      }),
      { numRuns: 20_000 },
    );
  });

  it('writes doubles of the size of metrics so that they read back identical, with 17 digits at most', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e15, max: 1e15, noNaN: true }),
        fc.integer({ min: -10, max: 10 }),
        (value, exponent) => {
          const scaled = value * 10 ** exponent;
          const text = floatText(scaled);
          expect(Number(text)).toBe(scaled);
          expect(
            text
              .replace(/e.*/, '')
              .replace(/^-?[0.]*/, '')
              .replace('.', '').length,
          ).toBeLessThanOrEqual(21);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('writes decimals of up to 15 digits as they were', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        fc.integer({ min: 0, max: 5 }),
        (integer, decimals) => {
          const value = Number(`${integer}e-${decimals}`);
          expect(floatText(value)).toBe(String(value));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('writeDigits', () => {
  it('writes any safe integer, with zeros before it', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 9 }), (value, width) => {
        const writer = new ByteWriter(1);
        writer.writeDigits(value, width);
        expect(Buffer.from(writer.bytes.subarray(0, writer.length)).toString()).toBe(
          String(value).padStart(width, '0'),
        );
      }),
    );
  });
});
