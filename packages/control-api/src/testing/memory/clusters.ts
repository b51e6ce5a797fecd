import type { Cluster, MetricConfig, SubCluster, Topology } from '../../wire/models.js';

/** A metric, and how high it runs on a node that is idle and on one that is busy. */
export interface ShapedMetric extends MetricConfig {
  idle: number;
  busy: number;
}

type Described = Pick<MetricConfig, 'name' | 'unit' | 'peak' | 'scope' | 'aggregation'> &
  Partial<MetricConfig> & { idle: number; busy: number };

/** @param described its thresholds follow from the peak where none are given. */
const metric = (described: Described): ShapedMetric => ({
  ...{ normal: described.peak * 0.7, caution: described.peak * 0.3, alert: described.peak * 0.1 },
  ...{ energy: '', timestep: 60, restrict: false, lowerIsBetter: false },
  ...described,
});

const ofProcessors: readonly ShapedMetric[] = [
  metric({
    name: 'cpu_load',
    unit: { base: 'load' },
    scope: 'node',
    aggregation: 'avg',
    peak: 16,
    idle: 0.3,
    busy: 15,
  }),
  metric({
    ...{ name: 'cpu_user', unit: { base: '%' }, scope: 'hwthread', aggregation: 'avg', footprint: 'avg' },
    ...{ peak: 100, normal: 50, caution: 20, alert: 10, idle: 1, busy: 92 },
  }),
  metric({
    ...{
      name: 'flops_any',
      unit: { base: 'F/s', prefix: 'G' },
      scope: 'hwthread',
      aggregation: 'sum',
      footprint: 'avg',
    },
    ...{ peak: 560, normal: 120, caution: 40, alert: 10, idle: 0.05, busy: 260 },
  }),
  metric({
    ...{ name: 'mem_bw', unit: { base: 'B/s', prefix: 'G' }, scope: 'socket', aggregation: 'sum', footprint: 'avg' },
    ...{ peak: 200, normal: 60, caution: 20, alert: 5, idle: 0.4, busy: 130 },
  }),
  metric({
    ...{ name: 'mem_used', unit: { base: 'B', prefix: 'G' }, scope: 'node', aggregation: 'sum', footprint: 'max' },
    ...{ peak: 128, normal: 100, caution: 112, alert: 122, lowerIsBetter: true, idle: 6, busy: 84 },
  }),
  metric({
    ...{ name: 'cpu_power', unit: { base: 'W' }, scope: 'socket', aggregation: 'sum', energy: 'power' },
    ...{ peak: 500, normal: 400, caution: 450, alert: 480, idle: 110, busy: 390 },
  }),
  metric({
    ...{ name: 'net_bw', unit: { base: 'B/s', prefix: 'M' }, scope: 'node', aggregation: 'sum' },
    ...{ peak: 12_500, normal: 100, caution: 10_000, alert: 12_000, lowerIsBetter: true, idle: 0.2, busy: 900 },
  }),
];

const ofAccelerators: readonly ShapedMetric[] = [
  metric({
    ...{ name: 'acc_utilization', unit: { base: '%' }, scope: 'accelerator', aggregation: 'avg', footprint: 'avg' },
    ...{ peak: 100, normal: 80, caution: 50, alert: 20, idle: 0, busy: 88 },
  }),
  metric({
    ...{
      name: 'acc_mem_used',
      unit: { base: 'B', prefix: 'G' },
      scope: 'accelerator',
      aggregation: 'sum',
      footprint: 'max',
    },
    ...{ peak: 160, normal: 120, caution: 144, alert: 156, lowerIsBetter: true, idle: 1, busy: 118 },
  }),
];

/** A kind of nodes, and which hosts are of it. */
export interface Place {
  cluster: Cluster;
  hosts: readonly string[];
  metrics: readonly ShapedMetric[];
}

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);

const topology = (sockets: number, coresPerSocket: number, accelerators: number): Topology => {
  const cores = sockets * coresPerSocket;
  const ofSocket = range(sockets).map((socket) => range(coresPerSocket, socket * coresPerSocket));
  return {
    ...{ node: range(cores), socket: ofSocket, memoryDomain: ofSocket, die: ofSocket },
    core: range(cores).map((core) => [core]),
    ...(accelerators > 0 && {
      accelerators: range(accelerators).map((index) => ({
        id: `00000000:${(0x17 + index * 0x40).toString(16).toUpperCase()}:00.0`,
        ...{ type: 'Nvidia GPU', model: 'A40' },
      })),
    }),
  };
};

function place(name: string, nodes: string, hosts: string[], accelerators: number): Place {
  const metrics = accelerators > 0 ? [...ofProcessors, ...ofAccelerators] : ofProcessors;
  const metricConfig = metrics.map(({ idle: _, busy: __, ...config }) => config);
  const subCluster: SubCluster = {
    ...{ name: 'main', nodes, processorType: 'Demo CPU @ 2.4 GHz', topology: topology(2, 8, accelerators) },
    flopRateScalar: { unit: { base: 'F/s', prefix: 'G' }, value: 70 },
    flopRateSimd: { unit: { base: 'F/s', prefix: 'G' }, value: 560 },
    memoryBandwidth: { unit: { base: 'B/s', prefix: 'G' }, value: 200 },
    metricConfig,
    footprint: metricConfig.filter(({ footprint }) => footprint !== undefined).map((one) => one.name),
    energyFootprint: ['cpu_power'],
    ...{ socketsPerNode: 2, coresPerSocket: 8, threadsPerCore: 1 },
  };
  return { cluster: { name, metricConfig, subClusters: [subCluster] }, hosts, metrics };
}

const numbered = (letter: string, count: number): string[] =>
  range(count, 1).map((index) => `${letter}${String(index).padStart(2, '0')}`);

/** Two clusters: of processors, and of accelerators. */
export const places: readonly Place[] = [
  place('alex', 'a[01-06]', numbered('a', 6), 4),
  place('fritz', 'f[01-24]', numbered('f', 24), 0),
];
