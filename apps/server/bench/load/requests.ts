import type { Requests } from './plan.js';

/** One request as it is sent. */
export interface LoadRequest {
  method: 'GET' | 'POST';
  path: string;
  body: string | null;
  status: number;
}

/** The cluster that the benchmarks' jobs run on, and its hosts: `n0001` and so on. */
export const cluster = 'demo';
export const hosts = 3000;
export const hostOf = (number: number): string => `n${String((number % hosts) + 1).padStart(4, '0')}`;

/** Unix seconds. */
export const epoch = 1_700_000_000;

/** The n-th request of a kind. */
export function requestOf(what: Requests, n: number): LoadRequest {
  switch (what.kind) {
    case 'start':
    case 'stop': {
      const jobId = what.firstJob + n;
      const { startTime = epoch + jobId } = what;
      if (what.kind === 'start') return post('/api/jobs/start_job/', JSON.stringify(startBody(jobId, startTime)), 201);
      return post('/api/jobs/stop_job/', JSON.stringify({ ...stopOf, jobId, stopTime: startTime + 3600 }), 200);
    }
    case 'write':
      return post(`/api/write?cluster=${cluster}`, lines(what, n), 200);
    case 'get':
      return { method: 'GET', path: pathOf(what, n), body: null, status: 200 };
  }
}

/** About 550 bytes, as a scheduler's adapter sends. */
export const startBody = (jobId: number, startTime = epoch + jobId) => ({
  jobId,
  cluster,
  user: `u${jobId % 50}`,
  project: `p${jobId % 20}`,
  partition: 'main',
  shared: 'none',
  walltime: 86_400,
  numNodes: 1,
  numHwthreads: 8,
  resources: [{ hostname: hostOf(jobId), hwthreads: [0, 1, 2, 3, 4, 5, 6, 7] }],
  metaData: {
    jobName: 'simulation',
    slurmInfo: 'JobId=1 Account=p1 Partition=main Nodes=1 Tasks=8 Exclusive=yes WorkDir=/home/u1/run',
    jobScript: '#!/bin/bash\n#SBATCH -N 1\nmodule load mpi\nsrun ./simulate --steps 1000 --input case.dat',
  },
  startTime,
});

const stopOf = { cluster, jobState: 'completed' };

/** Lines of about 68 bytes: node metrics of consecutive hosts, a step of ten seconds for each round of all series. */
function lines({ lines: count, metrics, firstTime }: Extract<Requests, { kind: 'write' }>, n: number): string {
  const allSeries = metrics * hosts;
  let text = '';
  for (let index = n * count; index < (n + 1) * count; index++) {
    const series = index % allSeries;
    const time = firstTime + 10 * Math.floor(index / allSeries);
    const value = ((series * 37 + time) % 10_000) / 100;
    text += `metric_${series % metrics},hostname=${hostOf(Math.floor(series / metrics))},type=node,type-id=0 value=${value} ${time}\n`;
  }
  return text;
}

const pathOf = ({ path, anyOf = 1 }: Extract<Requests, { kind: 'get' }>, n: number): string =>
  path.replace('*', String(1 + ((n * 7919) % anyOf)));

const post = (path: string, body: string, status: number): LoadRequest => ({ method: 'POST', path, body, status });
