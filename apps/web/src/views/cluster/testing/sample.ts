import type { Cluster, MetricConfig, NodeRow } from '@moorline/control-api';

/** A metric for tests: of which more is better, with no thresholds unless given. */
export function aMetric(given: Partial<MetricConfig> & { name: string }): MetricConfig {
  return {
    unit: { base: 'B/s', prefix: 'G' },
    peak: 100,
    normal: 50,
    caution: 0,
    alert: 0,
    energy: '',
    scope: 'node',
    aggregation: 'sum',
    timestep: 60,
    restrict: false,
    lowerIsBetter: false,
    ...given,
  };
}

/** A cluster for tests, as a server describes it: with the metrics of each subcluster. */
export function aCluster(given: {
  name?: string;
  metrics: MetricConfig[];
  subClusters: { name: string; metrics?: MetricConfig[]; nodes?: string }[];
}): Cluster {
  return {
    name: given.name ?? 'demo',
    metricConfig: given.metrics,
    subClusters: given.subClusters.map(({ name, nodes = '*', metrics = given.metrics }) => ({
      name,
      nodes,
      metricConfig: metrics,
      processorType: 'Test CPU',
      topology: {
        node: [0, 1, 2, 3],
        socket: [[0, 1, 2, 3]],
        memoryDomain: [[0, 1, 2, 3]],
        core: [[0], [1], [2], [3]],
      },
      flopRateScalar: { unit: { base: 'F/s', prefix: 'G' }, value: 10 },
      flopRateSimd: { unit: { base: 'F/s', prefix: 'G' }, value: 80 },
      memoryBandwidth: { unit: { base: 'B/s', prefix: 'G' }, value: 50 },
      socketsPerNode: 1,
      coresPerSocket: 4,
      threadsPerCore: 1,
    })),
  };
}

/** The time at which the samples of this file are looked at, Unix milliseconds. */
export const sampleTime = 1_700_000_000_000;

/** A node for tests: idle, healthy and heard of a moment ago. */
export function aNode(given: Partial<NodeRow> & { host: string }): NodeRow {
  return {
    cluster: 'demo',
    subCluster: 'main',
    state: 'idle',
    health: 'full',
    reportedAt: sampleTime - 10_000,
    metrics: {},
    ...given,
  };
}
