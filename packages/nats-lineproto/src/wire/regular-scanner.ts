import { COMMA, CR, DOT, ENDS_KEY, EQUALS, HASH, isDigit, LF, MINUS, QUOTE, SPACE } from './byte-classes.js';
import { type EntryTape, FIELD_SLOTS } from './entry-tape.js';
import { areSame } from './regular/same-bytes.js';
import { scanHead } from './regular/scan-head.js';
import { scanName } from './regular/scan-name.js';
import { scanNumber } from './regular/scan-number.js';
import { scanTimeAndLineEnd } from './regular/scan-time.js';
import { scanBoolean, scanString } from './regular/scan-value.js';

/**
 * Scans the next entry if it is one of the regular shape that programs write, and says "irregular" (−1) to everything
 * else, right or wrong: then the exact scanner reads the entry again from `from`. So this one needs no error texts and
 * no rare rules, and each of its answers must be the exact scanner's (a property of the tests).
 *
 * A collector's lines differ little from one to the next. So each token is first compared, eight bytes at a time, with the
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

  const before = tape.base;
  const fieldsBefore = tape.knownTagsLength === 0 ? 0 : tape.fieldCount;
  const firstFieldBefore = tape.fieldSlot(0);
  tape.serial++;
  pos = scanHead(tape, bytes, view, pos, end);
  tape.knownTagsLength = 0;
  if (pos < 0) return -1;

  let slot = tape.fieldSlot(0);
  const knownFields = slot === firstFieldBefore ? fieldsBefore : 0;
  let fieldCount = 0;
  let sameKeys = 0;
  for (;;) {
    tape.reserve(slot);
    tape.reserveNumber(fieldCount);
    const slots = tape.slots;
    const known = slots[slot] ?? 0;
    const length = (slots[slot + 1] ?? 0) - known + 1;
    if (fieldCount < knownFields && pos + length < end && areSame(view, before + known, pos, length)) {
      slots[slot] = pos - tape.base;
      pos += length - 1;
      slots[slot + 1] = pos - tape.base;
      sameKeys++;
    } else {
      pos = scanName(tape, slot, bytes, pos, end, ENDS_KEY);
      if (pos < 0 || bytes[pos] !== EQUALS) return -1;
    }
    pos++;
    if (pos >= end) return -1;
    byte = bytes[pos] ?? 0;
    pos =
      byte === QUOTE
        ? scanString(tape, slot, bytes, view, pos + 1, end)
        : isDigit(byte) || byte === MINUS || byte === DOT
          ? scanNumber(tape, slot, fieldCount, bytes, view, pos, end)
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
  if (pos >= 0) tape.knownTagsLength = tape.tagsLength;
  return pos;
}
