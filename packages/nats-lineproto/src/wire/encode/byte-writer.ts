import {
  BACKSLASH,
  byteClasses,
  COMMA,
  CONTROL,
  CR,
  DOT,
  EQUALS,
  LF,
  MINUS,
  QUOTE,
  SPACE,
  TAB,
  ZERO,
} from '../byte-classes.js';

/** What a name may not be; `undefined` from {@link ByteWriter.writeName} means that it is fine. */
export type NameFault = 'control' | 'surrogate';

/** Bytes that grow at the end: the low half of the encoder, which knows escapes and digits, but no order of calls. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  writeByte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  writeBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Writes a text that is known to be ASCII. */
  writeAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
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
    const magnitude = Math.abs(value);
    if (magnitude < 1e15) {
      for (let decimals = 0; decimals <= 3; decimals++) {
        const power = powersOfTen[decimals] ?? 1;
        const scaled = Math.round(magnitude * power);
        // Both sides of a division of two exact doubles: its result is the double nearest to the decimal text.
        if (scaled / power !== magnitude) continue;
        if (value < 0 || Object.is(value, -0)) this.writeByte(MINUS);
        this.#writeDecimal(scaled, power, decimals);
        return;
      }
    }
    this.writeAscii(String(value));
  }

  #writeDecimal(scaled: number, power: number, decimals: number): void {
    if (decimals === 0) {
      this.writeDigits(scaled, 1);
      return;
    }
    const whole = Math.floor(scaled / power);
    this.writeDigits(whole, 1);
    this.writeByte(DOT);
    this.writeDigits(scaled - whole * power, decimals);
  }

  /** Writes an integer from 0 to 2^53 − 1 in decimal, with leading zeros up to `width` digits. */
  writeDigits(value: number, width: number): void {
    this.reserve(24);
    const high = value < 1e9 ? 0 : Math.floor(value / 1e9);
    if (high > 0) {
      this.#writeInt32(high, width - 9);
      this.#writeInt32(value - high * 1e9, 9);
    } else {
      this.#writeInt32(value, width);
    }
  }

  #writeInt32(value: number, width: number): void {
    let rest = value | 0;
    let digits = 1;
    for (let bound = 10; digits < 10 && rest >= bound; bound *= 10) digits++;
    if (digits < width) digits = width;
    const bytes = this.bytes;
    for (let pos = this.length + digits - 1; pos >= this.length; pos--) {
      const tenth = (rest / 10) | 0;
      bytes[pos] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += digits;
  }
}

const powersOfTen = [1, 10, 100, 1000];

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
