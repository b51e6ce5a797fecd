import type { MetricConfig } from '@moorline/cc-api';
import { type Buckets, bucketsOf } from './buckets.js';
import type { Part } from './host-parts.js';
import { averagesOf, nameOf } from './job-series.js';
import type { Samples } from './samples.js';
import { aggregateFrom, statisticsOf, toSlots } from './slots.js';

/** What was measured of one part of a node. */
export interface RangeSeries {
  host: string;
  /** Of the socket, core, accelerator …; absent for a whole node. */
  id?: string;
  /** Time of the first value, Unix seconds. */
  from: number;
  /** Seconds from one value to the next. */
  step: number;
  /** Samples; or averages, each of what came in a step from its time on. Null where nothing came. */
  values: (number | null)[];
  /** Where values are averages: the least and the greatest of what they are of. */
  min?: (number | null)[];
  max?: (number | null)[];
  /** Of all values of the range. */
  statistics?: { min: number; avg: number; max: number };
}

/** A part's samples as they are. */
export function samplesOfPart(part: Part, metric: MetricConfig, samples: ReadonlyMap<number, Samples>): RangeSeries[] {
  const { start, data } = combined(part, metric.timestep, metric.aggregation, samples);
  return data.length === 0
    ? []
    : [{ ...named(part), from: start, step: metric.timestep, values: data, statistics: statisticsOf(data) }];
}

/** A part's samples in steps of any length: what several make up is put together first, so that least and greatest are of that. */
export function stepsOfPart(
  part: Part,
  metric: MetricConfig,
  step: number,
  samples: ReadonlyMap<number, Samples>,
): RangeSeries[] {
  const { start, data } = combined(part, metric.timestep, metric.aggregation, samples);
  return data.length === 0 ? [] : [stepsOf(named(part), { start, timestep: metric.timestep, data }, step)];
}

/** Values in equal steps, in longer ones. */
export function stepsOf(
  name: Pick<RangeSeries, 'host' | 'id'>,
  { start, timestep, data }: { start: number; timestep: number; data: readonly (number | null)[] },
  step: number,
): RangeSeries {
  const samples: { times: number[]; values: number[] } = { times: [], values: [] };
  for (const [index, value] of data.entries()) {
    if (value === null) continue;
    samples.times.push(start + index * timestep);
    samples.values.push(value);
  }
  return { ...fromBuckets(name, bucketsOf(samples, step), step), statistics: statisticsOf(data) };
}

/**
 * A part's roll-ups, in steps that are a multiple of theirs. Of what is put together of several series, least and greatest are bounds:
 * no roll-up says which of its parts' samples came together.
 */
export function rollupsOfPart(
  part: Part,
  metric: MetricConfig,
  { base, step }: { base: number; step: number },
  rolled: ReadonlyMap<number, Buckets>,
): RangeSeries[] {
  const found = part.members.flatMap((state) => rolled.get(state.id) ?? []);
  const [only] = found;
  if (only === undefined) return [];
  const joined = found.length === 1 ? only : join(found, base, metric.aggregation);
  const longer = lengthen(joined, step);
  return longer.times.length === 0 ? [] : [fromBuckets(named(part), longer, step)];
}

function named(part: Part): Pick<RangeSeries, 'host' | 'id'> {
  const { hostname: host, id } = nameOf(part);
  // A whole node has no part's id here.
  return part.unit.scope === 'node' || id === undefined ? { host } : { host, id };
}

function combined(
  { members }: Part,
  timestep: number,
  by: 'sum' | 'avg',
  samples: ReadonlyMap<number, Samples>,
): { start: number; data: (number | null)[] } {
  const found = members.flatMap((state) => samples.get(state.id) ?? []);
  const [first] = found;
  if (first === undefined) return { start: 0, data: [] };
  if (found.length > 1) return aggregateFrom(found, timestep, by);
  const start = first.times[0] as number;
  return { start, data: toSlots(first, start, timestep) };
}

/** Buckets of several parts as if they were of one: of a bucket that not all have, a sum is left out. */
function join(parts: readonly Buckets[], base: number, by: 'sum' | 'avg'): Buckets {
  const values = aggregateFrom(parts.map(averagesOf), base, by);
  const bound = (side: 'min' | 'max') =>
    aggregateFrom(
      parts.map((part) => ({ times: part.times, values: part[side] })),
      base,
      by,
    ).data;
  const [least, greatest] = [bound('min'), bound('max')];
  const joined = { times: [] as number[], min: [] as number[], max: [] as number[], sum: [] as number[] };
  for (const [index, value] of values.data.entries()) {
    if (value === null) continue;
    joined.times.push(values.start + index * base);
    joined.sum.push(value);
    joined.min.push(least[index] ?? value);
    joined.max.push(greatest[index] ?? value);
  }
  return { ...joined, count: joined.times.map(() => 1) };
}

/** The same in longer steps. */
function lengthen({ times, min, max, sum, count }: Buckets, step: number): Buckets {
  const longer = {
    times: [] as number[],
    min: [] as number[],
    max: [] as number[],
    sum: [] as number[],
    count: [] as number[],
  };
  for (let start = 0; start < times.length;) {
    const time = Math.floor((times[start] as number) / step) * step;
    let end = start;
    let [least, greatest, total, samples] = [Infinity, -Infinity, 0, 0];
    for (; end < times.length && (times[end] as number) < time + step; end++) {
      least = Math.min(least, min[end] as number);
      greatest = Math.max(greatest, max[end] as number);
      total += sum[end] as number;
      samples += count[end] as number;
    }
    longer.times.push(time);
    longer.min.push(least);
    longer.max.push(greatest);
    longer.sum.push(total);
    longer.count.push(samples);
    start = end;
  }
  return longer;
}

function fromBuckets(name: Pick<RangeSeries, 'host' | 'id'>, buckets: Buckets, step: number): RangeSeries {
  const { times, min, max, sum, count } = buckets;
  const from = times[0] ?? 0;
  const length = times.length === 0 ? 0 : ((times.at(-1) as number) - from) / step + 1;
  const column = (): (number | null)[] => new Array<number | null>(length).fill(null);
  const [values, least, greatest] = [column(), column(), column()];
  let [total, samples, smallest, largest] = [0, 0, Infinity, -Infinity];
  for (const [index, time] of times.entries()) {
    const slot = (time - from) / step;
    values[slot] = (sum[index] as number) / (count[index] as number);
    least[slot] = min[index] as number;
    greatest[slot] = max[index] as number;
    total += sum[index] as number;
    samples += count[index] as number;
    smallest = Math.min(smallest, min[index] as number);
    largest = Math.max(largest, max[index] as number);
  }
  const statistics = { min: smallest, avg: total / samples, max: largest };
  return { ...name, from, step, values, min: least, max: greatest, statistics };
}
