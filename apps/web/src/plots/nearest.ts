import { indexAt, type PlotData, type PlotSeries } from './plot-series.js';

/** The line that runs nearest to the pointer, and its value there. */
export interface Nearest {
  series: PlotSeries;
  /** Of the sample, or the average of the bucket. */
  value: number;
  /** Unix seconds of the sample. */
  time: number;
}

/** Undefined where no line that is shown has a value at that moment. */
export function nearestLine(
  { series }: PlotData,
  hidden: ReadonlySet<string>,
  at: { time: number; value: number },
): Nearest | undefined {
  let best: Nearest | undefined;
  let distance = Infinity;
  for (const one of series) {
    if (hidden.has(one.key)) continue;
    const index = indexAt(one, at.time);
    const value = index === undefined ? Number.NaN : (one.values[index] ?? Number.NaN);
    if (index === undefined || !(Math.abs(value - at.value) < distance)) continue;
    distance = Math.abs(value - at.value);
    best = { series: one, value, time: one.from + index * one.step };
  }
  return best;
}
