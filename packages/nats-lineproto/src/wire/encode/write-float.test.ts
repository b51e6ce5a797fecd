import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soak } from '../../../../../tools/testenv/scale.js';
import { maxFloatBytes, writeFloat } from './write-float.js';

/** Behind it nothing may be touched, and nothing of what was there may be left in the text. */
const view = new DataView(new ArrayBuffer(maxFloatBytes + 2));

function floatText(value: number): string {
  for (let at = 0; at < view.byteLength; at++) view.setUint8(at, 0x23);
  const end = writeFloat(view, 1, value);
  expect([view.getUint8(0), view.getUint8(maxFloatBytes + 1)]).toEqual([0x23, 0x23]);
  return Buffer.from(view.buffer, 1, end - 1).toString();
}

/** A double of any bits from a seed (splitmix32), finite. */
function doublesFrom(seed: number): () => number {
  const bits = new DataView(new ArrayBuffer(8));
  let state = seed;
  const next = (): number => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return mixed ^ (mixed >>> 15);
  };
  return () => {
    bits.setInt32(0, next());
    bits.setInt32(4, next());
    const value = bits.getFloat64(0);
    return Number.isFinite(value) ? value : 0;
  };
}

/** @throws Error with the value: an assertion for each of a million would take longer than what it looks at. */
function check(value: number): void {
  const end = writeFloat(view, 0, value);
  const text = Buffer.from(view.buffer, 0, end).toString();
  const digits = text
    .replace(/e.*/, '')
    .replace(/^-?[0.]*/, '')
    .replace('.', '')
    .replace(/0+$/, '').length;
  const shortest = String(value);
  const isSame = Object.is(Number(text), value) && digits <= 17;
  // String() is the slow way, and the shortest: what has up to 15 digits there has the same here.
  const isShort = shortest.includes('e') || shortest.replace(/\D/g, '').replace(/^0+/, '').length > 15;
  if (!isSame || !(isShort || text === shortest || Object.is(value, -0)))
    throw new Error(`${shortest} is written as ${text}`);
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
    [12.3, '12.3'],
    [12.345, '12.345'],
    [-99.5, '-99.5'],
    [1234.5678, '1234.5678'],
    [0.0001, '0.0001'],
    [0.00001, '0.00001'],
    [0.000009, '0.000009'],
    [0.000012345, '0.000012345'],
    [0.1234567890123456, '0.1234567890123456'],
    [0.30000000000000004, '0.30000000000000004'],
    [9.999999999999998, '9.9999999999999982'],
    [999999999999.999, '999999999999.999'],
    [1e12, '1000000000000'],
    [1e14, '100000000000000'],
    [123456789012345.6, '123456789012345.6'],
    [999999999999999, '999999999999999'],
    [999999999999999.9, '999999999999999.88'],
    [1e15, '1000000000000000'],
    [2 ** 53, '9007199254740992'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  ])('writes %d as %s', (value, text) => expect(floatText(value)).toBe(text));

  it('writes doubles of any bits so that they read back identical', () => {
    const next = doublesFrom(1);
    for (let i = soak(5000, 1_000_000); i > 0; i--) check(next());
  });

  it('writes doubles of any bits and the size of metrics so that they read back identical, in 17 digits at most', () => {
    const next = doublesFrom(2);
    for (let i = soak(15_000, 1_000_000); i > 0; i--) {
      const value = next();
      const exponent = Math.floor(Math.log2(Math.abs(value) || 1));
      check(value * 2 ** ((exponent % 36) - exponent));
    }
  });

  it('writes the doubles around powers of two and of ten, and those in the middle between thousandths, likewise', () => {
    const bits = new DataView(new ArrayBuffer(8));
    const around = (value: number): void => {
      bits.setFloat64(0, value);
      const middle = bits.getBigInt64(0);
      for (let step = -3n; step <= 3n; step++) {
        bits.setBigInt64(0, middle + step);
        check(bits.getFloat64(0));
        check(-bits.getFloat64(0));
      }
    };
    for (let exponent = -1021; exponent < 1023; exponent++) around(2 ** exponent);
    for (let exponent = -307; exponent <= 308; exponent++) around(Number(`1e${exponent}`));
    for (let exponent = 0; exponent < 12; exponent++) {
      for (const digit of [1, 2, 3, 5, 7, 9]) around(digit * 10 ** exponent + 0.0005);
    }
  });

  it('writes decimals of up to 15 digits as they were', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        fc.integer({ min: 1, max: 999_999 }),
        fc.integer({ min: 0, max: 5 }),
        (long, short, decimals) => {
          for (const integer of [long, short]) {
            const value = Number(`${integer}e-${decimals}`);
            const text = decimals === 0 ? String(integer) : value.toFixed(decimals).replace(/\.?0+$/, '');
            expect(floatText(value)).toBe(text);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
