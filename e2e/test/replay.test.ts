import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { soak } from '../../tools/testenv/scale.js';
import { sharedFolder } from '../../tools/testenv/shared.js';
import { startApp } from './harness/apps.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { enrolAgent, startPlane } from './harness/plane.js';

const shared = sharedFolder();
const log = shared === undefined ? undefined : join(shared, 'data/workloads/NASA-iPSC-1993-3.1-cln.swf.gz');

const jobCount = soak(3000, 18_239);

/** The log up to its `jobCount`-th job. */
function beginningOf(file: string, target: string): string {
  const lines = gunzipSync(readFileSync(file)).toString('latin1').split('\n');
  const isJob = (line: string): boolean => line.trim() !== '' && !line.startsWith(';');
  let left = jobCount;
  const kept = lines.filter((line) => !isJob(line) || left-- > 0);
  writeFileSync(target, gzipSync(Buffer.from(kept.join('\n'), 'latin1')));
  return target;
}

/** `jobId → start, end and node count`, read without the agent's parser. */
function jobsOfLog(file: string): Map<number, string> {
  const lines = gunzipSync(readFileSync(file)).toString('latin1').split('\n');
  const origin = Number(/UnixStartTime: (\d+)/.exec(lines.find((line) => line.includes('UnixStartTime')) ?? '')?.[1]);
  const rows = lines
    .filter((line) => line.trim() !== '' && !line.startsWith(';'))
    .map((line) => line.trim().split(/\s+/).map(Number));
  return new Map(
    rows.map(([job = NaN, submit = NaN, wait = NaN, run = NaN, nodes = NaN]) => {
      const start = origin + submit + Math.max(0, wait);
      return [job, `${start}..${start + run} on ${nodes}`];
    }),
  );
}

interface Job {
  id: number;
  jobId: number;
  startTime: number;
  duration: number;
  numNodes: number;
  jobState: string;
  resources: unknown[];
}

describe.skipIf(log === undefined)(`replay of ${jobCount} jobs of the log`, { timeout: 300_000 }, () => {
  it('ends with every job once, as the log has it, although the server is killed three times on the way', async () => {
    const folder = temporaryFolder();
    const file = beginningOf(log ?? '', join(folder, 'log.swf.gz'));
    const expected = jobsOfLog(file);
    expect(expected.size).toBe(jobCount);
    const agentDir = join(folder, 'agent');
    const plane = await startPlane(folder);
    await enrolAgent(plane, agentDir, '--cluster', '*');

    const replay = startApp('agent', [
      ...['replay', file, '--cluster', 'ipsc', '--data-dir', agentDir],
      ...['--endpoint', plane.url, '--allow-insecure-http'],
    ]);
    for (const share of [0.2, 0.4, 0.6]) {
      await expect
        .poll(() => countJobs(plane.get), { timeout: 120_000, interval: 20 })
        .toBeGreaterThan(expected.size * share);
      expect(replay.hasEnded).toBe(false);
      await plane.killServer();
      await plane.restartServer();
    }
    const exit = await replay.exit;
    expect(exit, exit.stdout + exit.stderr).toMatchObject({ code: 0 });

    const jobs = await allJobs(plane.get);
    expect(jobs).toHaveLength(expected.size);
    const stored = new Map(
      jobs.map((job) => [job.jobId, `${job.startTime}..${job.startTime + job.duration} on ${job.numNodes}`]),
    );
    expect(stored).toEqual(expected);
    expect(jobs.filter((job) => job.resources.length !== job.numNodes)).toEqual([]);
    for (let left = 10; left > 0; left--) {
      const { id = NaN } = jobs[Math.floor(Math.random() * jobs.length)] ?? {};
      const { Meta: job } = (await plane.get(`/api/jobs/${id}`)) as { Meta: Job };
      expect(job.id).toBe(id);
      expect(`${job.startTime}..${job.startTime + job.duration} on ${job.numNodes}`).toBe(expected.get(job.jobId));
    }
    expect(new Set(jobs.map((job) => job.jobState))).toEqual(new Set(['completed']));
  });
});

const countJobs = async (get: (path: string) => Promise<unknown>): Promise<number> => {
  // Pages of one: a page exists if there are that many jobs. Bisection would be exact; a few probes are enough.
  let count = 0;
  for (const share of [0.1, 0.21, 0.3, 0.41, 0.5, 0.61, 0.7]) {
    const probe = Math.floor(jobCount * share);
    const { jobs } = (await get(`/api/jobs/?items-per-page=1&page=${probe}`)) as { jobs: unknown[] };
    if (jobs.length === 0) break;
    count = probe;
  }
  return count;
};

const allJobs = async (get: (path: string) => Promise<unknown>): Promise<Job[]> =>
  ((await get('/api/jobs/?items-per-page=100000&page=1')) as { jobs: Job[] }).jobs;
