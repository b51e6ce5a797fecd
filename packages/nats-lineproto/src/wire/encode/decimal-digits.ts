import { ZERO } from '../byte-classes.js';

/** The two digits of 0 to 99, as 16 bits that are written with the lower byte first. */
const pairs = Uint16Array.from(
  { length: 100 },
  (_, pair) => ((ZERO + (pair % 10)) << 8) | (ZERO + Math.floor(pair / 10)),
);

/**
 * Writes an integer from 0 to 2^53 − 1 in decimal, without leading zeros.
 *
 * @returns the offset behind it: `at` + 16 at most.
 */
export function writeInteger(view: DataView, at: number, value: number): number {
  if (value < 1e8) return writeUpToEight(view, at, value);
  const high = Math.floor(value / 1e8);
  const low = writeUpToEight(view, at, high);
  writeEight(view, low, value - high * 1e8);
  return low + 8;
}

/** Writes an integer below 10^`width` with leading zeros, of 1 to 9 digits. @returns the offset behind it. */
export function writePadded(view: DataView, at: number, value: number, width: number): number {
  let rest = value | 0;
  let pos = at + width;
  while (pos - at >= 2) {
    const hundreds = (rest / 100) | 0;
    pos -= 2;
    view.setUint16(pos, pairs[rest - hundreds * 100] ?? 0, true);
    rest = hundreds;
  }
  if (pos > at) view.setUint8(at, ZERO + rest);
  return at + width;
}

/** Writes an integer below 10^8 as eight digits. */
export function writeEight(view: DataView, at: number, value: number): void {
  const integer = value | 0;
  const upper = (integer / 10_000) | 0;
  const lower = integer - upper * 10_000;
  const first = (upper / 100) | 0;
  const third = (lower / 100) | 0;
  view.setUint16(at, pairs[first] ?? 0, true);
  view.setUint16(at + 2, pairs[upper - first * 100] ?? 0, true);
  view.setUint16(at + 4, pairs[third] ?? 0, true);
  view.setUint16(at + 6, pairs[lower - third * 100] ?? 0, true);
}

function writeUpToEight(view: DataView, at: number, value: number): number {
  let rest = value | 0;
  const end = at + digitCount(rest);
  let pos = end;
  while (rest >= 100) {
    const hundreds = (rest / 100) | 0;
    pos -= 2;
    view.setUint16(pos, pairs[rest - hundreds * 100] ?? 0, true);
    rest = hundreds;
  }
  if (rest >= 10) view.setUint16(at, pairs[rest] ?? 0, true);
  else view.setUint8(at, ZERO + rest);
  return end;
}

/** Decimal digits of an integer from 0 to 2^31 − 1. */
function digitCount(value: number): number {
  // 1233 / 4096 is near enough to the logarithm of 2.
  const guess = ((32 - Math.clz32(value | 1)) * 1233) >> 12;
  return guess + (value >= (powersOfTen[guess] ?? 0) ? 1 : 0);
}

const powersOfTen = Float64Array.from({ length: 11 }, (_, exponent) => (exponent === 0 ? 0 : 10 ** exponent));
