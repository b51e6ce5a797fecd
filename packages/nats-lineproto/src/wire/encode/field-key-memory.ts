import type { ByteWriter } from './byte-writer.js';

/** The field keys of the line before: at the same place comes mostly the same key, which then is copied from there. */
export class FieldKeyMemory {
  readonly #writer: ByteWriter;
  readonly #keys: string[] = [];
  /** Where in the buffer each key begins, and how many bytes it takes with its `=`. */
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];
  /** How many keys are known, and how many the current line has. */
  #known = 0;
  #count = 0;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** The buffer no longer holds what is known. */
  forget(): void {
    this.#known = 0;
  }

  /** A line begins. */
  begin(): void {
    this.#count = 0;
  }

  /** Writes the key if the line before has it at this place. @returns false where it is to be written, and then to be kept. */
  recall(key: string): boolean {
    const index = this.#count;
    if (index >= this.#known || this.#keys[index] !== key) return false;
    this.#count = index + 1;
    const start = this.#starts[index] ?? 0;
    this.#starts[index] = this.#writer.length;
    this.#writer.copy(start, this.#lengths[index] ?? 0);
    return true;
  }

  /** A key and its `=` have been written from `start` on. */
  keep(key: string, start: number): void {
    const index = this.#count++;
    this.#keys[index] = key;
    this.#starts[index] = start;
    this.#lengths[index] = this.#writer.length - start;
    this.#known = Math.max(this.#known, this.#count);
  }
}
