import type { PlotData, PlotSeries } from './plot-series.js';

/** More lines than this nobody tells apart, nor can a frame draw them. */
const mostLines = 64;

/**
 * At most so many lines: those with the smallest and those with the largest averages, since what is out of the ordinary is what
 * one looks for. Their order stays.
 */
export function limitLines(data: PlotData, limit = mostLines): PlotData {
  if (data.series.length <= limit) return data;
  const ranked = data.series
    .map((series) => ({ series, average: averageOf(series) }))
    .filter(({ average }) => !Number.isNaN(average))
    .sort((a, b) => a.average - b.average);
  const lowest = ranked.slice(0, Math.floor(limit / 2));
  const highest = ranked.slice(lowest.length).slice(-(limit - lowest.length));
  const kept = new Set([...lowest, ...highest].map(({ series }) => series));
  return { ...data, series: data.series.filter((series) => kept.has(series)) };
}

function averageOf({ values }: PlotSeries): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
