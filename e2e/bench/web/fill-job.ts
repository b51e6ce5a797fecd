import { askServer } from '../../test/web/harness/ask-server.js';
import type { BenchPlane } from './bench-plane.js';

const cluster = 'plots';
const hosts = Array.from({ length: 64 }, (_, index) => `p${String(index + 1).padStart(2, '0')}`);
const points = 10_000;
const timestep = 10;
const metrics = ['load', 'power'];
const none = { unit: { base: '' }, value: 0 };

/** A job on 64 nodes with 10,000 samples of each of two metrics on every one. @returns its row id. */
export async function fillJob(plane: BenchPlane): Promise<number> {
  const send = askServer(plane);
  await send('PUT', `/moorline/v1/clusters/${cluster}`, {
    name: cluster,
    metricConfig: metrics.map((name) => ({
      ...{ name, unit: { base: '' }, scope: 'node', aggregation: 'avg', timestep, energy: '' },
      ...{ peak: 8, normal: 4, caution: 6, alert: 8, restrict: false, lowerIsBetter: true },
    })),
    subClusters: [
      {
        ...{
          name: 'main',
          nodes: 'p[01-64]',
          processorType: 'Bench',
          socketsPerNode: 1,
          coresPerSocket: 1,
          threadsPerCore: 1,
        },
        topology: { node: [0], socket: [[0]], memoryDomain: [[0]], core: [[0]] },
        ...{ flopRateScalar: none, flopRateSimd: none, memoryBandwidth: none },
      },
    ],
  });
  const end = Math.floor(Date.now() / 60_000) * 60;
  const startTime = end - points * timestep;
  await send('POST', '/api/jobs/start_job/', {
    ...{ jobId: 640_000, cluster, user: 'bench', project: 'bench', startTime, numNodes: hosts.length },
    resources: hosts.map((hostname) => ({ hostname })),
  });
  for (const metric of metrics) {
    for (const [place, host] of hosts.entries()) {
      const lines: string[] = [];
      for (let index = 0; index < points; index++) {
        // Jagged, so that no pixel's column can be left out.
        const value = 4 + 2 * Math.sin(index / 300 + place) + ((index * 7919) % 97) / 97;
        lines.push(
          `${metric},cluster=${cluster},hostname=${host},type=node value=${value.toFixed(3)} ${startTime + index * timestep}`,
        );
      }
      await send('POST', '/api/write', `${lines.join('\n')}\n`);
    }
  }
  const { jobs } = (await send('GET', `/api/jobs/?cluster=${cluster}`)) as { jobs: { id: number }[] };
  const [job] = jobs;
  if (job === undefined) throw new Error('the job is not there');
  return job.id;
}
