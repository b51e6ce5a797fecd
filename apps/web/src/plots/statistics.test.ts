import { expect, it } from 'vitest';
import { toPlotSeries } from './plot-series.js';
import { combine, statisticsOf } from './statistics.js';

const series = toPlotSeries({ host: 'n', from: 100, step: 10, values: [1, null, 3, 8] }, 'node');

it('statistics cover what is shown, without the gaps', () => {
  expect(statisticsOf(series, { from: 0, to: 1000 })).toEqual({ min: 1, avg: 4, max: 8, count: 3 });
  expect(statisticsOf(series, { from: 101, to: 129 })).toEqual({ min: 3, avg: 3, max: 3, count: 1 });
});

it('are undefined where nothing was measured', () => {
  expect(statisticsOf(series, { from: 105, to: 115 })).toBeUndefined();
  expect(statisticsOf(series, { from: 0, to: 50 })).toBeUndefined();
  expect(combine([undefined])).toBeUndefined();
});

it('of buckets have the extremes of the samples, not of the averages', () => {
  const buckets = toPlotSeries({ host: 'n', from: 0, step: 60, values: [5, 6], min: [1, 2], max: [9, 40] }, 'node');
  expect(statisticsOf(buckets, { from: 0, to: 60 })).toEqual({ min: 1, avg: 5.5, max: 40, count: 2 });
});

it('combine weighs averages by how much was measured', () => {
  const all = combine([{ min: 1, avg: 4, max: 8, count: 3 }, undefined, { min: 0, avg: 0, max: 0, count: 1 }]);
  expect(all).toEqual({ min: 0, avg: 3, max: 8, count: 4 });
});
