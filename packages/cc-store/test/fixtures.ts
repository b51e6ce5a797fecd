import type { Cluster, MetricConfig, SubCluster } from '@moorline/cc-api';
import type { StartJob } from '@moorline/cc-api/server';

const none = { unit: { base: '' }, value: 0 };

/** Two sockets of two cores, each core with two threads. */
export const hardware: Omit<SubCluster, 'name' | 'nodes'> = {
  processorType: 'Test',
  topology: {
    node: [0, 1, 2, 3, 4, 5, 6, 7],
    socket: [
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ],
    memoryDomain: [
      [0, 1, 4, 5],
      [2, 3, 6, 7],
    ],
    core: [
      [0, 4],
      [1, 5],
      [2, 6],
      [3, 7],
    ],
    accelerators: [
      { id: '00:01.0', type: 'Nvidia GPU', model: 'T' },
      { id: '00:02.0', type: 'Nvidia GPU', model: 'T' },
    ],
  },
  flopRateScalar: none,
  flopRateSimd: none,
  memoryBandwidth: none,
  socketsPerNode: 2,
  coresPerSocket: 2,
  threadsPerCore: 2,
};

export function metric(
  name: string,
  scope: MetricConfig['scope'],
  aggregation: MetricConfig['aggregation'],
): MetricConfig {
  const thresholds = { peak: 0, normal: 0, caution: 0, alert: 0 };
  const flags = { energy: '', restrict: false, lowerIsBetter: false };
  return { name, unit: { base: '' }, ...thresholds, ...flags, scope, aggregation, timestep: 60 };
}

export const demo: Cluster = {
  name: 'demo',
  metricConfig: [
    metric('load_one', 'node', 'avg'),
    metric('cpu_user', 'hwthread', 'avg'),
    metric('flops', 'hwthread', 'sum'),
    metric('mem_bw', 'memoryDomain', 'sum'),
    metric('acc_util', 'accelerator', 'avg'),
  ],
  subClusters: [{ name: 'main', nodes: 'n[01-16]', ...hardware }],
};

/** 2023-11-14T22:13:20Z, the fake clock's first moment, in Unix seconds. */
export const epoch = 1_700_000_000;

export function job(jobId: number, changes: Partial<StartJob> = {}): StartJob {
  return {
    jobId,
    cluster: 'demo',
    subCluster: 'main',
    project: 'p1',
    user: 'alice',
    numNodes: 1,
    resources: [{ hostname: 'n01' }],
    startTime: epoch,
    shared: 'none',
    monitoringStatus: 1,
    energy: 0,
    ...changes,
  };
}

export const everything = { jobs: 'all' } as const;
export const firstPage = { page: 1, itemsPerPage: 25 };

/** A job as ClusterCockpit's job archive has it on disk. */
export const archivedJob = {
  jobId: 398764,
  user: 'k106eb10',
  project: 'k106eb',
  cluster: 'retired',
  subCluster: 'main',
  partition: 'singlenode',
  numNodes: 1,
  numHwthreads: 72,
  shared: 'none',
  monitoringStatus: 1,
  smt: 0,
  walltime: 86400,
  jobState: 'completed',
  startTime: 1675954353,
  duration: 240,
  resources: [{ hostname: 'f0720' }],
  metaData: { jobName: 'ams_pipeline', 'odd\u0000key': '<&>' },
  tags: [{ type: 'app', name: 'vasp' }],
  footprint: { cpu_load_avg: 71.9 },
  energy: 0.3,
  statistics: { cpu_load: { unit: { base: '' }, avg: 71.9, min: 0.5, max: 72.1 } },
};

/** What samples come to in buckets of `step` seconds, from the first to the last. @param samples times and values, at least one. */
export function naiveBuckets(samples: readonly (readonly [number, number])[], step: number) {
  const buckets = new Map<number, number[]>();
  for (const [time, value] of samples) {
    const bucket = Math.floor(time / step);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), value]);
  }
  const average = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [first, last] = [Math.min(...buckets.keys()), Math.max(...buckets.keys())];
  const data = Array.from({ length: last - first + 1 }, (_, index) => {
    const values = buckets.get(first + index);
    return values === undefined ? null : average(values);
  });
  const values = samples.map(([, value]) => value);
  return { data, statistics: { min: Math.min(...values), avg: average(values), max: Math.max(...values) } };
}
