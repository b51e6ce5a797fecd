import type { Session } from '../database/query.js';
import type { MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { merge, noSamples, type Samples, within } from './samples.js';
import type { SeriesState } from './series-state.js';
import type { WaitingSamples } from './waiting-samples.js';

/** The samples from `from` to `to` (Unix seconds, both included) that are stored or in memory, by series id. */
export async function readSeries(
  tables: MetricTables,
  session: Session,
  waiting: WaitingSamples,
  { series, from, to }: { series: readonly SeriesState[]; from: number; to: number },
  report: ReportCorrupt,
): Promise<Map<number, Samples>> {
  // Memory first: what a fold moves meanwhile is then seen twice, never not at all.
  const newest = series.map((state) => within(waiting.of(state), from, to));
  const ids = series.map((state) => state.id);
  const stored = await tables.samplesOf(session, ids, { from, to }, report);
  const found = new Map<number, Samples>();
  for (const [index, id] of ids.entries()) {
    const samples = merge(within(stored.get(id) ?? noSamples, from, to), newest[index] ?? noSamples);
    if (samples.times.length > 0) found.set(id, samples);
  }
  return found;
}
