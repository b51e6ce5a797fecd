import { BACKSLASH, byteClasses, ENDS_KEY, ESCAPES, HIGH } from '../byte-classes.js';
import { type EntryTape, ESCAPED, NON_ASCII } from '../entry-tape.js';
import { isEscapable } from '../unescape.js';
import { isValidUtf8 } from '../utf8.js';

/**
 * Scans a measurement, a key or a tag value that is not empty and ends before the end of the input.
 *
 * @param ends the class of the bytes that end it.
 * @returns the offset of the byte that ends it, or −1.
 */
export function scanName(
  tape: EntryTape,
  slot: number,
  bytes: Uint8Array,
  from: number,
  end: number,
  ends: number,
): number {
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
  slots[slot] = from - tape.base;
  slots[slot + 1] = pos - tape.base;
  slots[slot + 2] = flags;
  return pos;
}
