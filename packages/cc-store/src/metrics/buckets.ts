import { ByteReader } from './byte-reader.js';
import { isExact, readSamples, readTimes, readValues, writeSamples, writeTimes, writeValues } from './columns.js';
import type { Samples } from './samples.js';
import { sealed, unseal } from './sealed.js';

/**
 * Samples of one series put together by spans of equal length: a bucket that begins at `t` has those from `t` to before
 * `t + step`. Buckets without samples are left out.
 */
export interface Buckets {
  /** When each begins, ascending: multiples of the step, Unix seconds. */
  times: readonly number[];
  min: readonly number[];
  max: readonly number[];
  sum: readonly number[];
  /** Samples, ≥ 1. */
  count: readonly number[];
}

/** No buckets. */
export const noBuckets: Buckets = { times: [], min: [], max: [], sum: [], count: [] };

/** The beginning of the bucket that a time is in. */
export const bucketAt = (time: number, step: number): number => Math.floor(time / step) * step;

/** All samples in buckets of `step` seconds. */
export function bucketsOf({ times, values }: Samples, step: number): Buckets {
  const buckets = emptyColumns();
  for (let start = 0; start < times.length;) {
    const time = bucketAt(times[start] as number, step);
    let [min, max, sum, end] = [Infinity, -Infinity, 0, start];
    let isShort = true;
    for (; end < times.length && (times[end] as number) < time + step; end++) {
      const value = values[end] as number;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      isShort &&= isExact(value, 1000);
    }
    buckets.times.push(time);
    buckets.min.push(min);
    buckets.max.push(max);
    // A sum has no more decimals than what it is of: those that adding made up would cost eight bytes.
    buckets.sum.push(isShort ? Math.round(sum * 1000) / 1000 : sum);
    buckets.count.push(end - start);
    start = end;
  }
  return buckets;
}

/**
 * Both together. Of a bucket that both have the newer one stays, unless it counts less: then samples of it have been forgotten since
 * the older one was made.
 */
export function mergeBuckets(older: Buckets, newer: Buckets): Buckets {
  if (older.times.length === 0) return newer;
  if (newer.times.length === 0) return older;
  const merged = emptyColumns();
  let a = 0;
  let b = 0;
  while (a < older.times.length || b < newer.times.length) {
    const olderTime = older.times[a] ?? Infinity;
    const newerTime = newer.times[b] ?? Infinity;
    const isOlder =
      olderTime < newerTime || (olderTime === newerTime && (older.count[a] as number) > (newer.count[b] as number));
    if (isOlder) copy(older, a, merged);
    else copy(newer, b, merged);
    if (olderTime <= newerTime) a++;
    if (newerTime <= olderTime) b++;
  }
  return merged;
}

/** From the one with the index `start` to before that with `end`. */
export function sliceBuckets({ times, min, max, sum, count }: Buckets, start: number, end: number): Buckets {
  return {
    times: times.slice(start, end),
    min: min.slice(start, end),
    max: max.slice(start, end),
    sum: sum.slice(start, end),
    count: count.slice(start, end),
  };
}

/** Those that begin at `from` or later, and before `end`. */
export function bucketsWithin(buckets: Buckets, from: number, end: number): Buckets {
  const first = buckets.times.findIndex((time) => time >= from);
  if (first < 0) return noBuckets;
  const behind = buckets.times.findIndex((time) => time >= end);
  return sliceBuckets(buckets, first, behind < 0 ? buckets.times.length : behind);
}

/** Buckets as a row's bytes (docs/design.md §4.7). */
export function encodeBuckets({ times, min, max, sum, count }: Buckets): Uint8Array {
  return sealed((writer) => {
    writer.byte(version);
    writeSamples(writer, { times, values: sum });
    for (const column of [min, max]) writeValues(writer, column);
    // Most buckets have equally many samples: what they add up to grows in equal steps.
    let total = 0;
    writeTimes(
      writer,
      count.map((samples) => (total += samples)),
    );
  });
}

/** @returns undefined when the bytes are not what {@link encodeBuckets} made. */
export function decodeBuckets(bytes: Uint8Array): Buckets | undefined {
  const payload = unseal(bytes);
  if (payload === undefined || payload[0] !== version) return undefined;
  try {
    const reader = new ByteReader(payload, 1);
    const { times, values: sum } = readSamples(reader);
    const min = readValues(reader, times.length);
    const max = readValues(reader, times.length);
    const totals = readTimes(reader, times.length);
    return { times, sum, min, max, count: totals.map((total, index) => total - (totals[index - 1] ?? 0)) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const version = 1;

type Columns = { -readonly [K in keyof Buckets]: number[] };

const emptyColumns = (): Columns => ({ times: [], min: [], max: [], sum: [], count: [] });

function copy(from: Buckets, index: number, to: Columns): void {
  to.times.push(from.times[index] as number);
  to.min.push(from.min[index] as number);
  to.max.push(from.max[index] as number);
  to.sum.push(from.sum[index] as number);
  to.count.push(from.count[index] as number);
}
