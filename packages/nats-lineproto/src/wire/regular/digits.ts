import { ZERO } from '../byte-classes.js';

/** The powers of ten that a double holds exactly. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * Reads the digits that come first in the four bytes from `pos` on, all at once, each in a byte of an integer.
 *
 * @returns their number, times eight, plus how many they are.
 */
export function readDigitGroup(view: DataView, pos: number): number {
  const digits = view.getInt32(pos, true) ^ 0x30303030;
  const others = ((digits + 0x76767676) | digits) & 0x80808080;
  if (others === 0) return (joinDigits(digits) << 3) | 4;
  const bits = (31 - Math.clz32(others & -others)) & 24;
  return bits === 0 ? 0 : (joinDigits(digits << (32 - bits)) << 3) | (bits >> 3);
}

/** The same, byte by byte, for the last bytes before `end`. */
export function readLastDigits(bytes: Uint8Array, pos: number, end: number): number {
  let number = 0;
  let count = 0;
  for (; count < 4 && pos + count < end; count++) {
    const digit = (bytes[pos + count] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return (number << 3) | count;
}

/** Reads up to nine digits; −1 where one of the bytes is none. */
export function readDigits(bytes: Uint8Array, view: DataView, from: number, end: number): number {
  let number = 0;
  let pos = from;
  for (; pos + 4 <= end; pos += 4) {
    const digits = view.getInt32(pos, true) ^ 0x30303030;
    if ((((digits + 0x76767676) | digits) & 0x80808080) !== 0) return -1;
    number = Math.imul(number, 10_000) + joinDigits(digits);
  }
  for (; pos < end; pos++) {
    const digit = (bytes[pos] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = Math.imul(number, 10) + digit;
  }
  return number;
}

/** The number of four digits, the first in the lowest byte. */
function joinDigits(digits: number): number {
  const pairs = Math.imul(digits, 10) + (digits >> 8);
  return (pairs & 0xff) * 100 + ((pairs >> 16) & 0xff);
}
