/**
 * A cluster with metrics of every scope, reported over the API as an agent would: what the tests of the page look at beside the
 * replayed log, which tells of jobs alone.
 */
export const grid = 'grid';
const gridHosts = ['grid01', 'grid02', 'grid03', 'grid04'] as const;
const threads = [0, 1, 2, 3];
const sockets = [0, 1];
const accelerators = ['00000000:01:00.0', '00000000:02:00.0'];

const metric = (
  name: string,
  scope: string,
  aggregation: string,
  unit: { base: string; prefix?: string },
  peak: number,
) => ({
  ...{ name, scope, aggregation, unit, peak, normal: peak / 2, caution: peak / 10, alert: peak / 20, timestep: 60 },
  ...{ energy: '', restrict: false, lowerIsBetter: false, footprint: 'avg' },
});

/** As ClusterCockpit describes clusters. */
export const gridCluster = {
  name: grid,
  metricConfig: [
    { ...metric('cpu_load', 'node', 'avg', { base: '' }, 4), caution: 6, alert: 8, lowerIsBetter: true },
    metric('mem_used', 'node', 'sum', { base: 'B', prefix: 'G' }, 64),
    metric('flops_any', 'hwthread', 'sum', { base: 'F/s', prefix: 'G' }, 40),
    metric('mem_bw', 'socket', 'sum', { base: 'B/s', prefix: 'G' }, 100),
    metric('acc_utilization', 'accelerator', 'avg', { base: '%' }, 100),
  ],
  subClusters: [
    {
      ...{ name: 'main', nodes: 'grid[01-04]', processorType: 'Test CPU' },
      ...{ socketsPerNode: 2, coresPerSocket: 2, threadsPerCore: 1 },
      topology: {
        node: threads,
        socket: [
          [0, 1],
          [2, 3],
        ],
        memoryDomain: [
          [0, 1],
          [2, 3],
        ],
        core: threads.map((thread) => [thread]),
        accelerators: accelerators.map((id) => ({ id, type: 'Nvidia GPU', model: 'Test' })),
      },
      flopRateScalar: { unit: { base: 'F/s', prefix: 'G' }, value: 20 },
      flopRateSimd: { unit: { base: 'F/s', prefix: 'G' }, value: 80 },
      memoryBandwidth: { unit: { base: 'B/s', prefix: 'G' }, value: 120 },
    },
  ],
};

/** Two hours of samples, a minute apart, up to `now`. @param now Unix seconds, a whole minute. */
export function gridLines(now: number): string[] {
  const lines: string[] = [];
  for (const [place, hostname] of gridHosts.entries()) {
    for (let minute = 0; minute <= 120; minute++) {
      const time = now - (120 - minute) * 60;
      const wave = 1 + 0.5 * Math.sin(minute / 10 + place);
      const add = (name: string, type: string, value: number): void =>
        void lines.push(`${name},cluster=${grid},hostname=${hostname},type=${type} value=${value.toFixed(3)} ${time}`);
      add('cpu_load', 'node', 2 * wave);
      // The last node hardly uses its memory: beyond the threshold of an alert.
      add('mem_used', 'node', place === 3 ? 1 : 10 * wave);
      for (const thread of threads) add('flops_any', `hwthread,type-id=${thread}`, (thread + 1) * wave);
      for (const socket of sockets) add('mem_bw', `socket,type-id=${socket}`, (20 + 10 * socket) * wave);
      for (const [index, id] of accelerators.entries()) {
        add('acc_utilization', `accelerator,type-id=${id}`, Math.min(100, (40 + 20 * index) * wave));
      }
    }
  }
  return lines;
}

const job = (jobId: number, startTime: number, hosts: readonly string[], jobName: string) => ({
  ...{ jobId, cluster: grid, subCluster: 'main', partition: 'main', user: 'alice', project: 'physics', startTime },
  ...{ numNodes: hosts.length, numHwthreads: 4 * hosts.length, numAcc: 2 * hosts.length, walltime: 86_400 },
  ...{ shared: 'none', monitoringStatus: 1, smt: 0, energy: 0 },
  resources: hosts.map((hostname) => ({ hostname, hwthreads: threads, accelerators })),
  metaData: { jobName, jobScript: `#!/bin/sh\nsrun ./${jobName}` },
  tags: [{ type: 'app', name: 'solver', scope: 'global' }],
});

/** Jobs by what the tests call them, and when they stop. @param now Unix seconds, a whole minute. */
export const gridJobs = (now: number) => ({
  /** An hour on two nodes, with all metrics. */
  finished: { start: job(1001, now - 7200, ['grid01', 'grid02'], 'finished-run'), stopTime: now - 3600 },
  running: { start: job(1002, now - 1800, ['grid03'], 'running-run'), stopTime: undefined },
  /** Of another user and project. */
  others: {
    start: { ...job(1003, now - 5400, ['grid04'], 'others-run'), user: 'bob', project: 'chemistry' },
    stopTime: now - 4000,
  },
});

export const gridNodeStates = {
  cluster: grid,
  nodes: [
    { hostname: 'grid01', states: ['allocated'], cpusAllocated: 4, jobsRunning: 1 },
    { hostname: 'grid02', states: ['idle'] },
    { hostname: 'grid03', states: ['mixed'], cpusAllocated: 2, jobsRunning: 1 },
    { hostname: 'grid04', states: ['down'] },
  ],
};
