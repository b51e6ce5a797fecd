import { inOrder, type Samples } from './samples.js';

/** A series' place in {@link WaitingSamples}. */
export interface Waiting {
  /** How many samples of it wait. */
  waiting: number;
  /** Positions of its first and its last sample; they mean something while samples wait. */
  firstWaiting: number;
  lastWaiting: number;
}

/** So many samples lie together, and their memory is given back together. */
const segmentBits = 14;
const segmentLength = 2 ** segmentBits;

class Segment {
  /** Unix seconds. */
  readonly times = new Float64Array(segmentLength);
  readonly values = new Float64Array(segmentLength);
  /** The position of the next sample of the same series. */
  readonly nexts = new Int32Array(segmentLength);
  /** Samples that were put here since it was empty, and those of them that are still to go. */
  filled = 0;
  left = 0;
}

/**
 * Samples of many series, each series' in the order in which they arrived: added at the end, dropped from the beginning.
 *
 * 20 bytes a sample, outside of the garbage collector's heap. With an array for each series, those of 100,000 series were most of what it had
 * to look through, and what a fold left of them stayed until its next long collection.
 */
export class WaitingSamples {
  /** Those that are empty stay for what comes next, a few of them. */
  readonly #segments: (Segment | undefined)[] = [];
  /** Numbers of empty segments. */
  readonly #empty: number[] = [];
  #filling = -1;

  add(series: Waiting, time: number, value: number): void {
    const segment = this.#withRoom();
    const index = segment.filled++;
    segment.left++;
    segment.times[index] = time;
    segment.values[index] = value;
    // Shifted, not multiplied: so it is a small integer to the engine, not a number with a place of its own in the heap.
    const position = (this.#filling << segmentBits) | index;
    if (series.waiting++ === 0) series.firstWaiting = position;
    else this.#segmentOf(series.lastWaiting).nexts[indexOf(series.lastWaiting)] = position;
    series.lastWaiting = position;
  }

  /** The samples of a series, ordered by time. */
  of(series: Waiting): Samples {
    const times: number[] = [];
    const values: number[] = [];
    for (let left = series.waiting, position = series.firstWaiting; left > 0; left--) {
      const segment = this.#segmentOf(position);
      const index = indexOf(position);
      times.push(segment.times[index] as number);
      values.push(segment.values[index] as number);
      position = segment.nexts[index] as number;
    }
    return inOrder(times, values);
  }

  /** Lets go of the samples of a series that arrived first. */
  drop(series: Waiting, count: number): void {
    for (let left = count; left > 0; left--) {
      const position = series.firstWaiting;
      const segment = this.#segmentOf(position);
      series.firstWaiting = segment.nexts[indexOf(position)] as number;
      if (--segment.left === 0) this.#putAside(position >> segmentBits);
    }
    series.waiting -= count;
  }

  #segmentOf(position: number): Segment {
    return this.#segments[position >> segmentBits] as Segment;
  }

  #withRoom(): Segment {
    const filling = this.#segments[this.#filling];
    if (filling !== undefined && filling.filled < segmentLength) return filling;
    this.#filling = this.#empty.pop() ?? this.#segments.length;
    return (this.#segments[this.#filling] ??= new Segment());
  }

  #putAside(number: number): void {
    this.#segmentOf(number << segmentBits).filled = 0;
    if (number === this.#filling) return;
    if (this.#empty.length >= mostKept) this.#segments[number] = undefined;
    this.#empty.push(number);
  }
}

/** Empty segments whose memory is kept, 5 MB. */
const mostKept = 16;

const indexOf = (position: number): number => position & (segmentLength - 1);
