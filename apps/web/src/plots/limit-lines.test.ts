import { expect, it } from 'vitest';
import { limitLines } from './limit-lines.js';
import { toPlotData } from './plot-series.js';

const data = toPlotData({
  metric: 'm',
  scope: 'core',
  unit: { base: '' },
  series: [5, null, 1, 9, 4, 6].map((value, index) => ({
    host: 'n',
    id: String(index),
    from: 0,
    step: 1,
    values: [value],
  })),
});

it('too many lines are cut to the outermost, in their order; a line without a value goes first', () => {
  expect(limitLines(data, 3).series.map(({ id }) => id)).toEqual(['2', '3', '5']);
  expect(limitLines(data, 4).series.map(({ id }) => id)).toEqual(['2', '3', '4', '5']);
});

it('few lines stay as they are', () => {
  expect(limitLines(data, 6)).toBe(data);
});
