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
import { toShortDecimal } from './short-decimal.js';

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

  /** Writes what was written from `start` on once more. */
  copy(start: number, count: number): void {
    this.reserve(count);
    this.bytes.copyWithin(this.length, start, start + count);
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
    let unit = BACKSLASH;
    for (let i = 0; i < count; i++) {
      unit = text.charCodeAt(i);
      if (unit >= 0x80 || ((byteClasses[unit] ?? 0) & ends) !== 0) return false;
      bytes[start + i] = unit;
    }
    if (unit === BACKSLASH) return false;
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
    if (value < 0 || Object.is(value, -0)) this.writeByte(MINUS);
    const magnitude = Math.abs(value);
    const decimal = toShortDecimal(magnitude);
    if (decimal === undefined) {
      this.writeAscii(String(magnitude));
      return;
    }
    const { high, low, lowDigits, decimals } = decimal;
    this.reserve(48);
    const start = this.length;
    if (high > 0) {
      this.#writeInt32(high, 1);
      this.#writeInt32(low, lowDigits);
    } else {
      this.#writeInt32(low, 1);
    }
    if (decimals > 0) this.#insertPoint(start, decimals);
  }

  /** Puts a point before the last `decimals` of the digits from `start` on, and drops zeros at the end behind it. */
  #insertPoint(start: number, decimals: number): void {
    const bytes = this.bytes;
    let end = this.length;
    const missing = decimals + 1 - (end - start);
    if (missing > 0) {
      bytes.copyWithin(start + missing, start, end);
      bytes.fill(ZERO, start, start + missing);
      end += missing;
    }
    const point = end - decimals;
    for (let pos = end; pos > point; pos--) bytes[pos] = bytes[pos - 1] ?? 0;
    bytes[point] = DOT;
    while (bytes[end] === ZERO) end--;
    this.length = end === point ? point : end + 1;
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
    const bytes = this.bytes;
    const end = this.length + Math.max(width, digitCount(rest));
    let pos = end;
    while (pos - 2 >= this.length) {
      const hundredth = (rest / 100) | 0;
      const pair = rest - hundredth * 100;
      bytes[--pos] = pairUnits[pair] ?? 0;
      bytes[--pos] = pairTens[pair] ?? 0;
      rest = hundredth;
    }
    if (pos > this.length) bytes[pos - 1] = ZERO + rest;
    this.length = end;
  }
}

/** Decimal digits of an integer from 0 to 2^31 − 1. */
function digitCount(value: number): number {
  // 1233 / 4096 is near enough to the logarithm of 2.
  const guess = ((32 - Math.clz32(value | 1)) * 1233) >> 12;
  return guess + (value >= (powersOfTen[guess] ?? 0) ? 1 : 0);
}

const powersOfTen = Float64Array.from({ length: 11 }, (_, exponent) => (exponent === 0 ? 0 : 10 ** exponent));
const pairTens = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + Math.floor(pair / 10));
const pairUnits = Uint8Array.from({ length: 100 }, (_, pair) => ZERO + (pair % 10));

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
