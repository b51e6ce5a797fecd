import { isAscii } from './ascii.js';

/**
 * What a socket is given: bytes, or text that has a character for each of them, to be written as `latin1`. Text spares the buffer, which is
 * most of what a short message costs.
 */
export type Outgoing = Uint8Array | string;

/** Longer ones cost less as bytes than to look through. */
const mostCharacters = 4096;

/** Whether a JSON text may go out as it is: its characters are its bytes. */
export function isByteText(json: string): boolean {
  return json.length <= mostCharacters && isAscii(json);
}

/** An unsigned number of 32 bits, big endian: `writeUint32` as text. */
export function uint32Text(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
