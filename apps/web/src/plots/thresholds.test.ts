import type { Cluster, MetricConfig, SubCluster } from '@moorline/control-api';
import { describe, expect, it } from 'vitest';
import { gradeOf, metricConfigOf, scopesOf, thresholdsAt } from './thresholds.js';

const metric = (change: Partial<MetricConfig> = {}): MetricConfig => ({
  name: 'mem_bw',
  unit: { base: 'B/s', prefix: 'G' },
  peak: 200,
  normal: 100,
  caution: 20,
  alert: 10,
  energy: '',
  scope: 'core',
  aggregation: 'sum',
  timestep: 60,
  restrict: false,
  lowerIsBetter: false,
  ...change,
});

const flat = { unit: { base: 'F/s' }, value: 1 };
const main: SubCluster = {
  name: 'main',
  nodes: '*',
  processorType: '',
  topology: {
    node: [0, 1, 2, 3],
    socket: [
      [0, 1],
      [2, 3],
    ],
    memoryDomain: [[0, 1, 2, 3]],
    core: [[0], [1], [2], [3]],
  },
  flopRateScalar: flat,
  flopRateSimd: flat,
  memoryBandwidth: flat,
  socketsPerNode: 2,
  coresPerSocket: 2,
  threadsPerCore: 1,
  metricConfig: [metric({ caution: 30 })],
};
const cluster: Cluster = { name: 'c', metricConfig: [metric(), metric({ name: 'gone' })], subClusters: [main] };

describe('metricConfigOf', () => {
  it('takes the subcluster’s own numbers, and leaves out what it does not measure', () => {
    expect(metricConfigOf(cluster, 'main', 'mem_bw')?.caution).toBe(30);
    expect(metricConfigOf(cluster, 'main', 'gone')).toBeUndefined();
  });

  it('takes the cluster’s where the subcluster is not known', () => {
    expect(metricConfigOf(cluster, '__proto__', 'mem_bw')?.caution).toBe(20);
    expect(metricConfigOf(cluster, 'main', 'constructor')).toBeUndefined();
  });
});

describe('thresholdsAt', () => {
  it('shares a sum out among the parts of a node', () => {
    expect(thresholdsAt(metric(), 'node', main)?.normal).toBe(100);
    expect(thresholdsAt(metric(), 'socket', main)?.normal).toBe(50);
    expect(thresholdsAt(metric(), 'core', main)?.peak).toBe(50);
    expect(thresholdsAt(metric(), 'accelerator', main)?.normal).toBe(100);
  });

  it('leaves an average as it is', () => {
    expect(thresholdsAt(metric({ aggregation: 'avg' }), 'core', main)?.normal).toBe(100);
  });

  it('has none where the description has none', () => {
    expect(thresholdsAt(metric({ normal: 0, caution: 0, alert: 0 }), 'node', main)).toBeUndefined();
  });
});

describe('gradeOf', () => {
  const high = { normal: 100, caution: 20, alert: 10, peak: 200, lowerIsBetter: false };
  const low = { normal: 50, caution: 80, alert: 95, peak: 100, lowerIsBetter: true };
  it.each([
    [high, 150, 'good'],
    [high, 100, 'normal'],
    [high, 20, 'caution'],
    [high, 0, 'alert'],
    [low, 10, 'good'],
    [low, 60, 'normal'],
    [low, 80, 'caution'],
    [low, 99, 'alert'],
  ] as const)('of %o at %d is %s', (thresholds, value, grade) => {
    expect(gradeOf(value, thresholds)).toBe(grade);
  });
});

it('scopesOf offers the native scope and what is coarser', () => {
  expect(scopesOf('node')).toEqual(['node']);
  expect(scopesOf('core')).toEqual(['node', 'socket', 'memoryDomain', 'core']);
  expect(scopesOf('accelerator')).toEqual(['node', 'accelerator']);
});
