import { describe, expect, it } from 'vitest';
import { append } from './append.js';
import { type RangeSeries, toPlotData } from './plot-series.js';

const data = (...series: RangeSeries[]) => toPlotData({ metric: 'm', scope: 'node', unit: { base: '' }, series });
const values = (result: ReturnType<typeof append>) => result?.series.map((series) => [...series.values]);

describe('append', () => {
  it('adds new values behind the old ones, and replaces those that came again', () => {
    const joined = append(
      data({ host: 'n1', from: 0, step: 10, values: [1, 2, null] }),
      data({ host: 'n1', from: 10, step: 10, values: [2, 3, 4] }),
    );
    expect(values(joined)).toEqual([[1, 2, 3, 4]]);
  });

  it('leaves a gap where nothing came for a while', () => {
    const joined = append(
      data({ host: 'n1', from: 0, step: 10, values: [1] }),
      data({ host: 'n1', from: 30, step: 10, values: [4] }),
    );
    expect(values(joined)).toEqual([[1, Number.NaN, Number.NaN, 4]]);
  });

  it('keeps a line that has nothing new, and takes on a line that is new', () => {
    const joined = append(
      data({ host: 'n1', from: 0, step: 10, values: [1] }),
      data({ host: 'n2', from: 0, step: 10, values: [5] }),
    );
    expect(joined?.series.map(({ host }) => host)).toEqual(['n1', 'n2']);
  });

  it('does not join what does not fit', () => {
    const raw = data({ host: 'n1', from: 0, step: 10, values: [1] });
    for (const other of [
      { host: 'n1', from: 10, step: 60, values: [2] },
      { host: 'n1', from: 14, step: 10, values: [2] },
      { host: 'n1', from: -10, step: 10, values: [2] },
      { host: 'n1', from: 10, step: 10, values: [2], min: [1], max: [3] },
    ]) {
      expect(append(raw, data(other))).toBeUndefined();
    }
    expect(append(raw, { ...raw, scope: 'core' })).toBeUndefined();
  });
});
