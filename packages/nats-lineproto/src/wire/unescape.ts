import { BACKSLASH, COMMA, EQUALS, LF, CR, QUOTE, SPACE, TAB } from './byte-classes.js';

/** What a backslash escapes outside strings; `=` only where a bare one would end the token (docs/protocol.md §2.2). */
export function isEscapable(byte: number, isKey: boolean): boolean {
  return byte === COMMA || byte === SPACE || (byte === EQUALS && isKey);
}

/** The bytes that a name, a key or a tag value stands for. */
export function unescapeName(bytes: Uint8Array, start: number, end: number, isKey: boolean): Uint8Array {
  const target = new Uint8Array(end - start);
  let length = 0;
  for (let pos = start; pos < end; pos++) {
    if (bytes[pos] === BACKSLASH && pos + 1 < end && isEscapable(bytes[pos + 1] ?? 0, isKey)) pos++;
    target[length++] = bytes[pos] ?? 0;
  }
  return target.subarray(0, length);
}

/** The bytes that the inside of a string stands for. */
export function unescapeString(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const target = new Uint8Array(end - start);
  return target.subarray(0, unescapeStringInto(target, bytes, start, end));
}

/** Writes them to `target`, which has room for `end - start`. @returns how many they are. */
export function unescapeStringInto(target: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let pos = start; pos < end; pos++) {
    let byte = bytes[pos] ?? 0;
    if (byte === BACKSLASH && pos + 1 < end) {
      const escaped = stringEscapes[bytes[pos + 1] ?? 0] ?? 0;
      if (escaped !== 0) {
        byte = escaped;
        pos++;
      }
    }
    target[length++] = byte;
  }
  return length;
}

/** Byte behind a backslash inside a string → the byte that both stand for; 0 where they stand for themselves. */
export const stringEscapes = new Uint8Array(256);
stringEscapes[QUOTE] = QUOTE;
stringEscapes[BACKSLASH] = BACKSLASH;
stringEscapes[0x6e] = LF;
stringEscapes[0x72] = CR;
stringEscapes[0x74] = TAB;
