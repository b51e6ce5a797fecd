import type { ByteWriter } from './byte-writer.js';

interface WrittenKey {
  key: string;
  /** Where in the buffer it begins, and how many bytes it takes, with what stands before it and its `=`. */
  start: number;
  length: number;
}

/** The field keys of the line before: at the same place comes mostly the same key, which then is copied from there. */
export class FieldKeyMemory {
  readonly #writer: ByteWriter;
  readonly #keys: WrittenKey[] = [];
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
    if (index >= this.#known) return false;
    const known = this.#keys[index];
    if (known === undefined || known.key !== key) return false;
    this.#count = index + 1;
    const { start } = known;
    known.start = this.#writer.length;
    this.#writer.copy(start, known.length);
    return true;
  }

  /** A key has been written from `start` on, with the space or comma before it and its `=`. */
  keep(key: string, start: number): void {
    const index = this.#count++;
    this.#known = Math.max(this.#known, this.#count);
    const length = this.#writer.length - start;
    const known = this.#keys[index];
    if (known === undefined) {
      this.#keys.push({ key, start, length });
    } else {
      known.key = key;
      known.start = start;
      known.length = length;
    }
  }
}
