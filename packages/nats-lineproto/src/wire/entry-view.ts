import { LineProtocolError } from '../errors.js';
import type { EntryReader } from './entry-reader.js';
import {
  BOOLEAN,
  type EntryTape,
  FLOAT,
  type FieldKind,
  INT,
  KIND,
  kindNames,
  SAME_TAG,
  STRING,
  TAG_VALUE,
  UINT,
  VALUE,
} from './entry-tape.js';
import { joinNanoseconds } from './exact-value.js';
import { TokenText } from './token-text.js';

/** A field value: int and uint are bigint, so that none of their 64 bits is lost. */
export type FieldValue = number | bigint | string | boolean;

/**
 * One entry, read where it lies: nothing is made before it is asked for. The same view is handed out for every entry;
 * what it returns stays valid, the view itself does not.
 */
export class EntryView {
  readonly #reader: EntryReader;
  readonly #tape: EntryTape;
  readonly #text = new TokenText();
  /** The measurement that was asked for last, and of which entry. */
  #measurement = '';
  #measurementSerial = -1;

  /** @internal */
  constructor(reader: EntryReader) {
    this.#reader = reader;
    this.#tape = reader.tape;
  }

  /** @internal */
  setInput(bytes: Uint8Array, end: number): void {
    this.#text.setInput(bytes, end);
    this.#measurementSerial = -1;
  }

  get measurement(): string {
    const { serial, hasSameMeasurement } = this.#tape;
    if (serial !== this.#measurementSerial) {
      if (serial !== this.#measurementSerial + 1 || !hasSameMeasurement) this.#measurement = this.#name(0, false);
      this.#measurementSerial = serial;
    }
    return this.#measurement;
  }

  get tagCount(): number {
    return this.#tape.tagCount;
  }

  /**
   * Counts the entries, those that were passed over too.
   *
   * @internal
   */
  get serial(): number {
    return this.#tape.serial;
  }

  /**
   * Whether each tag is, byte for byte, the one at its place in the entry before, which may have had more.
   *
   * @internal
   */
  get hasSameTags(): boolean {
    for (let index = this.#tape.sameTagCount; index < this.#tape.tagCount; index++) {
      if (!this.hasSameTag(index)) return false;
    }
    return true;
  }

  /**
   * Whether tag `index` is the one at its place in the entry before.
   *
   * @internal
   */
  hasSameTag(index: number): boolean {
    return index < this.#tape.sameTagCount || this.#tape.sameTags[index] === SAME_TAG;
  }

  /**
   * Whether at least its key is.
   *
   * @internal
   */
  hasSameTagKey(index: number): boolean {
    return index < this.#tape.sameTagCount || this.#tape.sameTags[index] !== 0;
  }

  /** @throws LineProtocolError `invalid_option` where there is no tag `index`. */
  tagKey(index: number): string {
    return this.#name(this.#tagSlot(index), true);
  }

  /** @throws LineProtocolError `invalid_option` where there is no tag `index`. */
  tagValue(index: number): string {
    return this.#name(this.#tagSlot(index) + TAG_VALUE, true);
  }

  /** The value of the tag `key`; of several the last, as a map would keep it. */
  tag(key: string): string | undefined {
    for (let index = this.#tape.tagCount - 1; index >= 0; index--) {
      if (this.#isName(this.#tape.tagSlot(index), key)) return this.tagValue(index);
    }
    return undefined;
  }

  get fieldCount(): number {
    return this.#tape.fieldCount;
  }

  /**
   * Whether the field keys are, byte for byte, those of the entry before.
   *
   * @internal
   */
  get hasSameFieldKeys(): boolean {
    return this.#tape.hasSameFieldKeys;
  }

  /** @throws LineProtocolError `invalid_option` where there is no field `index`. */
  fieldKey(index: number): string {
    return this.#name(this.#fieldSlot(index), true);
  }

  /** @throws LineProtocolError `invalid_option` where there is no field `index`. */
  fieldKind(index: number): FieldKind {
    return kindNames[this.#kind(this.#fieldSlot(index))] ?? 'float';
  }

  /** Where the field `key` stands, of several the last; −1 where there is none. */
  fieldIndex(key: string): number {
    let index = this.#tape.fieldCount - 1;
    while (index >= 0 && !this.#isName(this.#tape.fieldSlot(index), key)) index--;
    return index;
  }

  /**
   * A number, an integer as the nearest number, a boolean as 0 or 1; NaN for a string. Makes no bigint.
   *
   * @throws LineProtocolError `invalid_option` where there is no field `index`.
   */
  fieldNumber(index: number): number {
    const slot = this.#fieldSlot(index);
    const number = this.#tape.numbers[index] ?? NaN;
    const kind = this.#kind(slot);
    if (kind === STRING) return NaN;
    return Number.isNaN(number) ? Number(this.#valueText(slot, kind)) : number;
  }

  /** @throws LineProtocolError `invalid_option` where there is no field `index`. */
  fieldValue(index: number): FieldValue {
    const slot = this.#fieldSlot(index);
    const kind = this.#kind(slot);
    switch (kind) {
      case STRING: {
        const { slots, base } = this.#tape;
        const valueStart = base + (slots[slot + VALUE] ?? 0);
        return this.#text.string(valueStart, base + (slots[slot + VALUE + 1] ?? 0), slots[slot + VALUE + 2] ?? 0);
      }
      case BOOLEAN:
        return this.#tape.numbers[index] === 1;
      case INT:
      case UINT: {
        const number = this.#tape.numbers[index] ?? NaN;
        return BigInt(Number.isNaN(number) ? this.#valueText(slot, kind) : number);
      }
      default:
        return this.fieldNumber(index);
    }
  }

  /** Whether the entry holds a timestamp of its own. */
  get hasTimestamp(): boolean {
    return this.#tape.hasTime;
  }

  /** Whole Unix seconds, rounded down; undefined without a timestamp and a default time. */
  get seconds(): number | undefined {
    return this.#tape.hasTime ? this.#tape.seconds : this.#reader.defaultTime?.seconds;
  }

  /** Nanoseconds above {@link seconds}: 0 to 999,999,999. */
  get nanoseconds(): number {
    return this.#tape.hasTime ? this.#tape.nanos : (this.#reader.defaultTime?.nanos ?? 0);
  }

  /** Unix nanoseconds; undefined without a timestamp and a default time. */
  get time(): bigint | undefined {
    return this.seconds === undefined ? undefined : joinNanoseconds(this.seconds, this.nanoseconds);
  }

  #tagSlot(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.#tape.tagCount) return this.#tape.tagSlot(index);
    throw new LineProtocolError(`there is no tag ${index}: the entry has ${this.#tape.tagCount}`, {
      code: 'invalid_option',
    });
  }

  #fieldSlot(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.#tape.fieldCount) return this.#tape.fieldSlot(index);
    throw new LineProtocolError(`there is no field ${index}: the entry has ${this.#tape.fieldCount}`, {
      code: 'invalid_option',
    });
  }

  #kind(slot: number): number {
    return this.#tape.slots[slot + KIND] ?? FLOAT;
  }

  #name(slot: number, isKey: boolean): string {
    const { slots, base } = this.#tape;
    return this.#text.name(base + (slots[slot] ?? 0), base + (slots[slot + 1] ?? 0), slots[slot + 2] ?? 0, isKey);
  }

  /** The digits of a number, without the suffix of an integer. */
  #valueText(slot: number, kind: number): string {
    const { slots, base } = this.#tape;
    const end = base + (slots[slot + VALUE + 1] ?? 0);
    return this.#text.ascii(base + (slots[slot + VALUE] ?? 0), kind === FLOAT ? end : end - 1);
  }

  #isName(slot: number, name: string): boolean {
    const { slots } = this.#tape;
    if (slots[slot + 2] !== 0) return this.#name(slot, true) === name;
    if ((slots[slot + 1] ?? 0) - (slots[slot] ?? 0) !== name.length) return false;
    const start = this.#tape.base + (slots[slot] ?? 0);
    const bytes = this.#reader.bytes;
    for (let i = 0; i < name.length; i++) {
      if (bytes[start + i] !== name.charCodeAt(i)) return false;
    }
    return true;
  }
}
