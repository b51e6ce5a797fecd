import { LineProtocolError, type LineProtocolErrorCode } from '../../errors.js';
import { COMMA, ENDS_KEY, ENDS_MEASUREMENT, EQUALS, HASH, LF, SPACE } from '../byte-classes.js';
import type { Precision } from '../precision.js';
import { ByteWriter } from './byte-writer.js';
import { FieldKeyMemory } from './field-key-memory.js';
import type { FieldInput, PointInput, TypedValue } from './field-input.js';
import { HeadMemory } from './head-memory.js';
import type { PreparedSeries } from './prepared-series.js';
import { splitInt64, toSafeInteger } from './split-int64.js';
import { compareTagKeys, keysInOrder, tagsInOrder } from './tag-order.js';
import { type TimeFault, TimestampWriter } from './timestamp-writer.js';

export interface EncoderOptions {
  /** Unit in which timestamps are written; what lies below it is cut off, towards zero. Default `ns`. */
  precision?: Precision | undefined;
  /**
   * Leaves out the checks of names, keys and tag values and of the order of tags, which the caller vouches for. Text that
   * is no Unicode, values, and times are still checked. Default false.
   */
  lax?: boolean | undefined;
  /** Bytes to begin with; the buffer doubles as it must. Default 4096. */
  initialBytes?: number | undefined;
}

/** Between lines; behind a measurement or a tag; behind a prepared series; behind a field. */
type State = 'idle' | 'tags' | 'series' | 'fields';

/**
 * Encodes line protocol into one growing buffer: whole points by {@link encode}, or part by part by {@link startLine},
 * {@link addTag}, {@link addField}, {@link endLine}.
 *
 * A call that is refused throws a `LineProtocolError` and drops the line it belongs to; the lines before it stay, and
 * encoding can go on with the next one. Its message and `details.entry` say which line it was, from 1.
 */
export class Encoder {
  readonly #writer: ByteWriter;
  readonly #isLax: boolean;
  readonly #timestamps: TimestampWriter;
  #state: State = 'idle';
  #lineStart = 0;
  readonly #head: HeadMemory;
  readonly #fieldKeys: FieldKeyMemory;
  /** The tag keys of the object before. */
  #sortedKeys: readonly string[] = [];
  #started = 0;
  #ended = 0;

  /** @throws LineProtocolError `invalid_option`. */
  constructor(options: EncoderOptions = {}) {
    const { initialBytes = 4096 } = options;
    if (!Number.isSafeInteger(initialBytes) || initialBytes < 1) {
      throw new LineProtocolError(`initialBytes is ${initialBytes}: it must be an integer from 1`, {
        code: 'invalid_option',
      });
    }
    this.#writer = new ByteWriter(initialBytes);
    this.#head = new HeadMemory(this.#writer);
    this.#fieldKeys = new FieldKeyMemory(this.#writer);
    this.#isLax = options.lax ?? false;
    this.#timestamps = new TimestampWriter(this.#writer, options.precision ?? 'ns');
  }

  /** Bytes of the lines that have been ended. */
  get length(): number {
    return this.#state === 'idle' ? this.#writer.length : this.#lineStart;
  }

  /** Lines that have been ended since the last {@link reset} or {@link take}. */
  get count(): number {
    return this.#ended;
  }

  /** The ended lines, without a copy: what is encoded next overwrites them or moves away from them. */
  bytes(): Uint8Array {
    return this.#writer.bytes.subarray(0, this.length);
  }

  /** A copy of the ended lines, which the encoder then forgets: to be kept, queued, or sent. */
  take(): Uint8Array {
    const taken = this.#writer.bytes.slice(0, this.length);
    this.reset();
    return taken;
  }

  /** Forgets every line and keeps the buffer. */
  reset(): void {
    this.#writer.length = 0;
    this.#head.forget();
    this.#fieldKeys.forget();
    this.#state = 'idle';
    this.#started = 0;
    this.#ended = 0;
  }

  /**
   * Encodes one entry; its tags in any order.
   *
   * @throws LineProtocolError for what the entry cannot say: README, table of errors.
   */
  encode(point: PointInput): this {
    const { measurement, tags, fields, time } = point;
    this.startLine(measurement);
    if (isList(tags)) {
      for (const { key, value } of tagsInOrder(tags)) if (!this.#head.repeats(key, value)) this.#tag(key, value);
    } else if (tags !== undefined) {
      this.#sortedKeys = keysInOrder(tags, this.#sortedKeys);
      for (const key of this.#sortedKeys) {
        const value = tags[key];
        if (!this.#head.repeats(key, value)) this.#tag(key, value);
      }
    }
    if (isList(fields)) {
      for (const field of fields) this.addField(field.key, field);
    } else {
      for (const key of Object.keys(fields)) this.#field(key, fields[key]);
    }
    return this.endLine(time);
  }

  /**
   * Begins a line, and ends the one before it without a timestamp if it is open.
   *
   * @throws LineProtocolError `empty_name`, `invalid_name`, `trailing_backslash`, `comment_measurement`, `invalid_text`.
   */
  startLine(measurement: string): this {
    if (this.#state !== 'idle') this.endLine();
    this.#lineStart = this.#writer.length;
    this.#started++;
    this.#state = 'tags';
    if (typeof measurement !== 'string') this.#refuseType('measurement', measurement);
    if (!this.#head.begin(measurement)) this.#newMeasurement(measurement);
    return this;
  }

  #newMeasurement(measurement: string): void {
    if (!this.#writer.writePlainName(measurement, ENDS_MEASUREMENT))
      this.#irregularName('measurement', measurement, false);
    if (measurement.charCodeAt(0) === HASH && !this.#isLax) {
      this.#refuse(
        'comment_measurement',
        `measurement ${quote(measurement)} begins with #, which reads back as a comment`,
      );
    }
    this.#head.keepMeasurement(measurement, this.#lineStart);
  }

  /**
   * Begins a line with everything up to its fields.
   *
   * @throws LineProtocolError `no_fields` where the line before it is open and has no field.
   */
  startSeries(series: PreparedSeries): this {
    if (this.#state !== 'idle') this.endLine();
    this.#lineStart = this.#writer.length;
    this.#started++;
    this.#state = 'series';
    this.#writer.writeChunks(series.chunks, series.byteLength);
    return this;
  }

  /**
   * Adds a tag; keys ascend in the order of their UTF-8 bytes.
   *
   * @throws LineProtocolError `tag_order`, `duplicate_tag`, `call_order` and those of {@link startLine}.
   */
  addTag(key: string, value: string): this {
    if (!this.#head.repeats(key, value)) this.#tag(key, value);
    return this;
  }

  /** A tag that differs from that of the line before. */
  #tag(key: string, value: string | undefined): void {
    if (this.#state !== 'tags') this.#refuse('call_order', `tag ${quote(key)} does not follow a measurement or a tag`);
    if (!this.#head.writeUpToValue(key)) this.#tagKey(key);
    const valueStart = this.#writer.length;
    this.#key('tag value', value);
    this.#head.keepTag(key, value, valueStart);
  }

  /**
   * Adds a field: a number as float, a bigint as int, strings and booleans as they are, a {@link TypedValue} as it says.
   *
   * @throws LineProtocolError `not_finite`, `out_of_range`, `unsupported_value`, `invalid_text`, `call_order` and those
   * of {@link startLine}.
   */
  addField(key: string, value: FieldInput): this {
    return this.#field(key, value);
  }

  #field(key: string, value: FieldInput | undefined): this {
    if (typeof value === 'object' && value !== null) return this.#addTyped(key, value);
    this.#fieldKey(key);
    return typeof value === 'number' ? this.#float(key, value) : this.#otherValue(key, value);
  }

  #otherValue(key: string, value: FieldInput | undefined): this {
    switch (typeof value) {
      case 'bigint':
        return this.#bigint(key, value, 'int');
      case 'string':
        if (!this.#writer.writeString(value))
          this.#refuse('invalid_text', `field ${quote(key)} holds half a surrogate pair`);
        return this;
      case 'boolean':
        this.#writer.writeAscii(value ? 'true' : 'false');
        return this;
      default:
        return this.#refuse('unsupported_value', `field ${quote(key)} is of type ${typeof value}`);
    }
  }

  /**
   * Ends the line.
   *
   * @param time a bigint: Unix nanoseconds; a number: whole Unix seconds; absent: no timestamp.
   * @param nanoseconds above a number of seconds: 0 to 999,999,999. Default 0.
   * @throws LineProtocolError `out_of_range` beyond int64 nanoseconds, `unsupported_value` for a fraction, `no_fields`, `call_order`.
   */
  endLine(time?: bigint | number, nanoseconds = 0): this {
    if (this.#state !== 'fields') this.#refuseEnd();
    if (typeof time === 'number') this.#time(time, nanoseconds);
    else if (time !== undefined) this.#nanoseconds(time);
    else this.#writer.writeByte(LF);
    this.#state = 'idle';
    this.#ended++;
    return this;
  }

  #refuseEnd(): never {
    if (this.#state === 'idle') this.#refuse('call_order', 'there is no line to be ended');
    this.#refuse('no_fields', 'a line needs a field');
  }

  #addTyped(key: string, typed: TypedValue): this {
    const { kind, value } = typed;
    if ((kind === 'int' || kind === 'uint') && (typeof value === 'number' || typeof value === 'bigint')) {
      this.#fieldKey(key);
      return typeof value === 'bigint' ? this.#bigint(key, value, kind) : this.#integer(key, value, kind);
    }
    const isPlain =
      (kind === 'float' && typeof value === 'number') ||
      (kind === 'string' && typeof value === 'string') ||
      (kind === 'boolean' && typeof value === 'boolean');
    if (isPlain) return this.addField(key, value);
    return this.#refuse('unsupported_value', `field ${quote(key)} of kind ${kind} has a value of type ${typeof value}`);
  }

  #tagKey(key: string): void {
    const last = this.#head.lastKey;
    if (!this.#isLax && last !== undefined && compareTagKeys(last, key) >= 0) {
      if (last === key) this.#refuse('duplicate_tag', `tag ${quote(key)} comes twice`);
      this.#refuse('tag_order', `tag ${quote(key)} must come before ${quote(last)}`);
    }
    this.#writer.writeByte(COMMA);
    this.#key('tag key', key);
    this.#writer.writeByte(EQUALS);
  }

  #fieldKey(key: string): void {
    const isFirst = this.#state !== 'fields';
    if (isFirst) this.#beginFields(key);
    if (this.#fieldKeys.recall(key)) return;
    const start = this.#writer.length;
    this.#writer.writeByte(isFirst ? SPACE : COMMA);
    this.#key('field key', key);
    this.#writer.writeByte(EQUALS);
    this.#fieldKeys.keep(key, start);
  }

  #beginFields(key: string): void {
    if (this.#state === 'idle')
      this.#refuse('call_order', `field ${quote(key)} does not follow a measurement, a tag or a field`);
    if (this.#state === 'tags') this.#head.write();
    this.#fieldKeys.begin();
    this.#state = 'fields';
  }

  #float(key: string, value: number): this {
    if (!Number.isFinite(value))
      this.#refuse('not_finite', `field ${quote(key)} is ${value}, which line protocol cannot say`);
    this.#writer.writeFloat(value);
    return this;
  }

  #integer(key: string, value: number, kind: 'int' | 'uint'): this {
    if (!Number.isSafeInteger(value)) {
      if (Number.isInteger(value)) return this.#bigint(key, BigInt(value), kind);
      this.#refuse('unsupported_value', `field ${quote(key)} of kind ${kind} is ${value}, not an integer`);
    }
    if (value < 0 && kind === 'uint') this.#refuse('out_of_range', `field ${quote(key)} is ${value}: not a uint64`);
    this.#writer.writeInteger(value, letterOf(kind));
    return this;
  }

  #bigint(key: string, value: bigint, kind: 'int' | 'uint'): this {
    const number = toSafeInteger(value);
    if (number !== undefined) return this.#integer(key, number, kind);
    if (value !== (kind === 'int' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value))) {
      this.#refuse('out_of_range', `field ${quote(key)} is ${value}: not ${kind === 'int' ? 'an int64' : 'a uint64'}`);
    }
    this.#writer.writeAscii(value.toString());
    this.#writer.writeByte(letterOf(kind));
    return this;
  }

  #nanoseconds(time: bigint): void {
    const split = splitInt64(time);
    if (split === undefined) this.#refuse('out_of_range', `time ${time} ns is beyond int64`);
    this.#time(split.seconds, split.nanos);
  }

  #time(seconds: number, nanoseconds: number): void {
    const fault = this.#timestamps.write(seconds, nanoseconds);
    if (fault !== undefined) this.#refuseTime(fault, seconds, nanoseconds);
  }

  #refuseTime(fault: TimeFault, seconds: number, nanoseconds: number): never {
    if (fault === 'range') this.#refuse('out_of_range', `time ${seconds} s is beyond int64 nanoseconds`);
    this.#refuse(
      'unsupported_value',
      `time ${seconds} s and ${nanoseconds} ns is not whole seconds and nanoseconds below one`,
    );
  }

  #key(what: string, text: string | undefined): asserts text is string {
    if (typeof text !== 'string') this.#refuseType(what, text);
    if (!this.#writer.writePlainName(text, ENDS_KEY)) this.#irregularName(what, text, true);
  }

  #refuseType(what: string, text: unknown): never {
    this.#refuse('unsupported_value', `${what} is of type ${typeof text}, not a string`);
  }

  #irregularName(what: string, text: string, isKey: boolean): void {
    const fault = this.#writer.writeName(text, isKey, this.#isLax);
    if (fault === 'surrogate') this.#refuse('invalid_text', `${what} ${quote(text)} holds half a surrogate pair`);
    if (fault === 'control') this.#refuse('invalid_name', `${what} ${quote(text)} holds a control character`);
    if (this.#isLax) return;
    if (text.length === 0) this.#refuse('empty_name', `${what} is empty`);
    if (text.endsWith('\\')) {
      this.#refuse(
        'trailing_backslash',
        `${what} ${quote(text)} ends with a backslash, which would escape what follows`,
      );
    }
  }

  /** Drops the line and says why. */
  #refuse(code: LineProtocolErrorCode, message: string): never {
    if (this.#state !== 'idle') {
      this.#writer.length = this.#lineStart;
      this.#head.forget();
      this.#fieldKeys.forget();
    }
    this.#state = 'idle';
    throw new LineProtocolError(`entry ${this.#started}: ${message}`, { code, details: { entry: this.#started } });
  }
}

function isList<Item>(items: readonly Item[] | object | undefined): items is readonly Item[] {
  return Array.isArray(items);
}

function letterOf(kind: 'int' | 'uint'): number {
  return kind === 'int' ? 0x69 : 0x75;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
