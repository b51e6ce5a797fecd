import type { Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import { type Buckets, bucketAt, bucketsOf, decodeBuckets, mergeBuckets, sliceBuckets } from './buckets.js';
import { decodeChunk } from './chunk.js';
import type { MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { merge, noSamples, type Samples, within } from './samples.js';

/** Seconds of a bucket, ascending; each divides the next. */
export const rollupSteps = [300, 3600] as const;

/**
 * Brings chunks of a series into its roll-ups, in the transaction that writes the chunks: every bucket that has a sample of theirs is
 * made anew of all chunks (docs/design.md §4.7).
 *
 * @param except a chunk that is still being filled.
 */
export async function rollUp(
  tables: MetricTables,
  session: Session,
  { series, except }: { series: number; except: number | undefined },
  report: ReportCorrupt,
): Promise<void> {
  let fresh = noSamples;
  for (const { id, data } of await tables.rollups.unrolled(session, [series], always)) {
    if (id === except) continue;
    const samples = decodeChunk(bytesOf(data));
    if (samples === undefined) report('chunk', id);
    else fresh = merge(fresh, samples);
    await tables.rollups.markRolled(session, id);
  }
  for (const { from, to } of stretchesOf(fresh)) {
    const found = await tables.samplesOf(session, [series], { from, to }, report);
    const samples = within(found.get(series) ?? noSamples, from, to);
    for (const step of rollupSteps) await append(tables, session, series, step, bucketsOf(samples, step), report);
  }
}

/** Fills the newest row up, or begins others; what is in several rows counts as the later one has it. */
async function append(
  tables: MetricTables,
  session: Session,
  series: number,
  step: number,
  buckets: Buckets,
  report: ReportCorrupt,
): Promise<void> {
  const newest = await tables.rollups.newest(session, series, step);
  if (newest !== undefined) {
    const known = decodeBuckets(newest.data);
    if (known === undefined) report('rollup', newest.id);
    else if (known.times.length + buckets.times.length <= longestRollup) {
      await tables.rollups.replace(session, newest.id, mergeBuckets(known, buckets));
      return;
    }
  }
  for (let start = 0; start < buckets.times.length; start += longestRollup) {
    await tables.rollups.add(session, series, step, sliceBuckets(buckets, start, start + longestRollup));
  }
}

/** The spans of whole buckets that samples are in; a late sample does not let everything between it and the others be read. */
function stretchesOf({ times }: Samples): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const time of times) {
    const from = bucketAt(time, longestStep);
    const last = stretches.at(-1);
    if (last !== undefined && from - last.to <= longestGap) last.to = from + longestStep - 1;
    else stretches.push({ from, to: from + longestStep - 1 });
  }
  return stretches;
}

const always = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
const longestStep = rollupSteps[1];
/** Seconds without samples beyond which the chunks between two samples are not read. */
const longestGap = 86_400;
/** Buckets in one row. */
const longestRollup = 512;
