import { describe, expect, it } from 'vitest';
import { countBy, groupBySubCluster } from './node-groups.js';
import { aCluster, aNode } from './testing/sample.js';

describe('groupBySubCluster', () => {
  const cluster = aCluster({ metrics: [], subClusters: [{ name: 'main' }, { name: 'gpu' }, { name: 'none' }] });

  it('has the order of the description, hosts by their numbers, and no empty group', () => {
    const nodes = ['n10', 'n9', 'g2', 'g1'].map((host) =>
      aNode({ host, subCluster: host.startsWith('g') ? 'gpu' : 'main' }),
    );
    expect(
      groupBySubCluster(cluster, nodes).map(({ subCluster, nodes }) => [subCluster, nodes.map(({ host }) => host)]),
    ).toEqual([
      ['main', ['n9', 'n10']],
      ['gpu', ['g1', 'g2']],
    ]);
  });

  it('shows a node whose subcluster is no longer in the description', () => {
    expect(groupBySubCluster(cluster, [aNode({ host: 'x', subCluster: '__proto__' })])).toHaveLength(1);
  });
});

describe('countBy', () => {
  it('has a number for every kind', () => {
    expect([
      ...countBy(['a', 'bb', 'c'], ['one', 'two', 'three'], (text) => (text.length === 1 ? 'one' : 'two')),
    ]).toEqual([
      ['one', 2],
      ['two', 1],
      ['three', 0],
    ]);
  });
});
