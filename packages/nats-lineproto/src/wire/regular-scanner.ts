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
  JSON_STRING,
  KIND,
  NON_ASCII,
  SAME_KEY,
  SAME_TAG,
  STRING,
  TAG_SLOTS,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { divideLongDecimal } from './long-float.js';
import { maxWholeSecond } from './precision.js';
import { isEscapable, stringEscapes } from './unescape.js';
import { isValidUtf8 } from './utf8.js';

/**
 * Scans the next entry if it is one of the regular shape that programs write, and says "irregular" (−1) to everything
 * else, right or wrong: then the exact scanner reads the entry again from `from`. So this one needs no error texts and
 * no rare rules, and each of its answers must be the exact scanner's (a property of the tests).
 *
 * A collector's lines differ little from one to the next. So each token is first compared, four bytes at a time, with the
 * token at its place in the entry before, and scanned only where it differs; what is the same is noted for those who make
 * objects of it.
 *
 * @param view the same bytes.
 * @param subsecond decimal digits of a timestamp below the second: 9, 6, 3 or 0.
 * @returns the offset behind the entry and its line end, or −1.
 */
export function scanRegularEntry(
  tape: EntryTape,
  bytes: Uint8Array,
  view: DataView,
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

  const before = tape.start;
  const fieldsBefore = tape.isWhole ? tape.fieldCount : 0;
  const firstFieldBefore = tape.fieldSlot(0);
  tape.start = pos;
  tape.serial++;
  pos = scanHead(tape, bytes, view, before, pos, end);
  tape.isWhole = false;
  if (pos < 0) return -1;

  let slot = tape.fieldSlot(0);
  const knownFields = slot === firstFieldBefore ? fieldsBefore : 0;
  let fieldCount = 0;
  let sameKeys = 0;
  for (;;) {
    tape.reserve(slot);
    tape.reserveNumber(fieldCount);
    const known = tape.slots[slot] ?? 0;
    const length = (tape.slots[slot + 1] ?? 0) - known + 1;
    if (fieldCount < knownFields && pos + length < end && commonPrefix(view, before + known, pos, length) === length) {
      tape.slots[slot] = pos - tape.start;
      pos += length - 1;
      tape.slots[slot + 1] = pos - tape.start;
      sameKeys++;
    } else {
      pos = scanName(tape, slot, bytes, pos, end, ENDS_KEY);
    }
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
  tape.hasSameFieldKeys = sameKeys === fieldCount && sameKeys === fieldsBefore;
  tape.hasTime = false;
  pos = scanTimeAndLineEnd(tape, bytes, view, pos, end, subsecond);
  tape.isWhole = pos >= 0;
  return pos;
}

/**
 * Scans the measurement, the tags and the spaces behind them.
 *
 * @param before where the entry began that is on the tape.
 * @returns the offset of the fields.
 */
function scanHead(
  tape: EntryTape,
  bytes: Uint8Array,
  view: DataView,
  before: number,
  from: number,
  end: number,
): number {
  const slots = tape.slots;
  const knownTags = tape.isWhole ? tape.tagCount : 0;
  const same = commonPrefix(view, before, from, tape.isWhole ? Math.min(tape.headLength, end - from) : 0);
  let pos: number;
  tape.hasSameMeasurement = (slots[1] ?? 0) < same;
  if (tape.hasSameMeasurement) {
    pos = from + (slots[1] ?? 0);
  } else {
    pos = scanName(tape, 0, bytes, from, end, ENDS_MEASUREMENT);
    if (pos < 0) return -1;
  }
  let index = 0;
  tape.sameTagCount = 0;
  for (let slot = FIRST_TAG; bytes[pos] === COMMA; slot += TAG_SLOTS, index++) {
    if (index < knownTags && (slots[slot + TAG_VALUE + 1] ?? 0) < same) {
      tape.sameTags[index] = SAME_TAG;
      tape.sameTagCount = index + 1;
      pos = from + (slots[slot + TAG_VALUE + 1] ?? 0);
    } else if (index < knownTags && (slots[slot + 1] ?? 0) < same) {
      tape.sameTags[index] = SAME_KEY;
      pos = scanName(tape, slot + TAG_VALUE, bytes, from + (slots[slot + 1] ?? 0) + 1, end, ENDS_KEY);
      if (pos < 0) return -1;
    } else {
      pos = scanTag(tape, slot, index, bytes, view, index < knownTags ? before : -1, pos + 1, end);
      if (pos < 0) return -1;
    }
  }
  if (bytes[pos] !== SPACE) return -1;
  do pos++;
  while (pos < end && bytes[pos] === SPACE);
  tape.tagCount = index;
  tape.headLength = pos - from;
  return pos;
}

/**
 * Scans a tag, key first.
 *
 * @param before where the entry began that has its tag at `slot`, or −1.
 */
function scanTag(
  tape: EntryTape,
  slot: number,
  index: number,
  bytes: Uint8Array,
  view: DataView,
  before: number,
  from: number,
  end: number,
): number {
  tape.reserve(slot);
  const slots = tape.slots;
  tape.sameTags[index] = 0;
  let pos: number;
  const known = slots[slot] ?? 0;
  const keyLength = (slots[slot + 1] ?? 0) - known;
  const length = (slots[slot + TAG_VALUE + 1] ?? 0) - known;
  const same = before < 0 ? 0 : commonPrefix(view, before + known, from, Math.min(length, end - from - 1));
  if (before >= 0 && same > keyLength) {
    const moved = from - tape.start;
    slots[slot] = moved;
    slots[slot + 1] = moved + keyLength;
    if (same === length && ((byteClasses[bytes[from + length] ?? 0] ?? 0) & ENDS_KEY) !== 0) {
      slots[slot + TAG_VALUE] = moved + keyLength + 1;
      slots[slot + TAG_VALUE + 1] = moved + length;
      tape.sameTags[index] = SAME_TAG;
      return from + length;
    }
    tape.sameTags[index] = SAME_KEY;
    pos = from + keyLength;
  } else {
    pos = scanName(tape, slot, bytes, from, end, ENDS_KEY);
    if (pos < 0 || bytes[pos] !== EQUALS) return -1;
  }
  return scanName(tape, slot + TAG_VALUE, bytes, pos + 1, end, ENDS_KEY);
}

/** How many bytes from `a` on equal those from `b` on; at most `limit`. */
function commonPrefix(view: DataView, a: number, b: number, limit: number): number {
  let length = 0;
  while (length + 4 <= limit && view.getInt32(a + length, true) === view.getInt32(b + length, true)) length += 4;
  while (length < limit && view.getInt8(a + length) === view.getInt8(b + length)) length++;
  return length;
}

/** Scans a name, a key or a tag value that is not empty and ends before the end of the input. */
function scanName(tape: EntryTape, slot: number, bytes: Uint8Array, from: number, end: number, ends: number): number {
  const stops = ends | ESCAPES | HIGH;
  let pos = from;
  let found = 0;
  while (pos < end && (found = (byteClasses[bytes[pos] ?? 0] ?? 0) & stops) === 0) pos++;
  if (pos === from && (found & ends) !== 0) return -1;
  let flags = 0;
  if ((found & ends) === 0) {
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
  const slots = tape.slots;
  slots[slot] = from - tape.start;
  slots[slot + 1] = pos - tape.start;
  slots[slot + 2] = flags;
  return pos;
}

/** Scans a string from behind its opening quote. */
function scanString(tape: EntryTape, slot: number, bytes: Uint8Array, from: number, end: number): number {
  let pos = from;
  let flags = 0;
  let isAscii = true;
  let isLikeJson = true;
  for (;;) {
    while (pos < end && plainInStrings[bytes[pos] ?? 0] === 1) pos++;
    if (pos >= end) return -1;
    let byte = bytes[pos] ?? 0;
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) {
      pos++;
      if (pos >= end) return -1;
      byte = bytes[pos] ?? 0;
      flags = ESCAPED;
      if (stringEscapes[byte] === 0) isLikeJson = false;
    } else if (byte < SPACE) {
      isLikeJson = false;
    }
    if (byte >= 0x80) isAscii = false;
    pos++;
  }
  if (!isAscii) {
    if (!isValidUtf8(bytes, from, pos)) return -1;
    flags |= NON_ASCII;
  }
  if (isLikeJson) flags |= JSON_STRING;
  writeValue(tape, slot, STRING, from, pos, flags);
  return pos + 1;
}

/** 1 for each byte that means itself inside a string, in JSON as well. */
const plainInStrings = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);

/** Digits that a 32-bit integer holds, whatever they are; a number is read in groups of so many. */
const groupDigits = 9;
/** Digits that a double holds exactly, whatever they are. */
const exactDigits = 15;
/** Digits that an int64 holds, whatever they are. */
const int64Digits = 18;
/** Beyond this many digits and this exponent a float may leave the range of a double: for the exact scanner. */
const plainFloatLength = 40;
const plainExponent = 99;
/** The powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

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
  let pos = isNegative ? from + 1 : from;
  let high = 0;
  let low = 0;
  let digits = 0;
  let point = -1;
  for (; pos < end; pos++) {
    const digit = (bytes[pos] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits < groupDigits) high = (Math.imul(high, 10) + digit) | 0;
      else if (digits < 2 * groupDigits) low = (Math.imul(low, 10) + digit) | 0;
      digits++;
    } else if (digit === DOT - ZERO && point < 0) {
      point = pos;
    } else {
      break;
    }
  }
  if (digits === 0 || digits > plainFloatLength) return -1;
  const decimals = point < 0 ? 0 : pos - point - 1;
  let number = decimalValue(high, low, digits, decimals);
  let kind = FLOAT;
  if (pos < end) {
    const byte = bytes[pos] ?? 0;
    if (byte === 0x65 || byte === 0x45) {
      pos = scanExponent(bytes, pos + 1, end);
      if (pos < 0) return -1;
      number = NaN;
    } else if (byte === 0x69 || byte === 0x75) {
      if (point >= 0 || digits > int64Digits || (byte === 0x75 && isNegative)) return -1;
      kind = byte === 0x69 ? INT : UINT;
      if (digits > exactDigits) number = NaN;
      pos++;
    }
    if (pos < end && !endsValue(bytes[pos] ?? 0)) return -1;
  }
  tape.numbers[field] = isNegative ? (kind === FLOAT ? -number : 0 - number) : number;
  writeValue(tape, slot, kind, from, pos, 0);
  return pos;
}

/** The number of so many `digits`, the last `decimals` of them behind the point; NaN for its text to be read. */
function decimalValue(high: number, low: number, digits: number, decimals: number): number {
  if (digits <= exactDigits) {
    const integer = digits <= groupDigits ? high : high * (powersOfTen[digits - groupDigits] ?? 1) + low;
    return decimals === 0 ? integer : integer / (powersOfTen[decimals] ?? 1);
  }
  return digits <= 2 * groupDigits ? divideLongDecimal(high, low, digits - groupDigits, decimals) : NaN;
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

/** Scans `t`, `true`, `f` and `false`; the other spellings are for the exact scanner. */
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
  slots[slot + VALUE] = start - tape.start;
  slots[slot + VALUE + 1] = end - tape.start;
  slots[slot + VALUE + 2] = flags;
}

/** Scans what follows the last field: spaces, a timestamp or none, spaces, the line end. */
function scanTimeAndLineEnd(
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
  }
  const point = Math.max(first, pos - subsecond);
  const nanos = readDigits(bytes, view, point, pos) * (powersOfTen[9 - subsecond] ?? 1);
  if (nanos < 0) return -1;
  if (!isNegative && point - first === presentDigits && hasSameSeconds(tape, view, first)) {
    tape.hasTime = true;
    tape.nanos = nanos;
    tape.secondsAt = first;
    return pos;
  }
  const group = Math.max(first, point - groupDigits);
  if (pos === first || group - first > groupDigits) return -1;
  const billions = readDigits(bytes, view, first, group);
  const units = readDigits(bytes, view, group, point);
  const seconds = billions * 1e9 + units;
  if (billions < 0 || units < 0 || seconds > maxWholeSecond) return -1;
  tape.hasTime = true;
  if (isNegative) {
    tape.seconds = nanos === 0 ? 0 - seconds : -seconds - 1;
    tape.nanos = nanos === 0 ? 0 : 1_000_000_000 - nanos;
    tape.secondsAt = -1;
  } else {
    tape.seconds = seconds;
    tape.nanos = nanos;
    tape.secondsAt = point - first === presentDigits ? first : -1;
  }
  return pos;
}

/** Whether the ten digits at `from` are those that {@link EntryTape.seconds} came from. */
function hasSameSeconds(tape: EntryTape, view: DataView, from: number): boolean {
  const before = tape.secondsAt;
  return (
    before >= 0 &&
    view.getInt32(before + 6, true) === view.getInt32(from + 6, true) &&
    view.getInt32(before + 4, true) === view.getInt32(from + 4, true) &&
    view.getInt32(before, true) === view.getInt32(from, true)
  );
}

/** Digits of the seconds from 2001 to 2286: where they end there is no need to look for it. */
const presentDigits = 10;

/** Reads up to nine digits; −1 where one of the bytes is none. */
function readDigits(bytes: Uint8Array, view: DataView, from: number, end: number): number {
  let number = 0;
  let pos = from;
  for (; pos + 4 <= end; pos += 4) {
    const four = readFourDigits(view, pos);
    if (four < 0) return -1;
    number = Math.imul(number, 10_000) + four;
  }
  for (; pos < end; pos++) {
    const digit = (bytes[pos] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = Math.imul(number, 10) + digit;
  }
  return number;
}

/** Four digits at once, each in a byte of an integer: −1 where one of them is none. */
function readFourDigits(view: DataView, pos: number): number {
  const digits = view.getInt32(pos, true) ^ 0x30303030;
  if ((((digits + 0x76767676) | digits) & 0x80808080) !== 0) return -1;
  const pairs = Math.imul(digits, 10) + (digits >> 8);
  return (pairs & 0xff) * 100 + ((pairs >> 16) & 0xff);
}
