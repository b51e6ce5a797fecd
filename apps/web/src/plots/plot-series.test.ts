import { describe, expect, it } from 'vitest';
import { indexAt, lastTime, toPlotData, toPlotSeries } from './plot-series.js';

describe('toPlotData', () => {
  const raw = { metric: 'mem_used', scope: 'core' as const, unit: { base: 'B', prefix: 'G' } };
  const data = toPlotData({
    ...raw,
    series: [
      { host: 'n1', id: '3', from: 100, step: 10, values: [1, null, 3, null] },
      { host: 'n2', from: 100, step: 10, values: [2, 4], min: [1, null], max: [3, 9] },
    ],
  });

  it('keeps raw samples as their own edges, gaps as NaN', () => {
    const [first] = data.series;
    expect([...(first?.values ?? [])]).toEqual([1, Number.NaN, 3, Number.NaN]);
    expect(first?.lows).toBe(first?.values);
    expect(first?.isBucketed).toBe(false);
  });

  it('takes the extremes of buckets for the edges', () => {
    const second = data.series[1];
    expect([...(second?.lows ?? [])]).toEqual([1, Number.NaN]);
    expect([...(second?.highs ?? [])]).toEqual([3, 9]);
    expect(second?.isBucketed).toBe(true);
  });

  it('labels a part of a node by its scope, and a node by its name alone', () => {
    expect(data.series.map(({ label }) => label)).toEqual(['n1 core 3', 'n2']);
    const node = toPlotSeries({ host: 'n1', id: '0', from: 0, step: 1, values: [] }, 'node');
    expect(node.label).toBe('n1');
  });

  it('gives different lines different keys', () => {
    const key = (host: string, id?: string) => toPlotSeries({ host, id, from: 0, step: 1, values: [] }, 'core').key;
    expect(key('n1 2', '3')).not.toBe(key('n1', '2 3'));
  });

  it('knows when it was last measured', () => {
    expect(lastTime(data)).toBe(120);
    expect(lastTime({ ...data, series: [] })).toBeUndefined();
  });
});

it('indexAt finds the nearest value, and none outside', () => {
  const series = toPlotSeries({ host: 'n', from: 100, step: 10, values: [1, 2, 3] }, 'node');
  expect([90, 96, 104, 106, 124, 126].map((time) => indexAt(series, time))).toEqual([undefined, 0, 0, 1, 2, undefined]);
});
