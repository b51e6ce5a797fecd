import type { Cluster, MetricConfig } from '@moorline/control-api';
import { expect, it } from 'vitest';
import { footprintOf } from './footprint.js';

const metric = (change: Partial<MetricConfig>): MetricConfig => ({
  name: 'mem_used',
  unit: { base: 'B', prefix: 'G' },
  peak: 128,
  normal: 100,
  caution: 112,
  alert: 122,
  energy: '',
  scope: 'node',
  aggregation: 'sum',
  footprint: 'max',
  timestep: 60,
  restrict: false,
  lowerIsBetter: true,
  ...change,
});
const cluster: Cluster = {
  name: 'c',
  metricConfig: [metric({}), metric({ name: 'cpu_load', peak: 0, normal: 0, caution: 0, alert: 0 })],
  subClusters: [],
};

it('a footprint has the metric, how it was summed up, its share of the peak and its grade', () => {
  const entries = footprintOf({ subCluster: 'main', footprint: { mem_used_max: 116, cpu_load_avg: 3 } }, cluster);
  expect(entries.map(({ metric: name, stat, grade, share }) => ({ name, stat, grade, share }))).toEqual([
    { name: 'mem_used', stat: 'max', grade: 'caution', share: 116 / 128 },
    { name: 'cpu_load', stat: 'avg', grade: undefined, share: undefined },
  ]);
});

it('stays within its bar, and leaves out what the description does not know', () => {
  const footprint = { mem_used_max: 1e9, __proto___max: 1, constructor_avg: 2, gone_avg: 3, mem_used_min: Number.NaN };
  expect(footprintOf({ subCluster: 'x', footprint }, cluster).map(({ share }) => share)).toEqual([1]);
  expect(footprintOf({ subCluster: 'x', footprint: null }, cluster)).toEqual([]);
});
