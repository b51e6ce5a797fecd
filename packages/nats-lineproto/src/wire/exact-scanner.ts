import {
  BACKSLASH,
  byteClasses,
  COMMA,
  CONTROL,
  CR,
  DOT,
  ENDS_KEY,
  ENDS_MEASUREMENT,
  ENDS_VALUE,
  EQUALS,
  HASH,
  isDigit,
  LF,
  MINUS,
  QUOTE,
  SPACE,
} from './byte-classes.js';
import {
  type EntryTape,
  ESCAPED,
  FIELD_SLOTS,
  FIRST_TAG,
  KIND,
  NON_ASCII,
  STRING,
  TAG_SLOTS,
  TAG_VALUE,
  VALUE,
} from './entry-tape.js';
import { type ExactValue, parseTimestamp, parseValue, type ValueFault } from './exact-value.js';
import { quoteByte, quoteBytes } from './go-quote.js';
import type { Fault, LineErrorKind } from './line-error.js';
import type { Precision } from './precision.js';
import { isValidUtf8 } from './utf8.js';
import { isEscapable, unescapeName, unescapeString } from './unescape.js';

/** What lies at an offset: an entry, an entry to be passed over, a faulty entry, or nothing more. */
export type ScanResult = 'entry' | 'skipped' | 'error' | 'end';

/** What is asked once the measurement has been read: whether the rest of the entry is wanted. */
export type MeasurementFilter = (tape: EntryTape) => boolean;

/**
 * Scans any bytes, rule by rule, to the point or to the one error that the reference decoder makes of them
 * (docs/protocol.md §2 and §3). It sees what the regular scanner left, so it is written for reading, not for speed.
 */
export class ExactScanner {
  /** Offset behind what the last scan took. */
  pos = 0;
  /** Whether the last scan looked at the end of the bytes: with more of them its result may differ. */
  hasReachedEnd = false;
  /** Offset of the line on which the last scan found its entry, or found nothing: behind the blank lines before it. */
  lineStart = 0;
  /** The fault of the last scan, where its result was `error`. */
  fault: Fault | undefined;

  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Whether the line end of the entry has been consumed: then recovery skips nothing. */
  #isLineConsumed = false;

  constructor(
    readonly precision: Precision,
    readonly isTolerant: boolean,
  ) {}

  /**
   * Scans what begins at `from` and leaves its tokens in `tape`; after an error, those that were read before it.
   *
   * @param filter false skips the entry: its syntax is still followed, its field values are not looked at.
   */
  scan(tape: EntryTape, bytes: Uint8Array, from: number, end: number, filter?: MeasurementFilter): ScanResult {
    this.#bytes = bytes;
    this.#end = end;
    this.pos = from;
    this.hasReachedEnd = false;
    this.fault = undefined;
    this.#isLineConsumed = false;
    tape.tagCount = 0;
    tape.fieldCount = 0;
    tape.hasTime = false;
    tape.knownTagsLength = 0;
    tape.hasSameMeasurement = false;
    tape.hasSameFieldKeys = false;
    tape.sameTags.fill(0);
    tape.sameTagCount = 0;
    tape.serial++;

    if (!this.#skipBlankLines()) return 'end';
    tape.base = this.pos;
    let isWanted = true;
    const isRead =
      this.#measurement(tape) &&
      ((isWanted = filter?.(tape) ?? true), this.#tags(tape)) &&
      this.#fields(tape, isWanted) &&
      this.#time(tape, isWanted);
    if (!isRead) this.#recover();
    if (!isWanted) return 'skipped';
    return isRead ? 'entry' : 'error';
  }

  /** @returns the byte at the read point, −1 at the end. */
  #peek(): number {
    if (this.pos < this.#end) return this.#bytes[this.pos] ?? 0;
    this.hasReachedEnd = true;
    return -1;
  }

  #fail(tape: EntryTape, kind: LineErrorKind, offset: number, reason: string, isOutOfRange = false): false {
    this.fault = { kind, offset, entryStart: tape.base, reason, isOutOfRange };
    return false;
  }

  /** The next line: not quote-aware, so the rest of a broken string becomes lines. */
  #recover(): void {
    if (this.#isLineConsumed) return;
    const lineFeed = this.#bytes.indexOf(LF, this.pos);
    if (lineFeed >= 0 && lineFeed < this.#end) {
      this.pos = lineFeed + 1;
    } else {
      this.pos = this.#end;
      this.hasReachedEnd = true;
    }
  }

  /** Passes spaces, line ends and comments. @returns false at the end of the input. */
  #skipBlankLines(): boolean {
    for (;;) {
      const spaces = this.pos;
      if (!this.hasReachedEnd) this.lineStart = spaces;
      this.#skipSpaces();
      const byte = this.#peek();
      if (byte < 0) return false;
      if (byte === HASH) {
        if (!this.#skipComment()) {
          this.pos = spaces;
          return true;
        }
      } else if (!this.#skipLineEnd()) {
        return true;
      }
    }
  }

  /** @returns false where the comment holds a byte that it must not hold. */
  #skipComment(): boolean {
    while (this.pos < this.#end && ((byteClasses[this.#bytes[this.pos] ?? 0] ?? 0) & CONTROL) === 0) this.pos++;
    return this.#peek() < 0 || this.#skipLineEnd();
  }

  #skipSpaces(): void {
    while (this.#peek() === SPACE) this.pos++;
  }

  /** Consumes LF, CRLF, or CR as the last byte. @returns whether there was one. */
  #skipLineEnd(): boolean {
    const byte = this.#peek();
    if (byte === LF) {
      this.pos++;
      return true;
    }
    if (byte !== CR) return false;
    if (this.pos + 1 < this.#end) {
      if (this.#bytes[this.pos + 1] !== LF) return false;
      this.pos += 2;
    } else {
      this.hasReachedEnd = true;
      this.pos++;
    }
    return true;
  }

  /** Reads a token up to a byte that `ends` it. @returns whether it is UTF-8. */
  #name(tape: EntryTape, slot: number, ends: number): boolean {
    const start = this.pos;
    let flags = 0;
    for (let byte = this.#peek(); byte >= 0 && ((byteClasses[byte] ?? 0) & ends) === 0; byte = this.#peek()) {
      this.pos++;
      if (byte >= 0x80) flags |= NON_ASCII;
      if (byte !== BACKSLASH) continue;
      flags |= ESCAPED;
      if (isEscapable(this.#peek(), ends === ENDS_KEY)) this.pos++;
    }
    tape.reserve(slot);
    tape.slots[slot] = start - tape.base;
    tape.slots[slot + 1] = this.pos - tape.base;
    tape.slots[slot + 2] = flags;
    return (flags & NON_ASCII) === 0 || isValidUtf8(this.#bytes, start, this.pos);
  }

  /** The token at `slot`, unescaped, between quotes. */
  #quoteName(tape: EntryTape, slot: number, isKey: boolean): string {
    const name = unescapeName(
      this.#bytes,
      tape.base + (tape.slots[slot] ?? 0),
      tape.base + (tape.slots[slot + 1] ?? 0),
      isKey,
    );
    return quoteBytes(name, 0, name.length);
  }

  #failUtf8(tape: EntryTape, kind: LineErrorKind, slot: number): false {
    const reason = `invalid utf-8 sequence in token ${this.#quoteName(tape, slot, kind !== 'measurement')}`;
    return this.#fail(tape, kind, tape.base + (tape.slots[slot] ?? 0), reason);
  }

  #quoteByte(): string {
    return quoteByte(this.#bytes[this.pos] ?? 0);
  }

  #measurement(tape: EntryTape): boolean {
    const isComment = this.#peek() === HASH;
    const isUtf8 = this.#name(tape, 0, ENDS_MEASUREMENT);
    if (tape.slots[0] === tape.slots[1]) {
      const reason = `invalid character ${this.#quoteByte()} found at start of measurement name`;
      return this.#fail(tape, 'measurement', this.pos, reason);
    }
    if (!isUtf8) return this.#failUtf8(tape, 'measurement', 0);
    if (isComment) return this.#fail(tape, 'measurement', tape.base, 'invalid character found in comment line');
    return this.#tagComma(tape, 'measurement');
  }

  /** Behind a measurement or a tag value: passes a comma if there is one; then a tag has to follow. */
  #tagComma(tape: EntryTape, kind: LineErrorKind): boolean {
    if (this.#peek() !== COMMA) return true;
    this.pos++;
    const byte = this.#peek();
    if (byte < 0) return this.#fail(tape, kind, this.pos, 'expected tag key after comma; got end of input');
    if (byte !== SPACE && byte !== CR && byte !== LF) return true;
    if (byte === SPACE && this.isTolerant) return true;
    return this.#fail(tape, kind, this.pos, 'expected tag key after comma; got white space instead');
  }

  #tags(tape: EntryTape): boolean {
    for (let slot = FIRST_TAG; ; slot += TAG_SLOTS) {
      const start = this.pos;
      const isKeyUtf8 = this.#name(tape, slot, ENDS_KEY);
      const byte = this.#peek();
      if (this.pos === start) {
        if (byte === SPACE || (byte < 0 && tape.tagCount > 0)) break;
        if (byte < 0) return this.#fail(tape, 'tag', start, 'expected tag key or field but found end of input instead');
        if (byte === EQUALS) return this.#fail(tape, 'tag', start, 'empty tag key');
        return this.#fail(tape, 'tag', start, `expected tag key or field but found ${this.#quoteByte()} instead`);
      }
      if (!isKeyUtf8) return this.#failUtf8(tape, 'tag', slot);
      if (byte !== EQUALS) {
        const found = byte < 0 ? 'end of input' : `${this.#quoteByte()} instead`;
        return this.#fail(
          tape,
          'tag',
          start,
          `expected '=' after tag key ${this.#quoteName(tape, slot, true)}, but got ${found}`,
        );
      }
      this.pos++;
      const value = this.pos;
      const isValueUtf8 = this.#name(tape, slot + TAG_VALUE, ENDS_KEY);
      if (this.pos === value && !this.#mayBeEmpty()) {
        const reason = `expected tag value after tag key ${this.#quoteName(tape, slot, true)}, but none found`;
        return this.#fail(tape, 'tag', value, reason);
      }
      if (!isValueUtf8) return this.#failUtf8(tape, 'tag', slot + TAG_VALUE);
      if (!this.#tagComma(tape, 'tag')) return false;
      tape.tagCount++;
    }
    this.#skipSpaces();
    return true;
  }

  /** Whether an empty tag value is let pass: one that a sender's encoder wrote as `key=` (docs/protocol.md §5). */
  #mayBeEmpty(): boolean {
    return this.isTolerant && (this.#peek() === COMMA || this.#peek() === SPACE);
  }

  #fields(tape: EntryTape, areValuesRead: boolean): boolean {
    for (let slot = tape.fieldSlot(0); ; slot += FIELD_SLOTS) {
      const start = this.pos;
      const isUtf8 = this.#name(tape, slot, ENDS_KEY);
      const byte = this.#peek();
      if (this.pos === start) {
        if (byte < 0) return this.#fail(tape, 'field', start, 'expected field key but none found');
        return this.#fail(tape, 'field', start, `invalid character ${this.#quoteByte()} found at start of field key`);
      }
      if (!isUtf8) return this.#failUtf8(tape, 'field', slot);
      if (byte !== EQUALS) {
        const found = byte < 0 ? 'end of input' : this.#quoteByte();
        return this.#fail(
          tape,
          'field',
          this.pos,
          `want '=' after field key ${this.#quoteName(tape, slot, true)}, found ${found}`,
        );
      }
      this.pos++;
      if (!this.#value(tape, slot, areValuesRead)) return false;
      tape.fieldCount++;
      if (this.#isLineConsumed || this.#bytes[this.pos - 1] !== COMMA) return true;
    }
  }

  /** Reads a value and what separates it from the next part. */
  #value(tape: EntryTape, slot: number, isRead: boolean): boolean {
    const start = this.pos;
    const byte = this.#peek();
    if (byte === QUOTE) return this.#string(tape, slot) && this.#separator(tape, slot);
    const key = (): string => this.#quoteName(tape, slot, true);
    if (byte < 0) return this.#fail(tape, 'field', start, `expected value for field ${key()}, found end of input`);
    if (byte === SPACE || byte === COMMA)
      return this.#fail(tape, 'field', start, `missing field value for field ${key()}`);
    this.#passUntil(ENDS_VALUE);
    const stop = this.pos;
    if (!startsValue(byte)) {
      const quoted = quoteBytes(this.#bytes, start, stop);
      return this.#fail(tape, 'field', start, `value for field ${key()} (${quoted}) has unrecognized type`);
    }
    if (!this.#separator(tape, slot)) return false;
    if (!isRead) return true;
    const value = parseValue(this.#bytes, start, stop);
    if (!('reason' in value)) {
      this.#writeNumber(tape, slot, start, stop, value);
      return true;
    }
    return this.#failValue(tape, start, value, key());
  }

  #failValue(tape: EntryTape, start: number, fault: ValueFault, key: string): false {
    return this.#fail(
      tape,
      'field',
      start,
      `cannot parse value for field key ${key}: ${fault.reason}`,
      fault.isOutOfRange,
    );
  }

  #writeNumber(tape: EntryTape, slot: number, start: number, stop: number, value: ExactValue): void {
    tape.reserveNumber(tape.fieldCount);
    tape.numbers[tape.fieldCount] = value.number;
    this.#writeValue(tape, slot, value.kind, start, stop, 0);
  }

  #writeValue(tape: EntryTape, slot: number, kind: number, start: number, stop: number, flags: number): void {
    tape.slots[slot + KIND] = kind;
    tape.slots[slot + VALUE] = start - tape.base;
    tape.slots[slot + VALUE + 1] = stop - tape.base;
    tape.slots[slot + VALUE + 2] = flags;
  }

  #string(tape: EntryTape, slot: number): boolean {
    const quote = this.pos++;
    let flags = 0;
    let byte = this.#peek();
    for (; byte >= 0 && byte !== QUOTE; byte = this.#peek()) {
      this.pos++;
      if (byte >= 0x80) flags |= NON_ASCII;
      if (byte !== BACKSLASH) continue;
      flags |= ESCAPED;
      const next = this.#peek();
      if (next === QUOTE || next === BACKSLASH) this.pos++;
    }
    if ((flags & NON_ASCII) !== 0 && !isValidUtf8(this.#bytes, quote + 1, this.pos)) {
      const text = unescapeString(this.#bytes, quote + 1, this.pos);
      return this.#fail(
        tape,
        'field',
        quote + 1,
        `invalid utf-8 sequence in token ${quoteBytes(text, 0, text.length)}`,
      );
    }
    if (byte < 0) {
      const reason = `expected closing quote for string field ${this.#quoteName(tape, slot, true)}, found end of input`;
      return this.#fail(tape, 'field', quote, reason);
    }
    this.#writeValue(tape, slot, STRING, quote + 1, this.pos, flags);
    this.pos++;
    return true;
  }

  /** Passes what stands behind a value: a comma, or spaces, or the end of the line, or nothing before a lone CR. */
  #separator(tape: EntryTape, slot: number): boolean {
    const byte = this.#peek();
    if (byte === COMMA) {
      this.pos++;
    } else if (byte < 0 || this.#skipLineEnd()) {
      this.#isLineConsumed = true;
    } else if (byte === SPACE) {
      this.#skipSpaces();
    } else if (byte !== CR) {
      const reason = `unexpected character ${this.#quoteByte()} after field ${this.#quoteName(tape, slot, true)}`;
      return this.#fail(tape, 'field', this.pos, reason);
    }
    return true;
  }

  #time(tape: EntryTape, isRead: boolean): boolean {
    if (this.#isLineConsumed) return true;
    const start = this.pos;
    while (this.#peek() === MINUS || isDigit(this.#peek())) this.pos++;
    const stop = this.pos;
    const afterSpaces = this.#peek() === SPACE;
    this.#skipSpaces();
    if (this.#peek() < 0 || this.#skipLineEnd()) {
      this.#isLineConsumed = true;
      if (stop === start || !isRead) return true;
      return this.#readTime(tape, start, stop);
    }
    const bad = this.pos;
    this.#passUntilLineEnd();
    if (stop === start) this.#isLineConsumed = true;
    if (bad === start || !afterSpaces) {
      if (bad < this.pos) {
        const quoted = quoteBytes(this.#bytes, start, this.pos);
        return this.#fail(tape, 'time', start, `invalid timestamp (${quoted})`);
      }
    }
    const quoted = quoteBytes(this.#bytes, bad, this.pos);
    return this.#fail(tape, 'time', bad, `unexpected text after timestamp (${quoted})`);
  }

  #readTime(tape: EntryTape, start: number, stop: number): boolean {
    const time = parseTimestamp(this.#bytes, start, stop, this.precision);
    if ('reason' in time) {
      const quoted = quoteBytes(this.#bytes, start, stop);
      return this.#fail(tape, 'time', start, `invalid timestamp (${quoted}): ${time.reason}`, time.isOutOfRange);
    }
    tape.hasTime = true;
    tape.seconds = time.seconds;
    tape.secondsAt = -1;
    tape.nanos = time.nanos;
    return true;
  }

  #passUntil(ends: number): void {
    for (let byte = this.#peek(); byte >= 0 && ((byteClasses[byte] ?? 0) & ends) === 0; byte = this.#peek()) this.pos++;
  }

  #passUntilLineEnd(): void {
    for (let byte = this.#peek(); byte >= 0 && byte !== LF && byte !== CR; byte = this.#peek()) this.pos++;
  }
}

/** Whether a value's first byte names a type other than string. */
function startsValue(byte: number): boolean {
  return (
    isDigit(byte) || byte === MINUS || byte === DOT || byte === 0x74 || byte === 0x54 || byte === 0x66 || byte === 0x46
  );
}
