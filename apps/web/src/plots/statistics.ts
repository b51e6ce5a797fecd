import type { TimeWindow } from './decimate.js';
import type { PlotSeries } from './plot-series.js';

/** What a series is like over some time. Buckets count with their extremes and, for the average, as equals. */
export interface SeriesStatistics {
  min: number;
  avg: number;
  max: number;
  /** Values there were; gaps do not count. */
  count: number;
}

/** Undefined where nothing was measured in that time. */
export function statisticsOf(series: PlotSeries, shown: TimeWindow): SeriesStatistics | undefined {
  const { from, step, values, lows, highs } = series;
  const first = Math.max(0, Math.ceil((shown.from - from) / step));
  const end = Math.min(values.length, Math.floor((shown.to - from) / step) + 1);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let count = 0;
  for (let index = first; index < end; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
    min = Math.min(min, lows[index] ?? value);
    max = Math.max(max, highs[index] ?? value);
  }
  return count === 0 ? undefined : { min, avg: sum / count, max, count };
}

/** The statistics of all series taken together. */
export function combine(all: readonly (SeriesStatistics | undefined)[]): SeriesStatistics | undefined {
  let sum = 0;
  const total = { min: Infinity, max: -Infinity, count: 0 };
  for (const one of all) {
    if (one === undefined) continue;
    total.min = Math.min(total.min, one.min);
    total.max = Math.max(total.max, one.max);
    total.count += one.count;
    sum += one.avg * one.count;
  }
  return total.count === 0 ? undefined : { ...total, avg: sum / total.count };
}
