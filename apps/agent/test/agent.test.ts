import { callControl, controlSocketPath } from '@moorline/app-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRunningJobs } from '../src/jobs/running-jobs.js';
import { statusAnswer } from '../src/workers/status-answer.js';
import { agent, type AgentProcess, startAgent } from './support/agent.js';
import { jobsOf, startControlPlane, type TestControlPlane } from './support/control-plane.js';
import { enrolledDataDir } from './support/data-dir.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { editSpool } from './support/edit-spool.js';
import { until } from './support/until.js';

// Each test starts processes, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 });

let plane: TestControlPlane;
let dataDir: string;

beforeEach(async () => {
  plane = await startControlPlane();
});
afterEach(() => plane.close());

/** Starts the agent on a fresh data directory, or on the one that is given. */
async function start(directory?: string): Promise<AgentProcess> {
  dataDir = directory ?? (await enrolledDataDir(plane.url));
  return startAgent(['start', '--data-dir', dataDir, '--allow-insecure-http', '--interval', '1s']);
}

/** Whether the agent answers and this worker of it runs. */
async function runs(worker: string): Promise<boolean> {
  const path = controlSocketPath(dataDir, 'agent');
  const status = await callControl({ path, command: 'status', startedBy: '' }).catch(() => undefined);
  return statusAnswer.safeParse(status).data?.engine.manifolds[worker]?.state === 'started';
}

const job = (...args: string[]) => agent(['run', '--data-dir', dataDir, '--', ...args]);

describe('moorline-agent start', () => {
  it('describes the machine, reports its state and metrics, delivers a job at once, and stops cleanly', async () => {
    const running = await start();
    const sampled = (metric: string) => plane.backend.samples.find((sample) => sample.metric === metric);
    await until(
      () => sampled('cpu_load') !== undefined && sampled('cpu_user') !== undefined && sampled('mem_used') !== undefined,
    );
    expect(sampled('cpu_load')).toMatchObject({ cluster: 'lab', host: 'node01' });
    expect(sampled('cpu_user')).toMatchObject({ type: 'hwthread', typeId: expect.stringMatching(/^\d+$/) as string });
    expect(Number(sampled('mem_used')?.value)).toBeGreaterThan(0);
    expect(plane.described).toEqual(['lab/node01']);
    await until(() => plane.backend.nodeStates.length > 0);
    expect(plane.backend.nodeStates[0]).toMatchObject({ cluster: 'lab', hostname: 'node01', state: 'idle' });

    expect(await job('sh', '-c', 'exit 3')).toMatchObject({ code: 3, stderr: '' });
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'failed'));

    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });

  it('tells what it does through its socket', async () => {
    await start();
    await until(() => runs('delivery'));
    const text = await agent(['status', '--data-dir', dataDir]);
    expect(text.stdout).toMatch(/^moorline-agent \d+\.\d+\.\d+, process \d+, up /);
    expect(text.stdout).toContain(`endpoint ${plane.url}`);
    expect(text.stdout).not.toContain('session-a');
    const json = await agent(['status', '--json', '--data-dir', dataDir]);
    const status = statusAnswer.parse(JSON.parse(json.stdout));
    expect(Object.keys(status.engine.manifolds)).toEqual(
      expect.arrayContaining(['identity', 'machine-token', 'describe', 'spool', 'delivery', 'metrics', 'node-state']),
    );
    expect(status.engine.manifolds['spool']?.report).toMatchObject({ dropped: 0, rejected: 0 });

    // The control plane is told of the same tree, again when a worker has come up since.
    const isTold = () => plane.reports.at(-1)?.report.workers.find(({ name }) => name === 'delivery')?.state;
    await until(() => isTold() === 'started');
    const { machine, report } = plane.reports.at(-1) ?? {};
    expect(machine).toBe('machine-a');
    expect(report).toMatchObject({ agentVersion: status.version, startedAt: status.startedAt * 1000 });
    expect(report?.workers.map(({ name }) => name)).toEqual(Object.keys(status.engine.manifolds));
    expect(report?.workers.find(({ name }) => name === 'delivery')).toMatchObject({ restarts: expect.any(Number) });
    expect(report?.spool).toMatchObject({ entries: expect.any(Number), bytes: expect.any(Number) });
  });

  it('samples while the control plane is away, from its start on, and delivers what waited when it is back', async () => {
    await plane.goAway();
    await start();
    await until(() => runs('metrics'));
    expect(await job('true')).toMatchObject({ code: 0 });
    expect(plane.backend.samples).toEqual([]);
    await plane.comeBack();
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'completed'));
    await until(() => plane.backend.samples.length > 0);
  });

  it('loses no job when it is killed, and takes over its own data directory', async () => {
    const running = await start();
    await until(() => plane.described.length > 0);
    plane.fault = () => 'answered';
    await job('true');
    running.child.kill('SIGKILL');
    await running.ended;
    plane.fault = () => 'pass';
    await plane.goAway();
    await plane.comeBack();
    await start(dataDir);
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'completed'));
    expect(await jobsOf(plane, 'lab')).toHaveLength(1);
  });

  it('ends a job whose process was killed', async () => {
    await start();
    const run = startAgent(['run', '--data-dir', dataDir, '--', 'sh', '-c', 'echo ready; read -r line']);
    await run.said('ready');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'running'));
    run.child.kill('SIGKILL');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'failed'));
    expect(openRunningJobs(dataDir).list()).toEqual([]);
  });

  it('ends a job whose stop was damaged on disk as failed', async () => {
    const running = await start();
    plane.fault = (request) => (request.url.includes('stop_job') ? 'answered' : 'pass');
    await until(() => runs('delivery'));
    await job('true');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'running'));
    running.child.kill('SIGKILL');
    await running.ended;
    editSpool(dataDir, "update entry set body = x'00ff' where kind = 0");
    plane.fault = () => 'pass';
    const again = await start(dataDir);
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'failed'));
    await again.said('the stop of job 7000000001 was damaged on disk: reported as failed now');
    await again.said('(job, key \\"lab 7000000001\\") is damaged and was set aside; look at it with: sqlite3 ');
  });

  it('says that a job is lost whose start was damaged on disk, and keeps its stop apart with the reason', async () => {
    dataDir = await enrolledDataDir(plane.url);
    await job('true');
    await job('true');
    editSpool(dataDir, "update entry set body = x'00ff' where id = 1");
    const running = await start(dataDir);
    await running.said('the start of job 7000000001 was damaged on disk: the control plane does not learn of it');
    await running.said('cluster lab has no job 7000000001 that could end: its start was damaged on disk');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'completed'));
    expect((await jobsOf(plane, 'lab')).map(({ jobId }) => jobId)).toEqual([7000000002]);
  });

  it('refuses to be a second agent in a data directory', async () => {
    await start();
    await until(() => runs('control'));
    const second = startAgent(['start', '--data-dir', dataDir, '--allow-insecure-http']);
    const { code, stdout, stderr } = await second.ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^moorline-agent: another process already uses this data directory .*\n {2}hint: stop that one first.*\n$/,
    );
    await until(() => runs('control'));
  });

  it('gets a new token when the control plane has new keys', async () => {
    await start();
    await until(() => plane.backend.samples.length > 0);
    await plane.forgetKeys();
    await job('true');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'completed'));
  });

  it.each([
    [['start'], 1, 'this machine is not enrolled'],
    [['jobs'], 1, 'this machine is not enrolled'],
    [['status'], 1, 'nothing answers on'],
    [['start', '--interval', 'soon'], 2, '--interval: "soon" is not accepted\n  hint: give a duration such as'],
  ])('%j says in one message with a hint what is wrong, and ends with %i', async (args, exitCode, text) => {
    const { code, stderr } = await agent([...args, '--data-dir', temporaryFolder()]);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(text);
    expect(stderr).toContain('\n  hint: ');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  it.each(['start', 'jobs', 'replay'])(
    '%s refuses plain HTTP without the option for it, and names the option',
    async (name) => {
      const args = [name, ...(name === 'replay' ? ['log.swf'] : [])];
      const common = ['--data-dir', await enrolledDataDir('https://cp.example')];
      const loopback = await agent([...args, ...common, '--endpoint', plane.url]);
      expect(loopback).toMatchObject({ code: 1, stdout: '' });
      expect(loopback.stderr).toMatch(
        /^moorline-agent: refused .* plain HTTP .*\n {2}hint: .*add --allow-insecure-http/,
      );
      const far = await agent([...args, ...common, '--endpoint', 'http://cp.example', '--allow-insecure-http']);
      expect(far.stderr).toMatch(
        /plain HTTP .*\n {2}hint: use https: --allow-insecure-http is for a control plane on this/,
      );
      expect(plane.requests).toEqual([]);
    },
  );

  it('remembers an endpoint that was accepted once, for all commands', async () => {
    dataDir = await enrolledDataDir('https://cp.example');
    startAgent(['start', '--data-dir', dataDir, '--endpoint', plane.url, '--allow-insecure-http']);
    await until(() => runs('delivery'));
    expect(await agent(['jobs', '--data-dir', dataDir])).toMatchObject({ code: 0, stdout: 'no jobs\n' });
    const named = ['jobs', '--data-dir', dataDir, '--endpoint', plane.url];
    expect(await agent(named)).toMatchObject({ code: 0, stdout: 'no jobs\n' });
  });

  it('refuses options that it does not know', async () => {
    const { code, stderr } = await agent(['start', '--frequency', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--frequency'");
  });
});

describe('moorline-agent jobs', () => {
  it('lists jobs as a table and as JSON', async () => {
    await start();
    await job('true');
    await until(async () => (await jobsOf(plane, 'lab')).some(({ jobState }) => jobState === 'completed'));
    const common = ['--data-dir', dataDir, '--allow-insecure-http'];
    const table = await agent(['jobs', ...common]);
    expect(table.stdout).toMatch(
      /│ 7000000001 │ true │ \S+ +│ lab +│ node01 │ completed │ \d{4}-\d\d-\d\d \d\d:\d\d UTC │ 0s/,
    );
    const json = await agent(['jobs', '--state', 'completed', '--limit', '1', '--json', ...common]);
    expect(JSON.parse(json.stdout)).toMatchObject([{ jobId: 7000000001, metaData: { jobName: 'true' } }]);
    expect((await agent(['jobs', '--state', 'running', ...common])).stdout).toBe('no jobs\n');
    expect(await agent(['jobs', '--state', 'lost', ...common])).toMatchObject({ code: 2 });
  });
});
