import { ESCAPED, JSON_STRING, NON_ASCII } from './entry-tape.js';
import { unescapeName, unescapeStringInto } from './unescape.js';

/** Bytes that become characters at once; a kept token may keep its window's text in memory. */
const windowBytes = 65_536;
/** A longer string becomes text on its own instead of widening the window. */
const longToken = 4096;

/**
 * Makes strings of tokens. One `TextDecoder` call turns a whole window of bytes into one string with a character for
 * each byte, of which plain tokens are slices: several times faster than a call for each token. Tokens with escapes or
 * bytes from 0x80 are decoded on their own.
 */
export class TokenText {
  #bytes = noBytes;
  #end = 0;
  #windowStart = 0;
  #windowEnd = 0;
  #window = '';

  /** Reads tokens of `bytes[0, end)` from now on. */
  setInput(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#windowStart = 0;
    this.#windowEnd = 0;
  }

  /** The text of a measurement, a key or a tag value. */
  name(start: number, end: number, flags: number, isKey: boolean): string {
    if (flags === 0) return this.ascii(start, end);
    if ((flags & ESCAPED) === 0) return utf8.decode(this.#bytes.subarray(start, end));
    return utf8.decode(unescapeName(this.#bytes, start, end, isKey));
  }

  /** The text of the inside of a string value, which begins behind its quote. */
  string(start: number, end: number, flags: number): string {
    if ((flags & ESCAPED) === 0) return this.#characters(start, end, flags);
    // Unescaping JSON text byte by byte costs more than all the rest of a job event; JSON.parse does it natively.
    if ((flags & JSON_STRING) !== 0) return String(JSON.parse(this.#characters(start - 1, end + 1, flags)));
    if (scratch.length < end - start) scratch = new Uint8Array(2 * (end - start));
    return utf8.decode(scratch.subarray(0, unescapeStringInto(scratch, this.#bytes, start, end)));
  }

  #characters(start: number, end: number, flags: number): string {
    if ((flags & NON_ASCII) === 0 && end - start <= longToken) return this.ascii(start, end);
    return utf8.decode(this.#bytes.subarray(start, end));
  }

  /** The text of bytes that are all below 0x80. */
  ascii(start: number, end: number): string {
    if (start < this.#windowStart || end > this.#windowEnd) this.#moveWindow(start, end);
    return this.#window.slice(start - this.#windowStart, end - this.#windowStart);
  }

  #moveWindow(start: number, end: number): void {
    this.#windowStart = start;
    this.#windowEnd = Math.max(end, Math.min(this.#end, start + windowBytes));
    const bytes = this.#bytes.subarray(start, this.#windowEnd);
    const text = utf8.decode(bytes);
    this.#window = text.length === bytes.length ? text : utf8.decode(asciiOnly(bytes));
  }
}

const noBytes: Uint8Array = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
let scratch = new Uint8Array(4096);

/** A copy in which `?` stands for each byte from 0x80 on, so that offsets of bytes and characters agree. */
function asciiOnly(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes); // not slice(): a Buffer's would be no copy
  for (let i = 0; i < copy.length; i++) {
    if ((copy[i] ?? 0) >= 0x80) copy[i] = 0x3f;
  }
  return copy;
}
