import { describe, expect, it } from 'vitest';
import { groupProblems } from './problem-groups.js';
import { findProblems } from './problems.js';
import { selectNodes } from './select-nodes.js';
import { aCluster, aMetric, aNode, sampleTime } from './testing/sample.js';

const gigabytes = { base: 'B', prefix: 'G' };
const load = aMetric({ name: 'cpu_load', unit: { base: '' }, caution: 36, alert: 20, footprint: 'avg' });
const memory = aMetric({
  ...{ name: 'mem_used', unit: gigabytes, caution: 200, alert: 240, lowerIsBetter: true, footprint: 'max' as const },
});
const cluster = aCluster({ metrics: [load, memory], subClusters: [{ name: 'main' }] });
const measured = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, time: sampleTime / 1000 - 20 }]));
const nodes = [
  aNode({ host: 'n10', state: 'down' }),
  aNode({ host: 'n2', state: 'down' }),
  aNode({ host: 'n3', reportedAt: sampleTime - 7_200_000 }),
  aNode({ host: 'n4', health: 'partial', metrics: measured({ mem_used: 250 }) }),
  aNode({ host: 'n5', state: 'allocated', metrics: measured({ cpu_load: 30, mem_used: 245 }) }),
  aNode({ host: 'n6' }),
];
const groups = groupProblems(findProblems(cluster, nodes, sampleTime), sampleTime);

describe('groupProblems', () => {
  it('has a group for each thing that is wrong, the worst first, hosts by their numbers', () => {
    expect(
      groups.map(({ title, members }) => [title, members.map(({ node, detail }) => `${node.host} ${detail}`)]),
    ).toEqual([
      ['Down', ['n2 ', 'n10 ']],
      ['Silent', ['n3 2\u{a0}h ago']],
      ['mem_used: alert', ['n4 250\u{a0}GB', 'n5 245\u{a0}GB']],
      ['Health partial', ['n4 ']],
      ['cpu_load: caution', ['n5 30']],
    ]);
  });

  it('tells a value and its threshold in full', () => {
    expect(groups.flatMap(({ members }) => members.map(({ explanation }) => explanation))).toEqual([
      '',
      '',
      'last heard of 2\u{a0}h ago',
      'mem_used is 250\u{a0}GB, at or above the threshold of 240\u{a0}GB',
      'mem_used is 245\u{a0}GB, at or above the threshold of 240\u{a0}GB',
      '',
      'cpu_load is 30, at or below the threshold of 36',
    ]);
  });

  it('leads to a selection that shows its members', () => {
    for (const { selection, members, title } of groups) {
      const shown = selectNodes(cluster, nodes, selection, sampleTime).map(({ host }) => host);
      expect([title, shown]).toEqual([title, expect.arrayContaining(members.map(({ node }) => node.host))]);
      expect(shown.length).toBeLessThan(nodes.length);
    }
  });
});
