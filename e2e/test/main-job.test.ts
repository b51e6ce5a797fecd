import { readdirSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { toNodeName } from '@moorline/cc-api';
import { describe, expect, it } from 'vitest';
import { runApp, runAppWell } from './harness/apps.js';
import { temporaryFolder } from '../../tools/testenv/temporary-folder.js';
import { enrolAgent, startAgent, startPlane } from './harness/plane.js';

const host = toNodeName(hostname());

interface Jobs {
  jobs: {
    id: number;
    jobId: number;
    jobState: string;
    user: string;
    duration: number;
    resources: { hostname: string }[];
  }[];
}

interface Metrics {
  data: { jobMetrics: { metric: { series: { data: (number | null)[] }[] } }[] };
}

describe('the main job, with the built apps', { timeout: 120_000 }, () => {
  it('shows this machine, its metrics and a job that was run, over REST, and goes on after a restart', async () => {
    const folder = temporaryFolder();
    const agentDir = join(folder, 'agent');
    const plane = await startPlane(folder);
    await enrolAgent(plane, agentDir);
    let agent = startAgent(plane, agentDir, '--interval', '1s');

    const describes = async () => JSON.stringify(await plane.get('/api/clusters/'));
    await expect.poll(describes, { timeout: 30_000 }).toContain(`"nodes":"${host}"`);

    const ran = await runApp('agent', [
      'run',
      '--data-dir',
      agentDir,
      '--',
      'sh',
      '-c',
      'echo out; echo err >&2; sleep 3; exit 3',
    ]);
    expect(ran).toMatchObject({ code: 3, stdout: 'out\n' });
    expect(ran.stderr).toContain('err\n');

    const jobs = async () => ((await plane.get('/api/jobs/')) as Jobs).jobs;
    await expect.poll(async () => (await jobs()).map((job) => job.jobState), { timeout: 30_000 }).toEqual(['failed']);
    const [job] = await jobs();
    expect(job).toMatchObject({ user: userInfo().username, resources: [{ hostname: host }] });
    expect(job?.duration).toBeGreaterThanOrEqual(3);

    const loads = async () => {
      const answer = (await plane.get(`/api/jobs/metrics/${job?.id}?metric=cpu_load&scope=node`)) as Metrics;
      return answer.data.jobMetrics.flatMap(({ metric }) => metric.series).flatMap(({ data }) => data);
    };
    await expect
      .poll(async () => (await loads()).filter((load) => load !== null).length, { timeout: 30_000 })
      .toBeGreaterThan(0);

    await runAppWell('agent', ['run', '--data-dir', agentDir, '--', 'true']);
    await expect
      .poll(async () => (await jobs()).map((one) => one.jobState).sort(), { timeout: 30_000 })
      .toEqual(['completed', 'failed']);

    const stopped = [await agent.stop('SIGINT'), await plane.server.stop('SIGINT')];
    expect(stopped.map(({ code, signal }) => ({ code, signal }))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);

    await plane.restartServer();
    agent = startAgent(plane, agentDir, '--interval', '1s');
    await runApp('agent', ['run', '--data-dir', agentDir, '--', 'false']);
    await expect.poll(async () => (await jobs()).length, { timeout: 30_000 }).toBe(3);
    const machines = (await runAppWell('server', ['machines', 'list', '--data-dir', plane.serverDir])).stdout;
    expect(machines.split('\n').filter((line) => line.includes(host))).toHaveLength(1);
    await agent.stop();
  });

  it('keeps what it stores to its owner, and shows no secret in any output', async () => {
    const folder = temporaryFolder();
    const agentDir = join(folder, 'agent');
    const plane = await startPlane(folder);
    const token = await plane.registration();
    const login = await runApp(
      'agent',
      ['login', '--endpoint', plane.url, '--allow-insecure-http', '--token-file', '-', '--data-dir', agentDir],
      { input: token },
    );
    expect(login.code).toBe(0);
    expect(login.stdout + login.stderr + plane.server.output).not.toContain(token);
    for (const directory of [agentDir, plane.serverDir]) {
      const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name));
      for (const file of files.filter((name) => statSync(name).isFile())) {
        expect([file, (statSync(file).mode & 0o777).toString(8)]).toEqual([file, '600']);
      }
    }
  });
});
