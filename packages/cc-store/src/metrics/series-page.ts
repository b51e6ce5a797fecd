import type { SeriesNames } from './series-names.js';

/** So many series lie together. */
export const seriesOfPage = 4096;

/**
 * The numbers of some series, a row for each, outside of the garbage collector's heap: objects with as many members were a third of all
 * that it had to look through, and it lets the heap grow to about twice what is in use.
 */
export class SeriesPage {
  /** What the numbers of host, metric and part stand for. */
  readonly names: SeriesNames;
  readonly numbers: Float64Array;
  readonly integers: Int32Array;

  constructor(names: SeriesNames, rows = seriesOfPage) {
    this.names = names;
    this.numbers = new Float64Array(rows * numbersOfRow);
    this.integers = new Int32Array(rows * integersOfRow);
  }

  clear(row: number): void {
    this.numbers.fill(0, row * numbersOfRow, (row + 1) * numbersOfRow);
    this.integers.fill(0, row * integersOfRow, (row + 1) * integersOfRow);
  }

  /** A page of its own for one row. */
  copyOf(row: number): SeriesPage {
    const copy = new SeriesPage(this.names, 1);
    copy.numbers.set(this.numbers.subarray(row * numbersOfRow, (row + 1) * numbersOfRow));
    copy.integers.set(this.integers.subarray(row * integersOfRow, (row + 1) * integersOfRow));
    return copy;
  }
}

/** Where a row's numbers are, counted from its first. */
export const [ID, LAST_TIME, LAST_VALUE, TAIL_ID] = [0, 1, 2, 3] as const;
export const numbersOfRow = 4;
export const [PLACE, METRIC, PART, NEXT_OF_PLACE, WAITING, FIRST_WAITING, LAST_WAITING, TAIL_SAMPLES, PENDING] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const;
export const integersOfRow = 9;
