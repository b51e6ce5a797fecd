import { parseCluster } from '@moorline/cc-api';
import { ccMock } from '@moorline/cc-api/msw';

const cluster = parseCluster({
  name: 'fritz',
  metricConfig: [{ name: 'mem_bw', timestep: 60, unit: { base: 'B/s', prefix: 'G' } }],
  subClusters: [{ name: 'main', nodes: 'f[01-16]' }],
});

const hourAgo = Math.floor(Date.now() / 1000) - 3600;
const job = { cluster: 'fritz', numNodes: 1, resources: [{ hostname: 'f01' }] };

/** A small server with three jobs, for the development of the page and for its tests. */
export const simulation = () =>
  ccMock.simulate({
    clusters: [cluster],
    jobs: [
      {
        ...job,
        jobId: 4711,
        user: 'alice',
        startTime: hourAgo,
        jobState: 'completed',
        duration: 1800,
        footprint: { mem_bw_avg: 81.3, flops_any_avg: 12 },
      },
      {
        ...job,
        jobId: 4712,
        user: 'bob',
        startTime: hourAgo + 60,
        jobState: 'failed',
        duration: 7,
        footprint: { mem_bw_avg: 0.2 },
      },
      { ...job, jobId: 4713, user: 'alice', startTime: hourAgo + 120 },
    ],
  });
