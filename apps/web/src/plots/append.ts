import type { PlotData, PlotSeries } from './plot-series.js';

/**
 * The data with what was measured since. Series that are new are added, values that are there already are replaced by the newer
 * answer's. Undefined where the two do not fit together (buckets, another step): then all must be read again.
 */
export function append(data: PlotData, newer: PlotData): PlotData | undefined {
  if (data.scope !== newer.scope) return undefined;
  const byKey = new Map(newer.series.map((series) => [series.key, series]));
  const series: PlotSeries[] = [];
  for (const old of data.series) {
    const added = byKey.get(old.key);
    byKey.delete(old.key);
    const joined = added === undefined ? old : join(old, added);
    if (joined === undefined) return undefined;
    series.push(joined);
  }
  return { ...data, series: [...series, ...byKey.values()] };
}

function join(old: PlotSeries, added: PlotSeries): PlotSeries | undefined {
  if (added.values.length === 0) return old;
  if (old.values.length === 0) return added;
  if (old.isBucketed || added.isBucketed || old.step !== added.step) return undefined;
  const offset = (added.from - old.from) / old.step;
  const start = Math.round(offset);
  if (start < 0 || Math.abs(offset - start) > 1e-3) return undefined;
  const values = new Float64Array(Math.max(old.values.length, start + added.values.length)).fill(Number.NaN);
  values.set(old.values);
  values.set(added.values, start);
  return { ...old, values, lows: values, highs: values };
}
