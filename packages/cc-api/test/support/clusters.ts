import { type Cluster, parseCluster } from '@moorline/cc-api';

const topology = {
  node: [0, 1, 2, 3],
  socket: [[0, 1, 2, 3]],
  memoryDomain: [
    [0, 1],
    [2, 3],
  ],
  core: [[0], [1], [2], [3]],
};

/** The cluster of the conformance cases: four metrics, nodes n01 to n16. */
export const demo: Cluster = parseCluster({
  name: 'demo',
  metricConfig: [
    { name: 'load_one', scope: 'node', aggregation: 'avg', timestep: 60, peak: 4, footprint: 'avg' },
    { name: 'cpu_user', scope: 'hwthread', aggregation: 'avg', timestep: 60, peak: 100 },
    { name: 'mem_used', unit: { base: 'B', prefix: 'G' }, scope: 'node', aggregation: 'sum', timestep: 60, peak: 64 },
    { name: 'node_power', unit: { base: 'W' }, scope: 'node', aggregation: 'sum', timestep: 60, energy: 'power' },
  ],
  subClusters: [{ name: 'main', nodes: 'n[01-16]', processorType: 'Demo CPU', topology }],
});

/** A second one that takes every host. */
export const demo2: Cluster = parseCluster({
  name: 'demo2',
  metricConfig: [{ name: 'load_one', scope: 'node', aggregation: 'avg', timestep: 60 }],
  subClusters: [{ name: 'all', nodes: '*', topology }],
});
