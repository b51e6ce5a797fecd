import {
  BACKSLASH,
  byteClasses,
  COMMA,
  CR,
  DOT,
  ENDS_KEY,
  ENDS_MEASUREMENT,
  EQUALS,
  ESCAPES,
  HASH,
  HIGH,
  isDigit,
  LF,
  MINUS,
  QUOTE,
  SPACE,
  ZERO,
} from './byte-classes.js';
import {
  BOOLEAN,
  type EntryTape,
  ESCAPED,
  FIELD_SLOTS,
  FIRST_TAG,
  FLOAT,
  INT,
  KIND,
  NON_ASCII,
  STRING,
  TAG_SLOTS,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { maxWholeSecond } from './precision.js';
import { isEscapable } from './unescape.js';
import { isValidUtf8 } from './utf8.js';

/**
 * Scans the next entry if it is one of the regular shape that programs write, and says "irregular" (−1) to everything
 * else, right or wrong: then the exact scanner reads the entry again from `from`. So this one needs no error texts and
 * no rare rules, and each of its answers must be the exact scanner's (a property of the tests).
 *
 * @param subsecond decimal digits of a timestamp below the second: 9, 6, 3 or 0.
 * @returns the offset behind the entry and its line end, or −1.
 */
export function scanRegularEntry(
  tape: EntryTape,
  bytes: Uint8Array,
  from: number,
  end: number,
  subsecond: number,
): number {
  let pos = from;
  let byte: number;
  for (;;) {
    if (pos >= end) return -1;
    byte = bytes[pos] ?? 0;
    if (byte !== SPACE && byte !== LF) break;
    pos++;
  }
  if (byte === HASH || byte === CR) return -1;
  tape.start = pos;

  pos = scanName(tape, 0, bytes, pos, end, ENDS_MEASUREMENT);
  if (pos < 0) return -1;
  byte = bytes[pos] ?? 0;

  let slot = FIRST_TAG;
  while (byte === COMMA) {
    tape.reserve(slot);
    pos = scanName(tape, slot, bytes, pos + 1, end, ENDS_KEY);
    if (pos < 0 || bytes[pos] !== EQUALS) return -1;
    pos = scanName(tape, slot + TAG_VALUE, bytes, pos + 1, end, ENDS_KEY);
    if (pos < 0) return -1;
    byte = bytes[pos] ?? 0;
    slot += TAG_SLOTS;
  }
  tape.tagCount = (slot - FIRST_TAG) / TAG_SLOTS;
  if (byte !== SPACE) return -1;
  do pos++;
  while (pos < end && bytes[pos] === SPACE);

  let fieldCount = 0;
  for (;;) {
    tape.reserve(slot);
    tape.reserveNumber(fieldCount);
    pos = scanName(tape, slot, bytes, pos, end, ENDS_KEY);
    if (pos < 0 || bytes[pos] !== EQUALS) return -1;
    pos++;
    if (pos >= end) return -1;
    byte = bytes[pos] ?? 0;
    pos =
      byte === QUOTE
        ? scanString(tape, slot, bytes, pos + 1, end)
        : isDigit(byte) || byte === MINUS || byte === DOT
          ? scanNumber(tape, slot, fieldCount, bytes, pos, end)
          : scanBoolean(tape, slot, fieldCount, bytes, pos, end);
    if (pos < 0) return -1;
    fieldCount++;
    slot += FIELD_SLOTS;
    if (pos >= end || bytes[pos] !== COMMA) break;
    pos++;
  }
  tape.fieldCount = fieldCount;
  tape.hasTime = false;
  if (pos >= end) return pos;
  if (bytes[pos] !== SPACE) return lineEnd(bytes, pos, end);
  do pos++;
  while (pos < end && bytes[pos] === SPACE);
  if (pos >= end) return pos;
  byte = bytes[pos] ?? 0;
  if (byte !== MINUS && !isDigit(byte)) return lineEnd(bytes, pos, end);

  pos = scanTime(tape, bytes, pos, end, subsecond);
  if (pos < 0) return -1;
  while (pos < end && bytes[pos] === SPACE) pos++;
  return pos >= end ? pos : lineEnd(bytes, pos, end);
}

/** @returns the offset behind LF or CRLF, or −1 where there is something else. */
function lineEnd(bytes: Uint8Array, pos: number, end: number): number {
  if (bytes[pos] === LF) return pos + 1;
  return bytes[pos] === CR && pos + 1 < end && bytes[pos + 1] === LF ? pos + 2 : -1;
}

/** Scans a name, a key or a tag value that is not empty and ends before the end of the input. */
function scanName(tape: EntryTape, slot: number, bytes: Uint8Array, from: number, end: number, ends: number): number {
  const stops = ends | ESCAPES | HIGH;
  let pos = from;
  while (pos < end && ((byteClasses[bytes[pos] ?? 0] ?? 0) & stops) === 0) pos++;
  if (pos >= end) return -1;
  let flags = 0;
  if (((byteClasses[bytes[pos] ?? 0] ?? 0) & ends) === 0) {
    let seen = 0;
    for (; pos < end; pos++) {
      const byte = bytes[pos] ?? 0;
      if (((byteClasses[byte] ?? 0) & ends) !== 0) break;
      seen |= byte;
      if (byte !== BACKSLASH) continue;
      flags = ESCAPED;
      if (pos + 1 < end && isEscapable(bytes[pos + 1] ?? 0, ends === ENDS_KEY)) pos++;
    }
    if (pos >= end) return -1;
    if (seen >= 0x80) {
      if (!isValidUtf8(bytes, from, pos)) return -1;
      flags |= NON_ASCII;
    }
  }
  if (pos === from) return -1;
  const slots = tape.slots;
  slots[slot] = from;
  slots[slot + 1] = pos;
  slots[slot + 2] = flags;
  return pos;
}

/** Scans a string from behind its opening quote. */
function scanString(tape: EntryTape, slot: number, bytes: Uint8Array, from: number, end: number): number {
  let pos = from;
  let seen = 0;
  let flags = 0;
  for (; pos < end; pos++) {
    const byte = bytes[pos] ?? 0;
    if (byte === QUOTE) break;
    seen |= byte;
    if (byte !== BACKSLASH) continue;
    flags = ESCAPED;
    pos++;
    if (pos < end) seen |= bytes[pos] ?? 0;
  }
  if (pos >= end) return -1;
  if (seen >= 0x80) {
    if (!isValidUtf8(bytes, from, pos)) return -1;
    flags |= NON_ASCII;
  }
  writeValue(tape, slot, STRING, from, pos, flags);
  return pos + 1;
}

/** Digits that a double holds exactly, whatever they are. */
const exactDigits = 15;
/** Digits that an int64 holds, whatever they are. */
const int64Digits = 18;
/** Beyond this many digits and this exponent a float may leave the range of a double: for the exact scanner. */
const plainFloatLength = 40;
const plainExponent = 99;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

/** Scans `-?digits[.digits][e±digits]`, or digits with the suffix `i` or `u`. */
function scanNumber(
  tape: EntryTape,
  slot: number,
  field: number,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let pos = first;
  let mantissa = 0;
  while (pos < end) {
    const digit = (bytes[pos] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    pos++;
  }
  let digits = pos - first;
  let decimals = 0;
  let kind = FLOAT;
  let isPlain = true;
  if (pos < end && bytes[pos] === DOT) {
    const point = pos++;
    while (pos < end) {
      const digit = (bytes[pos] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      pos++;
    }
    decimals = pos - point - 1;
    digits += decimals;
  }
  if (digits === 0 || digits > plainFloatLength) return -1;
  if (pos < end) {
    const byte = bytes[pos] ?? 0;
    if (byte === 0x65 || byte === 0x45) {
      pos = scanExponent(bytes, pos + 1, end);
      if (pos < 0) return -1;
      isPlain = false;
    } else if (byte === 0x69 || byte === 0x75) {
      if (pos - first !== digits || digits > int64Digits) return -1;
      if (byte === 0x75 && isNegative) return -1;
      kind = byte === 0x69 ? INT : UINT;
      pos++;
    }
    if (pos < end && !endsValue(bytes[pos] ?? 0)) return -1;
  }
  const isExact = isPlain && digits <= exactDigits;
  const value = decimals === 0 ? mantissa : mantissa / (powersOfTen[decimals] ?? 1);
  tape.numbers[field] = isExact ? (isNegative ? (kind === FLOAT ? -value : 0 - value) : value) : NaN;
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

/** `t`, `true`, `f` and `false`; the other spellings are for the exact scanner. */
function scanBoolean(
  tape: EntryTape,
  slot: number,
  field: number,
  bytes: Uint8Array,
  from: number,
  end: number,
): number {
  const isTrue = bytes[from] === 0x74;
  if (!isTrue && bytes[from] !== 0x66) return -1;
  const word = isTrue ? trueWord : falseWord;
  let pos = from + 1;
  if (pos < end && !endsValue(bytes[pos] ?? 0)) {
    if (from + word.length > end) return -1;
    for (let i = 1; i < word.length; i++) {
      if (bytes[from + i] !== word[i]) return -1;
    }
    pos = from + word.length;
    if (pos < end && !endsValue(bytes[pos] ?? 0)) return -1;
  }
  tape.numbers[field] = isTrue ? 1 : 0;
  writeValue(tape, slot, BOOLEAN, from, pos, 0);
  return pos;
}

const trueWord = Uint8Array.of(0x74, 0x72, 0x75, 0x65);
const falseWord = Uint8Array.of(0x66, 0x61, 0x6c, 0x73, 0x65);

function endsValue(byte: number): boolean {
  return byte === COMMA || byte === SPACE || byte === LF || byte === CR;
}

function writeValue(tape: EntryTape, slot: number, kind: number, start: number, end: number, flags: number): void {
  const slots = tape.slots;
  slots[slot + KIND] = kind;
  slots[slot + VALUE] = start;
  slots[slot + VALUE + 1] = end;
  slots[slot + VALUE + 2] = flags;
}

/** Scans `-?digits` into seconds and nanoseconds; −1 near and beyond the range of int64 nanoseconds. */
function scanTime(tape: EntryTape, bytes: Uint8Array, from: number, end: number, subsecond: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let pos = first;
  while (pos < end && isDigit(bytes[pos] ?? 0)) pos++;
  const point = pos - subsecond;
  if (pos === first || point - first > exactDigits) return -1;
  let seconds = 0;
  for (let i = first; i < point; i++) seconds = seconds * 10 + (bytes[i] ?? 0) - ZERO;
  let nanos = 0;
  for (let i = point < first ? first : point; i < pos; i++) nanos = nanos * 10 + (bytes[i] ?? 0) - ZERO;
  nanos *= powersOfTen[9 - subsecond] ?? 1;
  if (seconds > maxWholeSecond) return -1;
  tape.hasTime = true;
  if (isNegative) {
    tape.seconds = nanos === 0 ? 0 - seconds : -seconds - 1;
    tape.nanos = nanos === 0 ? 0 : 1_000_000_000 - nanos;
  } else {
    tape.seconds = seconds;
    tape.nanos = nanos;
  }
  return pos;
}
