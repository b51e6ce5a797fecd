/** What the index looks at to tell one series from another: numbers of a `SeriesNames`. */
export interface Numbered {
  readonly placeNumber: number;
  readonly metricNumber: number;
  readonly partNumber: number;
}

/** Rows of series by what they are of: a hash table of integers, 8 to 16 bytes a series where a `Map` of texts has 70. */
export class SeriesIndex {
  readonly #rows: readonly (Numbered | undefined)[];
  /** Row + 1; 0 = free. A power of two of them, at most half of them filled. */
  #slots = new Int32Array(1024);
  #size = 0;

  /** @param rows what each row is of. */
  constructor(rows: readonly (Numbered | undefined)[]) {
    this.#rows = rows;
  }

  /** @returns -1 where there is none. */
  find(place: number, metric: number, part: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash(place, metric, part) & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1;
      if (row < 0) return -1;
      const one = this.#rows[row] as Numbered;
      if (one.placeNumber === place && one.metricNumber === metric && one.partNumber === part) return row;
    }
  }

  /** @param row is in no slot yet. */
  add(row: number): void {
    if (++this.#size * 2 > this.#slots.length) this.#grow();
    this.#put(row);
  }

  /** To be called while the row still says what it is of. */
  remove(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#firstSlot(row) & mask;
    while (this.#slots[slot] !== row + 1) slot = (slot + 1) & mask;
    this.#slots[slot] = 0;
    this.#size -= 1;
    // What came behind it may be in its place: a look-up would end at the gap.
    for (slot = (slot + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const moved = (this.#slots[slot] as number) - 1;
      this.#slots[slot] = 0;
      this.#put(moved);
    }
  }

  #put(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#firstSlot(row) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #firstSlot(row: number): number {
    const { placeNumber, metricNumber, partNumber } = this.#rows[row] as Numbered;
    return hash(placeNumber, metricNumber, partNumber);
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    for (const filled of before) if (filled > 0) this.#put(filled - 1);
  }
}

/** Three multipliers and two shifts spread small numbers well enough. */
function hash(place: number, metric: number, part: number): number {
  let mixed = Math.imul(place, 0x9e3779b1) ^ Math.imul(metric, 0x85ebca6b) ^ Math.imul(part, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 12);
}
