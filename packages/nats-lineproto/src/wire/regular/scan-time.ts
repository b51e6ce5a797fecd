import { CR, isDigit, LF, MINUS, SPACE } from '../byte-classes.js';
import type { EntryTape } from '../entry-tape.js';
import { maxWholeSecond } from '../precision.js';
import { powersOfTen, readDigits } from './digits.js';

/** Scans what follows the last field: spaces, a timestamp or none, spaces, the line end. */
export function scanTimeAndLineEnd(
  tape: EntryTape,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  subsecond: number,
): number {
  let pos = from;
  if (pos < end && bytes[pos] === SPACE) {
    do pos++;
    while (pos < end && bytes[pos] === SPACE);
    if (pos < end && (bytes[pos] === MINUS || isDigit(bytes[pos] ?? 0))) {
      pos = scanTime(tape, bytes, view, pos, end, subsecond);
      if (pos < 0) return -1;
      while (pos < end && bytes[pos] === SPACE) pos++;
    }
  }
  if (pos >= end || bytes[pos] === LF) return pos >= end ? pos : pos + 1;
  return bytes[pos] === CR && pos + 1 < end && bytes[pos + 1] === LF ? pos + 2 : -1;
}

/** Digits of the seconds from 2001 to 2286: where they end there is no need to look for it. */
const presentDigits = 10;
/** Digits that a 32-bit integer holds, whatever they are; a number is read in groups of so many. */
const groupDigits = 9;

/** Scans `-?digits` into seconds and nanoseconds; −1 near and beyond the range of int64 nanoseconds. */
function scanTime(
  tape: EntryTape,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  subsecond: number,
): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let pos = first + presentDigits + subsecond;
  if (pos >= end || isDigit(bytes[pos] ?? 0) || !isDigit(bytes[pos - 1] ?? 0)) {
    pos = first;
    while (pos < end && isDigit(bytes[pos] ?? 0)) pos++;
    if (pos === first) return -1;
  }
  const point = Math.max(first, pos - subsecond);
  let nanos = 0;
  if (subsecond !== 0) {
    nanos = readDigits(bytes, view, point, pos);
    if (nanos < 0) return -1;
    if (subsecond !== 9) nanos *= powersOfTen[9 - subsecond] ?? 1;
  }
  if (!isNegative && point - first === presentDigits && hasSameSeconds(tape, view, first)) {
    tape.hasTime = true;
    tape.nanos = nanos;
    tape.secondsAt = first;
    return pos;
  }
  return scanSeconds(tape, bytes, view, isNegative, first, point, nanos) ? pos : -1;
}

/** Whether the ten digits at `from` are those that {@link EntryTape.seconds} came from. */
function hasSameSeconds(tape: EntryTape, view: DataView, from: number): boolean {
  const before = tape.secondsAt;
  return (
    before >= 0 &&
    view.getFloat64(before + 2, true) === view.getFloat64(from + 2, true) &&
    view.getInt16(before, true) === view.getInt16(from, true)
  );
}

/**
 * Scans whole seconds, and writes the time that they make with `nanos`.
 *
 * @returns whether they are digits, and not too many.
 */
function scanSeconds(
  tape: EntryTape,
  bytes: Uint8Array,
  view: DataView,
  isNegative: boolean,
  first: number,
  end: number,
  nanos: number,
): boolean {
  const group = Math.max(first, end - groupDigits);
  if (group - first > groupDigits) return false;
  const billions = readDigits(bytes, view, first, group);
  const units = readDigits(bytes, view, group, end);
  const seconds = billions * 1e9 + units;
  if (billions < 0 || units < 0 || seconds > maxWholeSecond) return false;
  tape.hasTime = true;
  if (isNegative) {
    tape.seconds = nanos === 0 ? 0 - seconds : -seconds - 1;
    tape.nanos = nanos === 0 ? 0 : 1_000_000_000 - nanos;
    tape.secondsAt = -1;
  } else {
    tape.seconds = seconds;
    tape.nanos = nanos;
    tape.secondsAt = end - first === presentDigits ? first : -1;
  }
  return true;
}
