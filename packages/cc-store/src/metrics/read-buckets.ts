import type { Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import { type Buckets, bucketAt, bucketsOf, bucketsWithin, mergeBuckets, noBuckets } from './buckets.js';
import { decodeChunk } from './chunk.js';
import type { MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { merge, noSamples, type Samples, within } from './samples.js';
import type { SeriesState } from './series-state.js';
import type { WaitingSamples } from './waiting-samples.js';

/**
 * The samples from `from` to `to` (Unix seconds, both included) in buckets of one of the roll-ups' steps, by series id: what all samples
 * come to that are stored or in memory (docs/design.md §4.8). Whole buckets come from the roll-ups as far as these have everything, the
 * others from samples.
 */
export async function readBuckets(
  tables: MetricTables,
  session: Session,
  waiting: WaitingSamples,
  { series, step, from, to }: { series: readonly SeriesState[]; step: number; from: number; to: number },
  report: ReportCorrupt,
): Promise<Map<number, Buckets>> {
  // Memory, then chunks that are in no roll-up, then roll-ups, then samples: what moves on meanwhile is seen twice, never not at all.
  const newest = new Map(series.map((state) => [state.id, waiting.of(state)]));
  const ids = series.map(({ id }) => id);
  const firstWhole = bucketAt(from + step - 1, step);
  const endOfWhole = Math.max(firstWhole, bucketAt(to + 1, step));
  const outside = new Map<number, number>();
  const note = (id: number, { times }: Samples): void => {
    const first = times.find((time) => time >= firstWhole);
    if (first !== undefined) outside.set(id, Math.min(first, outside.get(id) ?? Infinity));
  };
  for (const [id, samples] of newest) note(id, samples);
  for (const row of await tables.rollups.unrolled(session, ids, { from: firstWhole, to })) {
    // One that cannot be read is reported where samples are read.
    note(row.series, decodeChunk(bytesOf(row.data)) ?? noSamples);
  }
  const rolled = await tables.rollups.bucketsOf(session, ids, step, { from: firstWhole, to }, report);

  const samples = new Map<number, Samples>();
  const readSamples = async (group: readonly number[], start: number, end: number): Promise<void> => {
    if (start > end) return;
    const found = await tables.samplesOf(session, group, { from: start, to: end }, report);
    for (const [id, some] of found) samples.set(id, merge(samples.get(id) ?? noSamples, within(some, start, end)));
  };
  await readSamples(ids, from, Math.min(firstWhole - 1, to));
  // Series whose samples are needed from about the same time on are read together.
  const groups = new Map<number, number[]>();
  for (const id of ids) {
    const first = outside.get(id) ?? Infinity;
    const start = first < endOfWhole ? Math.max(firstWhole, bucketAt(first, togetherSeconds)) : endOfWhole;
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [id]);
    else group.push(id);
  }
  for (const [start, group] of groups) await readSamples(group, start, to);

  const answer = new Map<number, Buckets>();
  for (const id of ids) {
    const inMemory = within(newest.get(id) ?? noSamples, from, to);
    const fresh = bucketsOf(merge(samples.get(id) ?? noSamples, inMemory), step);
    const buckets = mergeBuckets(bucketsWithin(rolled.get(id) ?? noBuckets, firstWhole, endOfWhole), fresh);
    if (buckets.times.length > 0) answer.set(id, buckets);
  }
  return answer;
}

/** A multiple of every step. */
const togetherSeconds = 14_400;
