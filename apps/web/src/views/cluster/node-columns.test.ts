import { describe, expect, it } from 'vitest';
import { toCsv } from '../../ui/table/csv.js';
import { nodeColumns, sortNodes } from './node-columns.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const bandwidth = aMetric({ name: 'mem_bw', caution: 50, alert: 10 });
const cluster = aCluster({ metrics: [bandwidth], subClusters: [{ name: 'main' }] });
const { reportedAt: _, ...silent } = aNode({ host: 'n10', state: 'down', health: 'failed' });
const nodes = [
  silent,
  aNode({
    host: 'n2',
    state: 'allocated',
    jobsRunning: 2,
    memoryAllocated: 64_000,
    metrics: { mem_bw: { value: 9.5, time: sampleTime / 1000 } },
  }),
];
const columns = nodeColumns(cluster, ['mem_bw'], sampleTime);
const sorted = (by: string, order: 'asc' | 'desc') => sortNodes(nodes, columns, { by, order }).map(({ host }) => host);

describe('nodeColumns', () => {
  it('gives a file plain numbers and moments, with the units in its head', () => {
    expect(toCsv(columns, nodes)).toBe(
      [
        'Host,Subcluster,State,Health,Jobs,CPUs,Memory (MB),mem_bw (GB/s),Last heard',
        'n10,main,down,failed,,,,,',
        'n2,main,allocated,full,2,,64000,9.5,2023-11-14T22:13:20.000Z',
        '',
      ].join('\r\n'),
    );
  });
});

describe('sortNodes', () => {
  it.each(['host', 'health', 'state'])('sorts by what %s means', (by) => {
    expect(sorted(by, 'asc')).toEqual(by === 'host' ? ['n2', 'n10'] : ['n10', 'n2']);
    expect(sorted(by, 'desc')).toEqual(by === 'host' ? ['n10', 'n2'] : ['n2', 'n10']);
  });

  it.each(['jobs', 'memory', 'metric:mem_bw', 'heard'])('takes a node without %s for the lowest', (by) => {
    expect(sorted(by, 'desc')).toEqual(['n2', 'n10']);
    expect(sorted(by, 'asc')).toEqual(['n10', 'n2']);
  });

  it('goes by the host where all else is the same, or the column is none', () => {
    expect(sorted('cpus', 'desc')).toEqual(['n2', 'n10']);
    expect(sorted('toString', 'asc')).toEqual(['n2', 'n10']);
  });
});
