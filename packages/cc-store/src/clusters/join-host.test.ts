import type { Cluster } from '@moorline/cc-api';
import { describe, expect, it } from 'vitest';
import { hardware, metric } from '../../test/support.js';
import { joinHost } from './join-host.js';

const empty: Cluster = { name: 'lab', metricConfig: [], subClusters: [] };
const other = { ...hardware, processorType: 'Other' };
const metrics = [metric('load_one', 'node', 'avg')];
const join = (cluster: Cluster, host: string, subCluster = hardware, metricConfig = metrics) =>
  joinHost(cluster, host, { subCluster, metricConfig });
const lists = (cluster: Cluster) => cluster.subClusters.map(({ name, nodes }) => `${name}: ${nodes}`);

describe('joinHost', () => {
  it('makes a first subcluster', () => {
    const cluster = join(empty, 'n01');
    expect(lists(cluster)).toEqual(['main: n01']);
    expect(cluster.subClusters[0]).toEqual({ name: 'main', nodes: 'n01', ...hardware });
    expect(cluster.metricConfig).toEqual(metrics);
  });

  it('puts hosts of one shape together, whatever the order of members', () => {
    const reordered = Object.fromEntries(Object.entries(hardware).reverse()) as unknown as typeof hardware;
    expect(lists(join(join(join(empty, 'n02'), 'n01', reordered), 'n03'))).toEqual(['main: n[01-03]']);
  });

  it('gives another shape a subcluster of its own', () => {
    expect(lists(join(join(empty, 'n01'), 'g1', other))).toEqual(['main: n01', 'main-2: g1']);
  });

  it('moves a host whose shape changed to the subcluster of its new one', () => {
    const cluster = join(join(join(empty, 'n01'), 'n02'), 'g1', other);
    expect(lists(join(cluster, 'n02', other))).toEqual(['main: n01', 'main-2: g1,n02']);
  });

  it('changes the subcluster itself when its only host changed', () => {
    const cluster = join(join(empty, 'n01'), 'n01', other);
    expect(lists(cluster)).toEqual(['main: n01']);
    expect(cluster.subClusters[0]?.processorType).toBe('Other');
  });

  it('leaves no subcluster without hosts', () => {
    const cluster = join(join(empty, 'n01'), 'g1', other);
    expect(lists(join(cluster, 'n01', other))).toEqual(['main-2: g1,n01']);
  });

  it('says nothing new when a host comes again', () => {
    const cluster = join(empty, 'n01');
    expect(join(cluster, 'n01')).toEqual(cluster);
  });

  it('unites metrics by name and leaves known ones as an operator set them', () => {
    const known = { ...metric('load_one', 'node', 'avg'), alert: 5 };
    const cluster = { ...empty, metricConfig: [known] };
    const names = [metric('load_one', 'node', 'avg'), metric('mem_used', 'node', 'avg')];
    expect(join(cluster, 'n01', hardware, names).metricConfig).toEqual([known, metric('mem_used', 'node', 'avg')]);
  });

  it('takes a host out of a list that takes every one by naming it elsewhere', () => {
    const cluster: Cluster = { ...empty, subClusters: [{ name: 'all', nodes: '*', ...hardware }] };
    expect(lists(join(cluster, 'n01'))).toEqual(['all: *']);
    expect(lists(join(cluster, 'n01', other))).toEqual(['all: *', 'main: n01']);
  });
});
