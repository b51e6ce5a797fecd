import { BACKSLASH, QUOTE, SPACE } from '../byte-classes.js';

/**
 * Goes over bytes that mean themselves inside a string, in JSON as well, four at a time.
 *
 * @returns the offset of the first that may not: a quote, a backslash, a control character, or one from 0x80 on; else `end`.
 */
export function skipPlain(bytes: Uint8Array, view: DataView, from: number, end: number): number {
  let pos = from;
  for (; pos + 4 <= end; pos += 4) {
    const four = view.getInt32(pos, true);
    // Bit 1 turned over, a quote is below 0x21 as control characters are, and nothing else is.
    const turned = four ^ 0x02020202;
    const backslashes = four ^ 0x5c5c5c5c;
    // A subtraction borrows into a byte's highest bit where the byte is too small. It borrows on from there, so only the first byte found is sure.
    const small = ((turned - 0x21212121) & ~turned) | ((backslashes - 0x01010101) & ~backslashes);
    const found = (small | four) & 0x80808080;
    if (found !== 0) return pos + ((31 - Math.clz32(found & -found)) >> 3);
  }
  while (pos < end && isPlain[bytes[pos] ?? 0] === 1) pos++;
  return pos;
}

const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= SPACE && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
