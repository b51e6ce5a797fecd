import type { Session } from '../database/query.js';
import { mostIds } from './many-ids.js';
import type { MetricTables } from './metric-tables.js';
import type { ReportCorrupt } from './report-corrupt.js';
import { rollUp } from './roll-up.js';
import type { SeriesState } from './series-state.js';

/** How far back a series is kept, Unix seconds. */
export interface Horizon {
  samplesBefore: number;
  /** ≤ samplesBefore. */
  rollupsBefore: number;
}

/** Series with one horizon, which goes in one step. */
export interface ForgetStep extends Horizon {
  /** At most {@link mostIds} ids. */
  series: number[];
}

/** The steps of forgetting: few series in each, so that other writes pass in between. @param horizonOf undefined keeps a series as it is. */
export function forgetSteps(
  series: Iterable<SeriesState>,
  horizonOf: (state: SeriesState) => Horizon | undefined,
): ForgetStep[] {
  const open = new Map<string, ForgetStep>();
  const steps: ForgetStep[] = [];
  for (const state of series) {
    const horizon = horizonOf(state);
    if (horizon === undefined) continue;
    const { samplesBefore, rollupsBefore } = horizon;
    const name = `${samplesBefore} ${rollupsBefore}`;
    let step = open.get(name);
    if (step === undefined || step.series.length === mostIds) {
      step = { series: [], samplesBefore, rollupsBefore };
      open.set(name, step);
      steps.push(step);
    }
    step.series.push(state.id);
  }
  return steps;
}

/**
 * Runs one step, inside a transaction. A chunk that is in no roll-up yet, as the last of a host that is gone, comes into them first.
 *
 * @returns how many chunks went.
 */
export async function forget(
  tables: MetricTables,
  session: Session,
  { series, samplesBefore, rollupsBefore }: ForgetStep,
  report: ReportCorrupt,
): Promise<number> {
  if (rollupsBefore < samplesBefore) {
    const unrolled = await tables.rollups.unrolledBefore(session, series, samplesBefore);
    for (const id of new Set(unrolled)) await rollUp(tables, session, { series: id, except: undefined }, report);
  }
  const chunks = await tables.deleteOldChunks(session, series, samplesBefore);
  await tables.rollups.deleteOld(session, series, rollupsBefore);
  return chunks;
}
