import type { Cluster } from '@moorline/cc-api';

const nothing = { unit: { base: '' }, value: 0 };

/** A node of two cores, and one metric. */
export const hardware = {
  processorType: 'Test CPU',
  topology: { node: [0, 1], socket: [[0, 1]], memoryDomain: [[0, 1]], core: [[0], [1]] },
  flopRateScalar: nothing,
  flopRateSimd: nothing,
  memoryBandwidth: nothing,
  socketsPerNode: 1,
  coresPerSocket: 2,
  threadsPerCore: 1,
};

export const metricConfig: Cluster['metricConfig'] = [
  {
    name: 'load_one',
    unit: { base: '' },
    peak: 2,
    normal: 1,
    caution: 3,
    alert: 4,
    energy: '',
    scope: 'node',
    aggregation: 'avg',
    timestep: 10,
    restrict: false,
    lowerIsBetter: false,
  },
];

export const aCluster = (name: string, nodes: string): Cluster => ({
  name,
  metricConfig,
  subClusters: [{ name: 'main', nodes, ...hardware }],
});

export const aJob = (jobId: number, cluster: string, hostname: string, startTime: number) => ({
  jobId,
  cluster,
  user: 'alice',
  project: 'p1',
  numNodes: 1,
  resources: [{ hostname }],
  startTime,
});
