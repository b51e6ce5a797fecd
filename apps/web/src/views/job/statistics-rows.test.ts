import { expect, it } from 'vitest';
import { toPlotData } from '../../plots/plot-series.js';
import { sortRows, statisticsRows } from './statistics-rows.js';

const data = (metric: string, ...values: (number | null)[][]) =>
  toPlotData({
    metric,
    scope: 'node',
    unit: { base: 'W' },
    series: values.map((series, index) => ({ host: `n${index * 8 + 2}`, from: 100, step: 10, values: series })),
  });
const rows = statisticsRows([data('power', [1, null, 3], [10, 20]), undefined, data('load', [4], [null])]);

it('there is a row for each metric and node that was measured', () => {
  expect(rows).toEqual([
    { metric: 'power', host: 'n2', unit: { base: 'W' }, min: 1, avg: 2, max: 3 },
    { metric: 'power', host: 'n10', unit: { base: 'W' }, min: 10, avg: 15, max: 20 },
    { metric: 'load', host: 'n2', unit: { base: 'W' }, min: 4, avg: 4, max: 4 },
  ]);
});

it.each([
  [{ by: 'metric', order: 'asc' }, ['load n2', 'power n2', 'power n10']],
  [{ by: 'metric', order: 'desc' }, ['power n2', 'power n10', 'load n2']],
  [{ by: 'host', order: 'desc' }, ['power n10', 'load n2', 'power n2']],
  [{ by: 'max', order: 'desc' }, ['load n2', 'power n10', 'power n2']],
] as const)('sorted by %o they are %j', (sorting, expected) => {
  expect(sortRows(rows, sorting).map(({ metric, host }) => `${metric} ${host}`)).toEqual(expected);
});
