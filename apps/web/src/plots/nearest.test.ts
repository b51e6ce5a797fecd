import { expect, it } from 'vitest';
import { nearestLine } from './nearest.js';
import { toPlotData } from './plot-series.js';

const data = toPlotData({
  metric: 'm',
  scope: 'node',
  unit: { base: '' },
  series: [
    { host: 'n1', from: 0, step: 10, values: [1, 1, null] },
    { host: 'n2', from: 0, step: 10, values: [5, 9, 9] },
  ],
});
const none = new Set<string>();

it('the nearest line is the one whose value at that moment is', () => {
  expect(nearestLine(data, none, { time: 1, value: 2 })).toMatchObject({ series: { host: 'n1' }, value: 1, time: 0 });
  expect(nearestLine(data, none, { time: 9, value: 6 })).toMatchObject({ series: { host: 'n2' }, value: 9, time: 10 });
});

it('lines that are hidden, have a gap there or are over are passed by', () => {
  expect(nearestLine(data, new Set(['n1']), { time: 0, value: 1 })?.series.host).toBe('n2');
  expect(nearestLine(data, none, { time: 20, value: 1 })?.series.host).toBe('n2');
  expect(nearestLine(data, none, { time: 99, value: 1 })).toBeUndefined();
  expect(nearestLine(data, new Set(['n1', 'n2']), { time: 0, value: 1 })).toBeUndefined();
});
