import { COMMA, ENDS_KEY, ENDS_MEASUREMENT, EQUALS, SPACE } from '../byte-classes.js';
import { type EntryTape, FIRST_TAG, SAME_KEY, SAME_TAG, TAG_SLOTS, TAG_VALUE } from '../entry-tape.js';
import { commonPrefix } from './same-bytes.js';
import { scanName } from './scan-name.js';

/**
 * Scans the measurement, the tags and the spaces behind them. What the head has in common with the one on the tape is
 * found first, and only what lies between is scanned.
 *
 * @returns the offset of the fields, or −1.
 */
export function scanHead(tape: EntryTape, bytes: Uint8Array, view: DataView, from: number, end: number): number {
  const slots = tape.slots;
  const before = tape.base;
  const knownTags = tape.knownTagsLength === 0 ? 0 : tape.tagCount;
  let pos = from;
  let same = 0;
  if (tape.knownTagsLength !== 0) {
    const nameLength = -(slots[0] ?? 0);
    const limit = Math.min(nameLength + tape.knownTagsLength, end - from);
    same = commonPrefix(view, before - nameLength, from, limit, end) - nameLength;
    pos = from + nameLength;
  }
  tape.hasSameMeasurement = same > 0;
  if (same <= 0) {
    tape.base = from;
    pos = scanName(tape, 0, bytes, from, end, ENDS_MEASUREMENT);
    if (pos < 0) return -1;
    slots[0] = from - pos;
    slots[1] = 0;
    if (knownTags > 0) same = commonPrefix(view, before, pos, Math.min(tape.knownTagsLength, end - pos), end);
  }
  tape.base = pos;
  let index = knownTags;
  let slot = FIRST_TAG + index * TAG_SLOTS;
  while (index > 0 && (slots[slot - VALUE_END] ?? 0) >= same) {
    index--;
    slot -= TAG_SLOTS;
  }
  tape.sameTagCount = index;
  if (index > 0) pos += slots[slot - VALUE_END] ?? 0;
  if (bytes[pos] === COMMA) {
    pos = scanTags(tape, index, knownTags, before, same, bytes, view, pos, end);
    if (pos < 0) return -1;
  } else {
    tape.tagCount = index;
  }
  if (bytes[pos] !== SPACE) return -1;
  do pos++;
  while (pos < end && bytes[pos] === SPACE);
  tape.tagsLength = pos - tape.base;
  return pos;
}

/** From the slot behind a tag back to that of its value's end. */
const VALUE_END = TAG_SLOTS - TAG_VALUE - 1;

/**
 * Scans the tags from `index` on.
 *
 * @param known how many tags the entry before had.
 * @param before the offset that its tokens count from.
 * @param alike up to where, counted from there, the bytes of both entries are known to be the same.
 * @param from the comma before the tag.
 * @returns the offset behind the last tag, or −1.
 */
function scanTags(
  tape: EntryTape,
  first: number,
  known: number,
  before: number,
  alike: number,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): number {
  let same = alike;
  let moved = 0;
  let pos = from;
  let index = first;
  let slot = FIRST_TAG + index * TAG_SLOTS;
  for (; bytes[pos] === COMMA; index++, slot += TAG_SLOTS) {
    tape.reserve(slot);
    const slots = tape.slots;
    if (index >= known) {
      tape.sameTags[index] = 0;
      pos = scanName(tape, slot, bytes, pos + 1, end, ENDS_KEY);
      if (pos < 0 || bytes[pos] !== EQUALS) return -1;
      pos = scanName(tape, slot + TAG_VALUE, bytes, pos + 1, end, ENDS_KEY);
      if (pos < 0) return -1;
      continue;
    }
    const valueEnd = slots[slot + TAG_VALUE + 1] ?? 0;
    if (valueEnd < same) {
      tape.sameTags[index] = SAME_TAG;
      if (moved !== 0) moveTag(slots, slot, moved);
      pos = tape.base + valueEnd + moved;
      continue;
    }
    const keyEnd = slots[slot + 1] ?? 0;
    if (keyEnd < same) {
      tape.sameTags[index] = SAME_KEY;
      if (moved !== 0) moveTag(slots, slot, moved);
      pos = tape.base + keyEnd + moved;
    } else {
      tape.sameTags[index] = 0;
      pos = scanName(tape, slot, bytes, pos + 1, end, ENDS_KEY);
      if (pos < 0 || bytes[pos] !== EQUALS) return -1;
    }
    pos = scanName(tape, slot + TAG_VALUE, bytes, pos + 1, end, ENDS_KEY);
    if (pos < 0) return -1;
    if (index + 1 === known) continue;
    moved = pos - tape.base - valueEnd;
    const limit = Math.min(tape.knownTagsLength - valueEnd, end - pos);
    same = valueEnd + commonPrefix(view, before + valueEnd, pos, limit, end);
  }
  tape.tagCount = index;
  return pos;
}

function moveTag(slots: Int32Array, slot: number, by: number): void {
  slots[slot] = (slots[slot] ?? 0) + by;
  slots[slot + 1] = (slots[slot + 1] ?? 0) + by;
  slots[slot + TAG_VALUE] = (slots[slot + TAG_VALUE] ?? 0) + by;
  slots[slot + TAG_VALUE + 1] = (slots[slot + TAG_VALUE + 1] ?? 0) + by;
}
