import type { ByteWriter } from './byte-writer.js';

/**
 * The tags of the line before, which a collector's next line mostly repeats: as many of its first tags as are the same
 * are not encoded again, but copied from there in one go.
 */
export class TagMemory {
  readonly #writer: ByteWriter;
  readonly #keys: string[] = [];
  readonly #values: string[] = [];
  /** Where each tag ends, counted from the first. */
  readonly #ends: number[] = [];
  /** How many are known, and where in the buffer they begin. */
  #known = 0;
  #start = 0;
  /** How many of them the current line has begun with; they are not written yet, unless {@link #isWritten}. */
  #same = 0;
  #isWritten = false;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** The buffer no longer holds what is known. */
  forget(): void {
    this.#known = 0;
  }

  /** A line begins: what is written next is its tags. */
  begin(): void {
    this.#same = 0;
    this.#isWritten = false;
  }

  /** The key before, in the current line. */
  get lastKey(): string | undefined {
    return this.#same === 0 ? undefined : this.#keys[this.#same - 1];
  }

  /** @returns true where the tag stands at this place of the line before; else those before it have been written. */
  recall(key: string, value: string): boolean {
    const index = this.#same;
    if (!this.#isWritten) {
      if (index < this.#known && this.#keys[index] === key && this.#values[index] === value) {
        this.#same++;
        return true;
      }
      this.write();
    }
    return false;
  }

  /** Writes the tags that have been recalled; from here on the current line is the one that is known. */
  write(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    const start = this.#writer.length;
    if (this.#same > 0) this.#writer.copy(this.#start, this.#ends[this.#same - 1] ?? 0);
    this.#start = start;
    this.#known = this.#same;
  }

  /** A tag has been encoded. */
  keep(key: string, value: string): void {
    const index = this.#same++;
    this.#keys[index] = key;
    this.#values[index] = value;
    this.#ends[index] = this.#writer.length - this.#start;
    this.#known = this.#same;
  }
}
