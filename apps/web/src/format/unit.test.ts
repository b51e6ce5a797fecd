import { describe, expect, it } from 'vitest';
import { formatNumber, formatQuantity, noValue, scaleFor, toBase, unitText } from './unit.js';

const plain = (text: string) => text.replaceAll('\u{a0}', ' ').replaceAll('\u{202f}', ' ');
const quantity = (value: number | null | undefined, base: string, prefix?: string) =>
  plain(formatQuantity(value, prefix === undefined ? { base } : { base, prefix }));

describe('formatQuantity', () => {
  it.each([
    [1234, 'B/s', 'M', '1.23 GB/s'],
    [0.5, 'B', 'G', '500 MB'],
    [31.9, 'B', 'G', '31.9 GB'],
    [999.99999, 'B', 'M', '1 GB'],
    [1000, 'F/s', 'K', '1 MF/s'],
    [0.25, 'W', undefined, '250 mW'],
    [215.4, 'W', undefined, '215 W'],
    [0.25, 'B', undefined, '0.25 B'],
    [0, 'B/s', 'G', '0 GB/s'],
    [-1500, 'B/s', 'M', '−1.5 GB/s'],
    [2600, 'MHz', undefined, '2.6 GHz'],
    [12, 'GB/s', '', '12 GB/s'],
    [98.25, '%', undefined, '98.3 %'],
    [12_345, '%', undefined, '12 345 %'],
    [64, '°C', undefined, '64 °C'],
    [4.02, '', undefined, '4.02'],
    [0.00012, 'W', 'k', '120 mW'],
  ])('%d of %s, prefix %s, is %s', (value, base, prefix, text) => {
    expect(quantity(value, base, prefix)).toBe(text);
  });

  it('writes no value for null, undefined and NaN, without a unit', () => {
    for (const value of [null, undefined, Number.NaN]) expect(quantity(value, 'B', 'G')).toBe(noValue);
  });

  it('writes infinities and numbers that no prefix reaches', () => {
    expect(quantity(Infinity, 'B')).toBe('∞ B');
    expect(quantity(-Infinity, 'B')).toBe('−∞ B');
    expect(quantity(1e30, 'B')).toBe('1 000 000 000 000 EB');
    expect(quantity(1e300, 'B', 'E')).toBe('1.00e+300 EB');
    expect(quantity(Number.MIN_VALUE, 'W')).toBe('4.94e-315 nW');
  });

  it('leaves a prefix or a base that it does not know as it came', () => {
    expect(quantity(5000, 'B', '<script>')).toBe('5000 <script>B');
    expect(quantity(5000, 'B', '__proto__')).toBe('5000 __proto__B');
    expect(quantity(50_000, 'constructor')).toBe('50 000 constructor');
    expect(quantity(1500, 'GT/s')).toBe('1500 GT/s');
  });
});

describe('scaleFor', () => {
  it('chooses one unit for many values', () => {
    const { unit, factor } = scaleFor(42_000, { base: 'B/s', prefix: 'M' });
    expect(unit).toBe('GB/s');
    expect(500 * factor).toBeCloseTo(0.5);
  });

  it('keeps the description’s unit where there is nothing to measure', () => {
    for (const largest of [0, Number.NaN, Infinity]) {
      expect(scaleFor(largest, { base: 'F/s', prefix: 'G' })).toEqual({ unit: 'GF/s', factor: 1 });
    }
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [-1e-9, '−1.00e-9'],
    [0.000_012_34, '0.0000123'],
    [12.3, '12.3'],
    [1234.6, '1235'],
    [1_234_567, '1 234 567'],
    [9.999, '10'],
    [99_999.9, '100 000'],
  ])('%d is %s', (value, text) => {
    expect(plain(formatNumber(value))).toBe(text);
  });
});

it('unitText and toBase read the same unit', () => {
  expect(unitText({ base: 'B/s', prefix: 'G' })).toBe('GB/s');
  expect(unitText({ base: 'MHz' })).toBe('MHz');
  expect(unitText({ base: '' })).toBe('');
  expect(toBase(5, { base: 'B/s', prefix: 'G' })).toBe(5e9);
  expect(toBase(5, { base: 'GB/s' })).toBe(5e9);
  expect(toBase(5, { base: 'B/s', prefix: 'nonsense' })).toBe(5);
});
