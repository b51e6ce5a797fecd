import { DOT, isDigit, MINUS, ZERO } from '../byte-classes.js';
import { type EntryTape, FLOAT, INT, UINT } from '../entry-tape.js';
import { divideLongDecimal } from '../long-float.js';
import { powersOfTen, readDigitGroup, readLastDigits } from './digits.js';
import { endsValue, writeValue } from './scan-value.js';

/** Digits that a double holds exactly, whatever they are. */
const exactDigits = 15;
/** Digits that an int64 holds, whatever they are. */
const int64Digits = 18;
/** Beyond this many digits and this exponent a float may leave the range of a double: for the exact scanner. */
const plainFloatLength = 40;
const plainExponent = 99;

/** Scans `-?digits[.digits][e±digits]`, or digits with the suffix `i` or `u`. */
export function scanNumber(
  tape: EntryTape,
  slot: number,
  field: number,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): number {
  const isNegative = bytes[from] === MINUS;
  let pos = isNegative ? from + 1 : from;
  /** The first digits, as many as a double holds, and the few behind them. */
  let high = 0;
  let low = 0;
  let digits = 0;
  let lowDigits = 0;
  let point = -1;
  for (;;) {
    const group = pos + 4 <= end ? readDigitGroup(view, pos) : readLastDigits(bytes, pos, end);
    const count = group & 7;
    const number = group >> 3;
    pos += count;
    digits += count;
    if (digits <= exactDigits) {
      high = high * (powersOfTen[count] ?? 1) + number;
    } else {
      low = Math.imul(low, powersOfTen[count] ?? 1) + number;
      lowDigits += count;
    }
    if (count === 4) continue;
    if (point >= 0 || pos >= end || bytes[pos] !== DOT) break;
    point = pos++;
  }
  if (digits === 0 || digits > plainFloatLength) return -1;
  const decimals = point < 0 ? 0 : pos - point - 1;
  let number = high;
  if (lowDigits > 0) number = digits <= int64Digits ? divideLongDecimal(high, low, lowDigits, decimals) : NaN;
  else if (decimals > 0) number = high / (powersOfTen[decimals] ?? 1);
  let kind = FLOAT;
  if (pos < end) {
    const byte = bytes[pos] ?? 0;
    if (!endsValue(byte)) {
      if (byte === 0x65 || byte === 0x45) {
        pos = scanExponent(bytes, pos + 1, end);
        if (pos < 0) return -1;
        number = NaN;
      } else if (byte === 0x69 || byte === 0x75) {
        if (point >= 0 || digits > int64Digits || (byte === 0x75 && isNegative)) return -1;
        kind = byte === 0x69 ? INT : UINT;
        if (lowDigits > 0) number = NaN;
        pos++;
      }
      if (pos < end && !endsValue(bytes[pos] ?? 0)) return -1;
    }
  }
  tape.numbers[field] = isNegative ? (kind === FLOAT ? -number : 0 - number) : number;
  writeValue(tape, slot, kind, from, pos, 0);
  return pos;
}

/** @returns the offset behind the exponent, or −1 where it has no digits or too many of them. */
function scanExponent(bytes: Uint8Array, from: number, end: number): number {
  let pos = from;
  if (pos < end && (bytes[pos] === MINUS || bytes[pos] === 0x2b)) pos++;
  const first = pos;
  let exponent = 0;
  while (pos < end && isDigit(bytes[pos] ?? 0)) {
    exponent = exponent * 10 + (bytes[pos] ?? 0) - ZERO;
    pos++;
  }
  return pos === first || exponent > plainExponent ? -1 : pos;
}
