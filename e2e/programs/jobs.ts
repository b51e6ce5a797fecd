import { createCcClient, isCcApiError, parseCluster } from '@moorline/cc-api';
import { createCcHandler } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { equal, failureOf } from './check.js';

/** Starts and stops a job; the server is the real one over a store in memory, and is reached by a function call. */
export async function run(): Promise<void> {
  const cluster = parseCluster({
    name: 'demo',
    metricConfig: [{ name: 'load_one', timestep: 60 }],
    subClusters: [{ name: 'main', nodes: 'n[01-16]' }],
  });
  const handle = createCcHandler({
    backend: createInMemoryBackend({ clusters: [cluster] }),
    verifyToken: async () => ({ ok: true, principal: { subject: 'slurm', roles: new Set(['api']) } }),
    decodeMetrics: () => ({ samples: [] }),
  });
  const cc = createCcClient({
    baseUrl: 'https://cc.example.org',
    token: 'any',
    fetch: (input, init) => handle(new Request(input, init), { remoteAddress: '192.0.2.1' }),
  });

  const startTime = Math.floor(Date.now() / 1000) - 60;
  const job = { cluster: 'demo', user: 'alice', numNodes: 1, resources: [{ hostname: 'n01' }], startTime };
  equal((await cc.startJob({ ...job, jobId: 4711 })).outcome, 'started');
  const error = await failureOf(cc.startJob({ ...job, jobId: 4711 }));
  equal(isCcApiError(error) && error.code, 'job_already_exists');

  const stopped = await cc.stopJob({ jobId: 4711, cluster: 'demo', stopTime: startTime + 60 });
  equal([stopped.jobState, stopped.duration], ['completed', 60]);
  equal((await cc.listJobs({ cluster: 'demo' })).jobs.length, 1);
}
