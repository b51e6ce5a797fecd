import type { PlotSeries } from './plot-series.js';

/** The moments at which any series has a value, ascending, for the rows of a table: series need not share a grid. */
export function mergedTimes(series: readonly PlotSeries[]): Float64Array {
  const grids = new Map<string, PlotSeries>();
  for (const one of series) grids.set(`${String(one.from)} ${String(one.step)} ${String(one.values.length)}`, one);
  const [only] = grids.values();
  if (only !== undefined && grids.size === 1) return timesOf(only);
  const times = new Set<number>();
  for (const grid of grids.values()) for (const time of timesOf(grid)) times.add(time);
  return Float64Array.from(times).sort();
}

/** The value of a series at exactly that moment; NaN where it has none. */
export function valueAt({ from, step, values }: PlotSeries, time: number): number {
  const index = Math.round((time - from) / step);
  if (Math.abs(from + index * step - time) > step / 1000) return Number.NaN;
  return values[index] ?? Number.NaN;
}

function timesOf({ from, step, values }: PlotSeries): Float64Array {
  return Float64Array.from(values, (_, index) => from + index * step);
}
