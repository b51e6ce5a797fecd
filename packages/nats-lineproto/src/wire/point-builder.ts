import type { EntryReader } from './entry-reader.js';
import {
  BOOLEAN,
  type EntryTape,
  FIELD_SLOTS,
  FIRST_TAG,
  FLOAT,
  INT,
  KIND,
  TAG_SLOTS,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { type Field, Point, type Tag } from './point.js';
import { TokenText } from './token-text.js';

/**
 * Makes points of tapes. What an entry has in common with the entry before it (the tape knows the tags, the rest is
 * compared) is taken over from that entry's point instead of being made again.
 */
export class PointBuilder<Integer extends number | bigint> {
  readonly #text = new TokenText();
  readonly #toInteger: (number: number, text: string) => Integer;
  #bytes: Uint8Array = new Uint8Array(0);
  /** The entry that the last point was made of. */
  #serial = -1;
  #measurement = '';
  #tags: readonly Tag[] = [];
  readonly #tagKeys: RememberedName[] = [];
  readonly #tagValues: RememberedName[] = [];
  readonly #fieldKeys: RememberedName[] = [];

  constructor(toInteger: (number: number, text: string) => Integer) {
    this.#toInteger = toInteger;
  }

  setInput(bytes: Uint8Array, end: number): void {
    this.#bytes = bytes;
    this.#text.setInput(bytes, end);
    this.#serial = -1;
    for (const names of [this.#tagKeys, this.#tagValues, this.#fieldKeys]) for (const name of names) name.forget();
  }

  build(reader: EntryReader): Point<Integer> {
    const tape = reader.tape;
    const sameTags = tape.serial === this.#serial + 1 ? tape.sameTags : -1;
    this.#serial = tape.serial;
    if (sameTags < 0) {
      const { slots, start } = tape;
      this.#measurement = this.#text.name(start + (slots[0] ?? 0), start + (slots[1] ?? 0), slots[2] ?? 0, false);
    }
    if (sameTags !== tape.tagCount || sameTags !== this.#tags.length) this.#tags = this.#makeTags(tape, sameTags);
    const fields = this.#makeFields(tape);
    if (tape.hasTime) return new Point(this.#measurement, this.#tags, fields, tape.seconds, tape.nanos, true);
    const time = reader.defaultTime;
    return new Point(this.#measurement, this.#tags, fields, time?.seconds, time?.nanos ?? 0, false);
  }

  /** @param same so many tags are those of the point before. */
  #makeTags(tape: EntryTape, same: number): Tag[] {
    const tags = this.#tags.slice(0, tape.tagCount);
    for (let index = Math.max(0, Math.min(same, tags.length)); index < tape.tagCount; index++) {
      tags[index] = this.#makeTag(tape, index);
    }
    return tags;
  }

  #makeTag(tape: EntryTape, index: number): Tag {
    const slot = FIRST_TAG + index * TAG_SLOTS;
    return {
      key: this.#name(tape, slot, (this.#tagKeys[index] ??= new RememberedName())),
      value: this.#name(tape, slot + TAG_VALUE, (this.#tagValues[index] ??= new RememberedName())),
    };
  }

  #makeFields(tape: EntryTape): Field<Integer>[] {
    const first = FIRST_TAG + tape.tagCount * TAG_SLOTS;
    if (tape.fieldCount === 1) return [this.#makeField(tape, 0, first)];
    const fields = new Array<Field<Integer>>(tape.fieldCount);
    for (let index = 0; index < fields.length; index++) {
      fields[index] = this.#makeField(tape, index, first + index * FIELD_SLOTS);
    }
    return fields;
  }

  #makeField(tape: EntryTape, index: number, slot: number): Field<Integer> {
    const { slots, start } = tape;
    const key = this.#name(tape, slot, (this.#fieldKeys[index] ??= new RememberedName()));
    const number = tape.numbers[index] ?? NaN;
    const kind = slots[slot + KIND] ?? FLOAT;
    if (kind === FLOAT) {
      return { key, kind: 'float', value: Number.isNaN(number) ? Number(this.#valueText(tape, slot, 0)) : number };
    }
    if (kind === INT || kind === UINT) {
      const value = this.#toInteger(number, Number.isNaN(number) ? this.#valueText(tape, slot, 1) : '');
      return { key, kind: kind === INT ? 'int' : 'uint', value };
    }
    if (kind === BOOLEAN) return { key, kind: 'boolean', value: number === 1 };
    const text = this.#text.string(
      start + (slots[slot + VALUE] ?? 0),
      start + (slots[slot + VALUE + 1] ?? 0),
      slots[slot + VALUE + 2] ?? 0,
    );
    return { key, kind: 'string', value: text };
  }

  #name(tape: EntryTape, slot: number, remembered: RememberedName): string {
    const { slots } = tape;
    const start = tape.start + (slots[slot] ?? 0);
    const end = tape.start + (slots[slot + 1] ?? 0);
    if (remembered.isAt(this.#bytes, start, end)) return remembered.text;
    return remembered.keep(this.#text.name(start, end, slots[slot + 2] ?? 0, true), start, end);
  }

  /** The digits of a number, without the suffix of an integer. */
  #valueText(tape: EntryTape, slot: number, suffix: 0 | 1): string {
    const { slots, start } = tape;
    return this.#text.ascii(start + (slots[slot + VALUE] ?? 0), start + (slots[slot + VALUE + 1] ?? 0) - suffix);
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

/** The text of a token, and where the token lay. */
class RememberedName {
  text = '';
  #start = 0;
  #length = -1;

  /** Whether the bytes are those that the text was made of. */
  isAt(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length !== this.#length) return false;
    const known = this.#start;
    for (let i = length - 1; i >= 0; i--) {
      if (bytes[known + i] !== bytes[start + i]) return false;
    }
    return true;
  }

  keep(text: string, start: number, end: number): string {
    this.text = text;
    this.#start = start;
    this.#length = end - start;
    return text;
  }

  forget(): void {
    this.#length = -1;
  }
}
