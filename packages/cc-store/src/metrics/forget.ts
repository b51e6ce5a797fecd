import { mostSeries } from './metric-tables.js';
import type { SeriesState } from './series-catalog.js';

/** Series whose chunks before one time go in one step. */
export interface ForgetStep {
  /** At most {@link mostSeries} ids. */
  series: number[];
  /** Unix seconds. */
  before: number;
}

/** The steps of forgetting: few series in each, so that other writes pass in between. @param before undefined keeps a series as it is. */
export function forgetSteps(
  series: Iterable<SeriesState>,
  before: (state: SeriesState) => number | undefined,
): ForgetStep[] {
  const open = new Map<number, ForgetStep>();
  const steps: ForgetStep[] = [];
  for (const state of series) {
    const time = before(state);
    if (time === undefined) continue;
    let step = open.get(time);
    if (step === undefined || step.series.length === mostSeries) {
      step = { series: [], before: time };
      open.set(time, step);
      steps.push(step);
    }
    step.series.push(state.id);
  }
  return steps;
}
