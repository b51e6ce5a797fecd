import { BACKSLASH, COMMA, CR, LF, QUOTE, SPACE } from '../byte-classes.js';
import { BOOLEAN, type EntryTape, ESCAPED, JSON_STRING, KIND, NON_ASCII, STRING, VALUE } from '../entry-tape.js';
import { stringEscapes } from '../unescape.js';
import { isValidUtf8 } from '../utf8.js';
import { skipPlain } from './plain-bytes.js';

/** Scans a string from behind its opening quote. */
export function scanString(
  tape: EntryTape,
  slot: number,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): number {
  let pos = from;
  let flags = 0;
  let isAscii = true;
  let isLikeJson = true;
  for (;;) {
    pos = skipPlain(bytes, view, pos, end);
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

/** Scans `t`, `true`, `f` and `false`; the other spellings are for the exact scanner. */
export function scanBoolean(
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

export function endsValue(byte: number): boolean {
  return byte === COMMA || byte === SPACE || byte === LF || byte === CR;
}

export function writeValue(
  tape: EntryTape,
  slot: number,
  kind: number,
  start: number,
  end: number,
  flags: number,
): void {
  const slots = tape.slots;
  slots[slot + KIND] = kind;
  slots[slot + VALUE] = start - tape.base;
  slots[slot + VALUE + 1] = end - tape.base;
  slots[slot + VALUE + 2] = flags;
}
