import type { EntryReader } from './entry-reader.js';
import {
  BOOLEAN,
  type EntryTape,
  FIELD_SLOTS,
  FIRST_TAG,
  FLOAT,
  INT,
  KIND,
  STRING,
  TAG_SLOTS,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { type Field, Point, type Tag } from './point.js';
import { TokenText } from './token-text.js';

/** How int and uint come out: always `bigint`, or `number` where that is exact. */
export type IntegerMode = 'bigint' | 'number';

/**
 * Makes points of tapes. Lines of one text mostly repeat the tags of the line before them at the same place, so a tag or
 * a key with the same bytes is taken over from there instead of being made again.
 */
export class PointBuilder<Integer extends number | bigint> {
  readonly #text = new TokenText();
  readonly #toInteger: (number: number, text: string) => Integer;
  #bytes: Uint8Array = new Uint8Array(0);
  #measurement = new Remembered<string>();
  readonly #tags: Remembered<Tag>[] = [];
  readonly #tagKeys: Remembered<string>[] = [];
  readonly #fieldKeys: Remembered<string>[] = [];

  constructor(toInteger: (number: number, text: string) => Integer) {
    this.#toInteger = toInteger;
  }

  setInput(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#text.setInput(bytes, end);
    this.#measurement.forget();
    for (const remembered of [...this.#tags, ...this.#tagKeys, ...this.#fieldKeys]) remembered.forget();
  }

  build(reader: EntryReader): Point<Integer> {
    const tape = reader.tape;
    const tags: Tag[] = [];
    let slot = FIRST_TAG;
    for (let index = 0; index < tape.tagCount; index++, slot += TAG_SLOTS) tags.push(this.#tag(tape, index, slot));
    const fields: Field<Integer>[] = [];
    for (let index = 0; index < tape.fieldCount; index++, slot += FIELD_SLOTS)
      fields.push(this.#field(tape, index, slot));
    const measurement = this.#name(tape, 0, this.#measurement, false);
    if (tape.hasTime) return new Point(measurement, tags, fields, tape.seconds, tape.nanos, true);
    const time = reader.defaultTime;
    return new Point(measurement, tags, fields, time?.seconds, time?.nanos ?? 0, false);
  }

  #tag(tape: EntryTape, index: number, slot: number): Tag {
    const start = tape.slots[slot] ?? 0;
    const end = tape.slots[slot + TAG_VALUE + 1] ?? 0;
    const remembered = (this.#tags[index] ??= new Remembered());
    const known = remembered.at(this.#bytes, start, end);
    if (known !== undefined) return known;
    const key = this.#name(tape, slot, (this.#tagKeys[index] ??= new Remembered()), true);
    const value = this.#text.name(tape.slots[slot + TAG_VALUE] ?? 0, end, tape.slots[slot + TAG_VALUE + 2] ?? 0, true);
    return remembered.keep({ key, value }, start, end);
  }

  #name(tape: EntryTape, slot: number, remembered: Remembered<string>, isKey: boolean): string {
    const start = tape.slots[slot] ?? 0;
    const end = tape.slots[slot + 1] ?? 0;
    const known = remembered.at(this.#bytes, start, end);
    if (known !== undefined) return known;
    return remembered.keep(this.#text.name(start, end, tape.slots[slot + 2] ?? 0, isKey), start, end);
  }

  #field(tape: EntryTape, index: number, slot: number): Field<Integer> {
    const key = this.#name(tape, slot, (this.#fieldKeys[index] ??= new Remembered()), true);
    const number = tape.numbers[index] ?? NaN;
    const start = tape.slots[slot + VALUE] ?? 0;
    const end = tape.slots[slot + VALUE + 1] ?? 0;
    switch (tape.slots[slot + KIND] ?? FLOAT) {
      case STRING:
        return { key, kind: 'string', value: this.#text.string(start, end, tape.slots[slot + VALUE + 2] ?? 0) };
      case BOOLEAN:
        return { key, kind: 'boolean', value: number === 1 };
      case INT:
        return { key, kind: 'int', value: this.#integer(number, start, end) };
      case UINT:
        return { key, kind: 'uint', value: this.#integer(number, start, end) };
      default:
        return { key, kind: 'float', value: Number.isNaN(number) ? Number(this.#text.ascii(start, end)) : number };
    }
  }

  #integer(number: number, start: number, end: number): Integer {
    return this.#toInteger(number, Number.isNaN(number) ? this.#text.ascii(start, end - 1) : '');
  }
}

/** Always a bigint; `text` holds the digits where `number` is NaN. */
export function toBigint(number: number, text: string): bigint {
  return BigInt(Number.isNaN(number) ? text : number);
}

/** A number where it is exact, else a bigint. */
export function toNumberOrBigint(number: number, text: string): number | bigint {
  if (!Number.isNaN(number)) return number;
  const parsed = Number(text);
  return Number.isSafeInteger(parsed) ? parsed : BigInt(text);
}

/** What the bytes of a token, or of a run of tokens, became the last time. */
class Remembered<Value> {
  #value: Value | undefined;
  #start = 0;
  #length = 0;

  /** The value, if the bytes are the same as those that it was made of. */
  at(bytes: Uint8Array, start: number, end: number): Value | undefined {
    const length = end - start;
    if (length !== this.#length) return undefined;
    const known = this.#start;
    for (let i = length - 1; i >= 0; i--) {
      if (bytes[known + i] !== bytes[start + i]) return undefined;
    }
    return this.#value;
  }

  keep(value: Value, start: number, end: number): Value {
    this.#value = value;
    this.#start = start;
    this.#length = end - start;
    return value;
  }

  forget(): void {
    this.#value = undefined;
    this.#length = -1;
  }
}
