import type { ByteWriter } from './byte-writer.js';

/** A tag of the line before, or of the current one. */
interface WrittenTag {
  key: string;
  value: string;
  /** Where its value begins and ends, counted from the first tag. */
  valueStart: number;
  end: number;
}

/**
 * The measurement and the tags of the line before, which a collector's next line mostly repeats: what the line begins with
 * is not encoded again, but copied from there in one go as soon as something differs.
 */
export class HeadMemory {
  readonly #writer: ByteWriter;
  #measurement = '';
  /** Where it begins in the buffer, and how many bytes it is: 0 where none is known. */
  #start = 0;
  #length = 0;
  readonly #tags: WrittenTag[] = [];
  /** How many tags are known, and where in the buffer they begin. */
  #known = 0;
  #tagsStart = 0;
  /**
   * Tags of the current line. Until {@link #isWritten}, none of them has been written, and its measurement only if it is new;
   * from then on, and between lines, all that are known are its own: there is nothing to be repeated.
   */
  #count = 0;
  #isSameMeasurement = false;
  #isWritten = false;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** The buffer no longer holds what is known. */
  forget(): void {
    this.#length = 0;
    this.#known = 0;
  }

  /** A line begins. @returns false where its measurement is to be written, and then to be kept by {@link keepMeasurement}. */
  begin(measurement: string): boolean {
    this.#count = 0;
    this.#isWritten = false;
    this.#isSameMeasurement = this.#length > 0 && this.#measurement === measurement;
    return this.#isSameMeasurement;
  }

  keepMeasurement(measurement: string, start: number): void {
    this.#measurement = measurement;
    this.#start = start;
    this.#length = this.#writer.length - start;
  }

  /** The key before, in the current line. */
  get lastKey(): string | undefined {
    return this.#count === 0 ? undefined : this.#tags[this.#count - 1]?.key;
  }

  /** Whether the line before has this tag at this place: then there is nothing to be written yet. */
  repeats(key: string, value: string | undefined): boolean {
    const index = this.#count;
    if (index >= this.#known) return false;
    const tag = this.#tags[index];
    if (tag === undefined || tag.key !== key || tag.value !== value) return false;
    this.#count = index + 1;
    return true;
  }

  /**
   * Writes what has been repeated, and the key of a tag that differs if the line before has that, too.
   *
   * @returns false where the key is to be written.
   */
  writeUpToValue(key: string): boolean {
    if (this.#isWritten) return false;
    const tag = this.#count < this.#known ? this.#tags[this.#count] : undefined;
    if (tag?.key !== key) {
      this.write();
      return false;
    }
    this.#writeUpTo(tag.valueStart);
    return true;
  }

  /** Writes what has been repeated; from here on the current line is the one that is known. */
  write(): void {
    if (!this.#isWritten) this.#writeUpTo(this.#count === 0 ? 0 : (this.#tags[this.#count - 1]?.end ?? 0));
  }

  /** @param tagBytes how many bytes of the tags that are known. */
  #writeUpTo(tagBytes: number): void {
    const writer = this.#writer;
    const start = writer.length;
    this.#isWritten = true;
    this.#known = this.#count;
    if (this.#isSameMeasurement) {
      writer.copy(this.#start, this.#length + tagBytes);
      this.#start = start;
      this.#tagsStart = start + this.#length;
    } else {
      if (tagBytes > 0) writer.copy(this.#tagsStart, tagBytes);
      this.#tagsStart = start;
    }
  }

  /** A tag has been written whose value begins at `valueAt` of the buffer. */
  keepTag(key: string, value: string, valueAt: number): void {
    const index = this.#count++;
    this.#known = this.#count;
    const valueStart = valueAt - this.#tagsStart;
    const end = this.#writer.length - this.#tagsStart;
    const tag = this.#tags[index];
    if (tag === undefined) {
      this.#tags.push({ key, value, valueStart, end });
    } else {
      tag.key = key;
      tag.value = value;
      tag.valueStart = valueStart;
      tag.end = end;
    }
  }
}
