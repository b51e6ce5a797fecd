import { describe, expect, it } from 'vitest';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';
import { totalsOf } from './totals.js';

const load = aMetric({ name: 'cpu_load', peak: 4 });
const cluster = aCluster({
  metrics: [load],
  subClusters: [{ name: 'main' }, { name: 'large', metrics: [{ ...load, peak: 8 }] }],
});
const loadOf = (value: number) => ({ cpu_load: { value, time: sampleTime / 1000 } });
const totals = (...nodes: Parameters<typeof aNode>[0][]) => totalsOf(cluster, nodes.map(aNode), sampleTime);

describe('totalsOf', () => {
  it('counts nodes and hardware threads that jobs have', () => {
    expect(
      totals(
        { host: 'n1', state: 'allocated', cpusAllocated: 4 },
        { host: 'n2', state: 'mixed', cpusAllocated: 1 },
        { host: 'n3' },
      ),
    ).toEqual({ nodes: { used: 2, of: 3 }, cpus: { used: 5, of: 12 } });
  });

  it('weighs the load by what each subcluster can bear, of the nodes that have one', () => {
    expect(
      totals(
        { host: 'n1', metrics: loadOf(2) },
        { host: 'n2', subCluster: 'large', metrics: loadOf(8) },
        { host: 'n3' },
      ).load,
    ).toEqual({ used: 10, of: 12 });
  });

  it('leaves out what silent and down nodes said last', () => {
    const busy = { state: 'allocated', cpusAllocated: 4, metrics: loadOf(4) } as const;
    const old = { cpu_load: { value: 4, time: sampleTime / 1000 - 600 } };
    expect(
      totals(
        { ...busy, host: 'n1', reportedAt: sampleTime - 3_600_000, metrics: old },
        { ...busy, host: 'n2', state: 'down' },
      ),
    ).toEqual({ nodes: { used: 0, of: 2 } });
  });

  it('has no accelerators where the description has none', () => {
    expect(totals({ host: 'n1', gpusAllocated: 0 }).gpus).toBeUndefined();
  });
});
