import type { MetricConfig, Series } from '@moorline/cc-api';
import type { Buckets } from './buckets.js';
import type { Part } from './host-parts.js';
import type { Samples } from './samples.js';
import type { SeriesState } from './series-state.js';
import { aggregate, statisticsOf, toSlots } from './slots.js';
import type { Unit } from './units.js';

/** A part's series of the samples themselves. */
export function seriesOf(part: Part, metric: MetricConfig, samples: ReadonlyMap<number, Samples>): Series[] {
  const found = part.members.flatMap((state) => samples.get(state.id) ?? []);
  const data = slotsOf(found, metric.timestep, metric.aggregation);
  return data.length === 0 ? [] : [{ ...nameOf(part), statistics: statisticsOf(data), data }];
}

/**
 * A part's series of buckets: its data are averages. What was measured as one has the statistics of all of its samples; what is put
 * together of several has those of its data, because no bucket says which of its parts' samples came together.
 */
export function rolledSeries(
  part: Part,
  metric: MetricConfig,
  step: number,
  buckets: ReadonlyMap<number, Buckets>,
): Series[] {
  const found = part.members.flatMap((state) => buckets.get(state.id) ?? []);
  const data = slotsOf(found.map(averagesOf), step, metric.aggregation);
  if (data.length === 0) return [];
  const [only] = found;
  const statistics = found.length === 1 && only !== undefined ? statisticsOfBuckets(only) : statisticsOf(data);
  return [{ ...nameOf(part), statistics, data }];
}

function slotsOf(parts: readonly Samples[], timestep: number, by: 'sum' | 'avg'): (number | null)[] {
  const [first] = parts;
  if (first === undefined) return [];
  return parts.length === 1 ? toSlots(first, first.times[0] as number, timestep) : aggregate(parts, timestep, by);
}

export function averagesOf({ times, sum, count }: Buckets): Samples {
  return { times, values: sum.map((total, index) => total / (count[index] as number)) };
}

function statisticsOfBuckets({ min, max, sum, count }: Buckets): Series['statistics'] {
  const add = (total: number, value: number): number => total + value;
  return {
    min: min.reduce((least, value) => Math.min(least, value), Infinity),
    avg: sum.reduce(add, 0) / count.reduce(add, 0),
    max: max.reduce((most, value) => Math.max(most, value), -Infinity),
  };
}

/** Which part an answered series is of. */
export function nameOf({ host, unit, members }: Part): Pick<Series, 'hostname' | 'id'> {
  const id = idOf(unit, members);
  return { hostname: host, ...(id === undefined ? {} : { id }) };
}

/** The part's; a whole node's series that was put together carries the id of its first part, as the original's does (cc-api docs/protocol.md §2.3). */
function idOf(unit: Unit, members: readonly SeriesState[]): string | undefined {
  if (unit.scope !== 'node') return unit.id;
  const ids = members.filter(({ key }) => key.type !== 'node').map(({ key }) => key.typeId);
  return ids.sort((a, b) => Number(a) - Number(b))[0];
}
