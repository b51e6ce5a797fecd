import type { ByteWriter } from './byte-writer.js';

/** How much of a tag the line before has at the same place: all of it, its key, or nothing. */
export type Recalled = 'tag' | 'key' | 'nothing';

/**
 * The measurement and the tags of the line before, which a collector's next line mostly repeats: what the line begins with
 * is not encoded again, but copied from there in one go as soon as something differs.
 */
export class HeadMemory {
  readonly #writer: ByteWriter;
  #measurement: string | undefined;
  /** Where it begins in the buffer, and how many bytes it is. */
  #start = 0;
  #length = 0;
  readonly #keys: string[] = [];
  readonly #values: string[] = [];
  /** Where the value of each tag begins and ends, counted from the first tag. */
  readonly #valueStarts: number[] = [];
  readonly #ends: number[] = [];
  /** How many tags are known, and where in the buffer they begin. */
  #known = 0;
  #tagsStart = 0;
  /** Tags of the current line; until {@link #isWritten}, none of them has been written, and its measurement only if it is new. */
  #count = 0;
  #isSameMeasurement = false;
  #isWritten = false;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** The buffer no longer holds what is known. */
  forget(): void {
    this.#measurement = undefined;
    this.#known = 0;
  }

  /** A line begins. @returns false where its measurement is to be written, and then to be kept by {@link keepMeasurement}. */
  begin(measurement: string): boolean {
    this.#count = 0;
    this.#isWritten = false;
    this.#isSameMeasurement = this.#measurement === measurement;
    return this.#isSameMeasurement;
  }

  keepMeasurement(measurement: string, start: number): void {
    this.#measurement = measurement;
    this.#start = start;
    this.#length = this.#writer.length - start;
  }

  /** The key before, in the current line. */
  get lastKey(): string | undefined {
    return this.#count === 0 ? undefined : this.#keys[this.#count - 1];
  }

  /** What the line before has of this tag at this place; of less than the whole tag, everything up to there has been written. */
  recall(key: string, value: string | undefined): Recalled {
    if (this.#isWritten) return 'nothing';
    const index = this.#count;
    if (index >= this.#known || this.#keys[index] !== key) {
      this.write();
      return 'nothing';
    }
    if (this.#values[index] === value) {
      this.#count++;
      return 'tag';
    }
    this.#writeUpTo(this.#valueStarts[index] ?? 0);
    return 'key';
  }

  /** Writes what has been recalled; from here on the current line is the one that is known. */
  write(): void {
    if (!this.#isWritten) this.#writeUpTo(this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0));
  }

  /** @param tagBytes how many bytes of the tags that are known. */
  #writeUpTo(tagBytes: number): void {
    const writer = this.#writer;
    this.#isWritten = true;
    this.#known = this.#count;
    if (this.#isSameMeasurement) {
      const start = writer.length;
      writer.copy(this.#start, this.#length + tagBytes);
      this.#start = start;
      this.#tagsStart = start + this.#length;
    } else {
      const start = writer.length;
      if (tagBytes > 0) writer.copy(this.#tagsStart, tagBytes);
      this.#tagsStart = start;
    }
  }

  /** A tag has been written whose value begins at `valueStart` of the buffer. */
  keepTag(key: string, value: string, valueStart: number): void {
    const index = this.#count++;
    this.#keys[index] = key;
    this.#values[index] = value;
    this.#valueStarts[index] = valueStart - this.#tagsStart;
    this.#ends[index] = this.#writer.length - this.#tagsStart;
    this.#known = this.#count;
  }
}
