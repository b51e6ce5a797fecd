import type { EntryReader } from './entry-reader.js';
import {
  BOOLEAN,
  type EntryTape,
  FIELD_SLOTS,
  FIRST_TAG,
  FLOAT,
  INT,
  KIND,
  SAME_KEY,
  SAME_TAG,
  TAG_SLOTS,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { type Field, Point, type Tag } from './point.js';
import { TokenText } from './token-text.js';

/** Makes points of tapes. What an entry has in common with the one before it is taken over from that one's point. */
export class PointBuilder<Integer extends number | bigint> {
  readonly #text = new TokenText();
  readonly #toInteger: (number: number, text: string) => Integer;
  /** The entry that the last point was made of. */
  #serial = -1;
  #measurement = '';
  #tags: readonly Tag[] = [];
  #fields: readonly Field<Integer>[] = [];

  constructor(toInteger: (number: number, text: string) => Integer) {
    this.#toInteger = toInteger;
  }

  setInput(bytes: Uint8Array, end: number): void {
    this.#text.setInput(bytes, end);
    this.#serial = -1;
  }

  build(reader: Pick<EntryReader, 'tape' | 'defaultTime'>): Point<Integer> {
    const tape = reader.tape;
    const isNext = tape.serial === this.#serial + 1;
    this.#serial = tape.serial;
    if (!isNext || !tape.hasSameMeasurement) this.#measurement = this.#name(tape, 0, false);
    this.#tags = isNext ? this.#nextTags(tape) : this.#allTags(tape);
    this.#fields = this.#makeFields(tape, isNext && tape.hasSameFieldKeys ? this.#fields : undefined);
    if (tape.hasTime) return new Point(this.#measurement, this.#tags, this.#fields, tape.seconds, tape.nanos, true);
    const time = reader.defaultTime;
    return new Point(this.#measurement, this.#tags, this.#fields, time?.seconds, time?.nanos ?? 0, false);
  }

  #allTags(tape: EntryTape): Tag[] {
    const tags: Tag[] = [];
    for (let index = 0; index < tape.tagCount; index++) tags.push(this.#makeTag(tape, index, undefined));
    return tags;
  }

  /** The tags of an entry that comes right behind the one of the last point. */
  #nextTags(tape: EntryTape): readonly Tag[] {
    const before = this.#tags;
    const { tagCount, sameTagCount } = tape;
    if (sameTagCount === tagCount && before.length === tagCount) return before;
    // The whole is copied without a look at its bounds.
    const tags = before.length === tagCount ? before.slice() : before.slice(0, tagCount);
    for (let index = sameTagCount; index < tagCount; index++) {
      const same = tape.sameTags[index];
      if (same !== SAME_TAG)
        tags[index] = this.#makeTag(tape, index, same === SAME_KEY ? before[index]?.key : undefined);
    }
    return tags;
  }

  #makeTag(tape: EntryTape, index: number, key: string | undefined): Tag {
    const slot = FIRST_TAG + index * TAG_SLOTS;
    return { key: key ?? this.#name(tape, slot, true), value: this.#name(tape, slot + TAG_VALUE, true) };
  }

  /** @param before a point's fields with the same keys. */
  #makeFields(tape: EntryTape, before: readonly Field<Integer>[] | undefined): Field<Integer>[] {
    const first = FIRST_TAG + tape.tagCount * TAG_SLOTS;
    if (tape.fieldCount === 1) return [this.#makeField(tape, 0, first, before)];
    const fields: Field<Integer>[] = [];
    for (let index = 0; index < tape.fieldCount; index++) {
      fields.push(this.#makeField(tape, index, first + index * FIELD_SLOTS, before));
    }
    return fields;
  }

  #makeField(
    tape: EntryTape,
    index: number,
    slot: number,
    before: readonly Field<Integer>[] | undefined,
  ): Field<Integer> {
    const { slots, base } = tape;
    const key = before?.[index]?.key ?? this.#name(tape, slot, true);
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
      base + (slots[slot + VALUE] ?? 0),
      base + (slots[slot + VALUE + 1] ?? 0),
      slots[slot + VALUE + 2] ?? 0,
    );
    return { key, kind: 'string', value: text };
  }

  #name(tape: EntryTape, slot: number, isKey: boolean): string {
    const { slots, base } = tape;
    return this.#text.name(base + (slots[slot] ?? 0), base + (slots[slot + 1] ?? 0), slots[slot + 2] ?? 0, isKey);
  }

  /** The digits of a number, without the suffix of an integer. */
  #valueText(tape: EntryTape, slot: number, suffix: 0 | 1): string {
    const { slots, base } = tape;
    return this.#text.ascii(base + (slots[slot + VALUE] ?? 0), base + (slots[slot + VALUE + 1] ?? 0) - suffix);
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
