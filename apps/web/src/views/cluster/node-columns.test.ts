import { describe, expect, it } from 'vitest';
import { nodeColumns } from './node-columns.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const bandwidth = aMetric({ name: 'mem_bw', caution: 50, alert: 10 });
const cluster = aCluster({ metrics: [bandwidth], subClusters: [{ name: 'main' }] });
const nodes = [
  aNode({ host: 'n10', state: 'down', health: 'failed' }),
  aNode({
    host: 'n2',
    state: 'allocated',
    jobsRunning: 2,
    memoryAllocated: 64_000,
    metrics: { mem_bw: { value: 9.5, time: sampleTime / 1000 } },
  }),
];
const columns = nodeColumns(cluster, ['mem_bw'], sampleTime);
const column = (id: string) => {
  const found = columns.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no column ${id}`);
  return found;
};
const sorted = (id: string) => [...nodes].sort(column(id).compare).map(({ host }) => host);

describe('nodeColumns', () => {
  it('writes values with their units, and marks those beyond a threshold', () => {
    expect(nodes.map(column('metric:mem_bw').text)).toEqual(['–', '▲ 9.5\u{a0}GB/s']);
    expect(nodes.map(column('memory').text)).toEqual(['–', '64\u{a0}GB']);
    expect(nodes.map(column('heard').text)).toEqual(['10\u{a0}s ago', 'just now']);
  });

  it('gives a file numbers alone, with the unit in the title', () => {
    expect(column('metric:mem_bw').fileTitle).toBe('mem_bw (GB/s)');
    expect(nodes.map(column('metric:mem_bw').raw)).toEqual(['', '9.5']);
    expect(nodes.map(column('state').raw)).toEqual(['down', 'allocated']);
    expect(nodes.map(column('heard').raw)).toEqual(['2023-11-14T22:13:10.000Z', '2023-11-14T22:13:20.000Z']);
  });

  it('sorts by what each column means', () => {
    expect(sorted('host')).toEqual(['n2', 'n10']);
    expect(sorted('state')).toEqual(['n10', 'n2']);
    expect(sorted('health')).toEqual(['n10', 'n2']);
    expect(sorted('jobs')).toEqual(['n10', 'n2']);
    expect(sorted('metric:mem_bw')).toEqual(['n10', 'n2']);
  });
});
