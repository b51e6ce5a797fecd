import { BACKSLASH, byteClasses, COMMA, CONTROL, CR, EQUALS, LF, MINUS, QUOTE, SPACE, TAB } from '../byte-classes.js';
import { writeInteger } from './decimal-digits.js';
import { maxFloatBytes, writeFloat } from './write-float.js';

/** What a name may not be; `undefined` from {@link ByteWriter.writeName} means that it is fine. */
export type NameFault = 'control' | 'surrogate';

/** Up to here, copying in a loop is faster than a call of `copyWithin`. */
const shortCopy = 128;

/** Bytes that grow at the end: the low half of the encoder, which knows escapes and digits, but no order of calls. */
export class ByteWriter {
  bytes: Uint8Array;
  /** Of the same bytes. */
  view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  writeByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  /** Writes UTF-8 that comes eight bytes to a number, of which the last may hold some zeros too many: none is a NaN ({@link copy}). */
  writeChunks(chunks: readonly number[], byteLength: number): void {
    this.reserve(byteLength + 7);
    const view = this.view;
    const start = this.length;
    for (let i = 0; i < chunks.length; i++) view.setFloat64(start + 8 * i, chunks[i] ?? 0, true);
    this.length = start + byteLength;
  }

  /** Writes what was written from `start` on once more. */
  copy(start: number, count: number): void {
    this.reserve(count + 7);
    if (count > shortCopy || start + count + 7 > this.length) {
      this.bytes.copyWithin(this.length, start, start + count);
    } else {
      const view = this.view;
      const to = this.length;
      // Eight at a time, up to seven too many, which what comes next overwrites. Only a NaN might lose bits. None is among what has
      // been written: its last byte would be 0x7F or 0xFF behind one of 0xF0 or above, which UTF-8 never has.
      for (let i = 0; i < count; i += 8) view.setFloat64(to + i, view.getFloat64(start + i, true), true);
    }
    this.length += count;
  }

  /** Writes a text that is known to be ASCII. */
  writeAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /**
   * Writes a name if it is of the plain kind that nearly all are of: ASCII, with nothing to be escaped or refused in it.
   *
   * @param ends the class of the bytes that are not plain: `ENDS_MEASUREMENT` or `ENDS_KEY`.
   * @returns false where it is not; then nothing has been written.
   */
  writePlainName(text: string, ends: number): boolean {
    const count = text.length;
    this.reserve(count);
    const bytes = this.bytes;
    const start = this.length;
    const classes = byteClasses;
    const backslash = BACKSLASH;
    let unit = backslash;
    for (let i = 0; i < count; i++) {
      unit = text.charCodeAt(i);
      if (unit >= 0x80 || ((classes[unit] ?? 0) & ends) !== 0) return false;
      bytes[start + i] = unit;
    }
    if (unit === backslash) return false;
    this.length = start + count;
    return true;
  }

  /**
   * Writes a name, a key or a tag value, a backslash before each comma and space, and before each `=` of a key
   * (docs/protocol.md §2.2).
   *
   * @param isLax writes control characters as they are.
   */
  writeName(text: string, isKey: boolean, isLax: boolean): NameFault | undefined {
    this.reserve(3 * text.length);
    const bytes = this.bytes;
    let pos = this.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        const after = writeCharacter(bytes, pos, text, i);
        if (after < 0) return 'surrogate';
        if (after - pos === 4) i++;
        pos = after;
        continue;
      }
      if (unit === COMMA || unit === SPACE || (unit === EQUALS && isKey)) bytes[pos++] = BACKSLASH;
      else if (((byteClasses[unit] ?? 0) & CONTROL) !== 0 && !isLax) return 'control';
      bytes[pos++] = unit;
    }
    this.length = pos;
    return undefined;
  }

  /** Writes a string value with its quotes. @returns false where `text` holds half of a surrogate pair. */
  writeString(text: string): boolean {
    this.reserve(3 * text.length + 2);
    const bytes = this.bytes;
    let pos = this.length;
    bytes[pos++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        const after = writeCharacter(bytes, pos, text, i);
        if (after < 0) return false;
        if (after - pos === 4) i++;
        pos = after;
        continue;
      }
      const escape = stringEscapes[unit] ?? 0;
      if (escape === 0) {
        bytes[pos++] = unit;
      } else {
        bytes[pos++] = BACKSLASH;
        bytes[pos++] = escape;
      }
    }
    bytes[pos++] = QUOTE;
    this.length = pos;
    return true;
  }

  /** Writes a finite number so that it reads back as the identical double. */
  writeFloat(value: number): void {
    this.reserve(maxFloatBytes);
    this.length = writeFloat(this.view, this.length, value);
  }

  /** Writes an integer from −(2^53 − 1) to 2^53 − 1 and the letter of its kind. */
  writeInteger(value: number, letter: number): void {
    this.reserve(20);
    const view = this.view;
    let pos = this.length;
    if (value < 0) view.setUint8(pos++, MINUS);
    pos = writeInteger(view, pos, Math.abs(value));
    view.setUint8(pos, letter);
    this.length = pos + 1;
  }
}

/** Character → what stands behind the backslash; 0 where there is none. */
const stringEscapes = new Uint8Array(128);
stringEscapes[QUOTE] = QUOTE;
stringEscapes[BACKSLASH] = BACKSLASH;
stringEscapes[LF] = 0x6e;
stringEscapes[CR] = 0x72;
stringEscapes[TAB] = 0x74;

/** Writes the character at `index` as UTF-8. @returns the offset behind it, −1 where it is half a surrogate pair. */
function writeCharacter(bytes: Uint8Array, at: number, text: string, index: number): number {
  const code = text.codePointAt(index) ?? 0;
  let pos = at;
  if (code < 0x800) {
    bytes[pos++] = 0xc0 | (code >> 6);
  } else if (code < 0x1_0000) {
    if (code >= 0xd800 && code <= 0xdfff) return -1;
    bytes[pos++] = 0xe0 | (code >> 12);
    bytes[pos++] = 0x80 | ((code >> 6) & 0x3f);
  } else {
    bytes[pos++] = 0xf0 | (code >> 18);
    bytes[pos++] = 0x80 | ((code >> 12) & 0x3f);
    bytes[pos++] = 0x80 | ((code >> 6) & 0x3f);
  }
  bytes[pos++] = 0x80 | (code & 0x3f);
  return pos;
}
