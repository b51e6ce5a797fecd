import type { Job } from '../src/index.js';

/** A start as the Slurm adapter sends it: about 550 bytes. */
export function startBody(jobId: number): string {
  return JSON.stringify({
    ...{
      cluster: 'demo',
      subCluster: '',
      partition: 'work',
      project: 'p1',
      user: 'alice',
      shared: 'multi_user',
      jobState: '',
    },
    resources: [{ hostname: 'n02', hwthreads: [0, 1, 2, 3] }],
    ...{ energyFootprint: null, footprint: null, concurrentJobs: { items: null, count: 0 }, energy: 0, arrayJobId: 0 },
    metaData: { jobName: 'simulation-042', slurmInfo: 'srun --ntasks=4 ./run', submitTime: '1699999990' },
    ...{ walltime: 86_400, jobId, duration: 0, numHwthreads: 4, numAcc: 0, numNodes: 1, statistics: null },
    startTime: 1_700_000_000,
  });
}

/** A job as a list shows it. */
export function listedJob(id: number): Job {
  return {
    ...{ cluster: 'demo', subCluster: 'main', partition: 'work', project: 'p1', user: 'alice', shared: 'multi_user' },
    ...{ jobState: 'running', resources: [{ hostname: 'n02', hwthreads: [0, 1, 2, 3] }], energyFootprint: null },
    ...{
      footprint: { load_one_avg: 2.33, mem_used_max: 10 },
      metaData: null,
      concurrentJobs: { items: null, count: 0 },
    },
    ...{ energy: 0, walltime: 86_400, jobId: 1_000_000 + id, duration: 3600, monitoringStatus: 1, numHwthreads: 4 },
    ...{ numNodes: 1, statistics: null, id, startTime: 1_700_000_000 - id },
  };
}
