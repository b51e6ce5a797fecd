import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSpool } from '@moorline/cc-store/spool';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agent, startAgent } from './support/agent.js';
import { jobsOf, startControlPlane, type TestControlPlane } from './support/control-plane.js';
import { enrolledDataDir } from './support/data-dir.js';
import { until } from './support/until.js';

// Each test starts processes, and the machine may have others to run.
vi.setConfig({ testTimeout: 60_000 });

let plane: TestControlPlane;
let dataDir: string;
let log: string;

const line = (job: number, submit: number, run: number, processors: number, status = -1) =>
  `${job} ${submit} -1 ${run} ${processors} -1 -1 -1 -1 -1 ${status} ${1 + (job % 5)} 1 3 1 -1 -1 -1`;

/** Jobs one after another and over each other on eight nodes, some of no length. */
const smallLog = (jobs: number): string =>
  [
    '; UnixStartTime: 700000000',
    '; MaxNodes: 8',
    '; Computer: Test',
    ...Array.from({ length: jobs }, (_, index) =>
      line(index + 1, index * 5, index % 7 === 0 ? 0 : 3 + (index % 11), 1 + (index % 8)),
    ),
    '',
  ].join('\n');

beforeEach(async () => {
  plane = await startControlPlane();
  dataDir = await enrolledDataDir(plane.url);
  log = join(dataDir, 'small_log.swf');
});
afterEach(() => plane.close());

const args = (...more: string[]) => ['replay', log, '--data-dir', dataDir, '--allow-insecure-http', ...more];

/** Each job of the log once, with the log's start, end and node count. */
async function expectWholeLog(jobs: number, cluster = 'small-log'): Promise<void> {
  const stored = await jobsOf(plane, cluster);
  const facts = stored.map(({ jobId, startTime, duration, numNodes, jobState }) => ({
    jobId,
    startTime,
    duration,
    numNodes,
    jobState,
  }));
  facts.sort((a, b) => a.jobId - b.jobId);
  expect(facts).toEqual(
    Array.from({ length: jobs }, (_, index) => ({
      jobId: index + 1,
      startTime: 700_000_000 + index * 5,
      duration: index % 7 === 0 ? 0 : 3 + (index % 11),
      numNodes: 1 + (index % 8),
      jobState: 'completed',
    })),
  );
}

describe('moorline-agent replay', () => {
  it('replays each job once, with the times, nodes and state of the log, on a cluster described for it', async () => {
    writeFileSync(log, smallLog(40));
    const { code, stdout, stderr } = await agent(args());
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^replayed 40 of 40 jobs onto cluster small-log in \d+\.\d s: \d+ jobs\/s\ntime: \d+ % waiting/,
    );
    await expectWholeLog(40);
    const [cluster] = await plane.backend.clusters();
    expect(cluster?.subClusters[0]).toMatchObject({ nodes: 'n[1-8]', processorType: 'Test' });
    const [last] = await jobsOf(plane, 'small-log');
    expect(last).toMatchObject({
      user: 'user1',
      project: 'group1',
      partition: 'queue1',
      metaData: { jobName: 'app3', swfLine: '43' },
    });
  });

  it('has nothing to do the second time', async () => {
    writeFileSync(log, smallLog(5));
    await agent(args());
    expect(await agent(args())).toMatchObject({
      code: 0,
      stdout: 'cluster small-log has all 5 jobs of the log already\n',
    });
    await expectWholeLog(5);
  });

  it('waits while the control plane goes away in the middle, says so, and loses and doubles nothing', async () => {
    writeFileSync(log, smallLog(300));
    const replay = startAgent(args('--concurrency', '2'));
    await until(() => plane.requests.length > 100);
    await plane.goAway();
    await replay.said('nothing can be delivered, it waits in the spool');
    await plane.comeBack();
    const { code, stderr } = await replay.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('the control plane takes what was waiting');
    await expectWholeLog(300);
  });

  it('waits for a control plane that is not there yet', async () => {
    writeFileSync(log, smallLog(5));
    await plane.goAway();
    const replay = startAgent(args());
    await replay.said('waiting for the control plane');
    await plane.comeBack();
    expect(await replay.ended).toMatchObject({ code: 0 });
    await expectWholeLog(5);
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('goes on where it stopped after %s', async (signal) => {
    writeFileSync(log, smallLog(300));
    const replay = startAgent(args('--concurrency', '2'));
    await until(() => plane.requests.length > 100);
    replay.child.kill(signal);
    const { code, stderr } = await replay.ended;
    if (signal === 'SIGINT') {
      expect(code).toBe(130);
      expect(stderr).toContain('the same command goes on from here');
    }
    const before = plane.requests.length;
    expect(before).toBeLessThan(602);
    expect(await agent(args())).toMatchObject({ code: 0 });
    await expectWholeLog(300);
    // What was delivered is not gone through again, but for what was under way.
    expect(plane.requests.length).toBeLessThan(before + 560);
  });

  it('keeps to the speed that was asked for', async () => {
    writeFileSync(log, smallLog(10));
    const replay = startAgent(args('--speed', '10'));
    await until(() => plane.requests.some((request) => request.includes('start_job')));
    const startedAt = performance.now();
    expect(await replay.ended).toMatchObject({ code: 0 });
    // 45 s between the first start and the last, ten times faster.
    expect(performance.now() - startedAt).toBeGreaterThan(4000);
    await expectWholeLog(10);
  });

  it('reports lines that are no jobs with their numbers, replays the rest, and ends with 1', async () => {
    writeFileSync(log, `${smallLog(5)}nonsense\n${line(6, 25, 6, 99)}\n${line(3, 30, 1, 1)}\n`);
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain(`${log}:9: left out: 1 columns instead of 18\n`);
    expect(stderr).toContain(`${log}:10: left out: job 6 needs 99 nodes of 8\n`);
    expect(stderr).toContain(`${log}:11: left out: job 3 was on line 6 already\n`);
    expect(stderr).toContain('3 lines of the log were left out; everything else is delivered\n  hint: ');
    await expectWholeLog(5);
  });

  it('refuses a second replay onto the same cluster at once', async () => {
    writeFileSync(log, smallLog(50));
    plane.fault = () => 'answered';
    startAgent(args());
    await until(() => existsSync(join(dataDir, 'replay/small-log.db-deliver')) && plane.requests.length > 0);
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain('another process replays onto cluster small-log already\n  hint: ');
  });

  it('refuses to go on with another log', async () => {
    writeFileSync(log, smallLog(5));
    await agent(args());
    writeFileSync(log, smallLog(6));
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain(
      'cluster small-log was begun with another log\n  hint: replay this one on a cluster of its own',
    );
    expect(await agent(args('--cluster', 'other'))).toMatchObject({ code: 0 });
    await expectWholeLog(6, 'other');
  });

  it('replays the first jobs alone where a limit is given, and the whole log afterwards', async () => {
    writeFileSync(log, smallLog(20));
    expect((await agent(args('--limit', '4'))).stdout).toContain('replayed 4 of 4 jobs');
    await expectWholeLog(4);
    expect(await agent(args())).toMatchObject({ code: 0 });
    await expectWholeLog(20);
  });

  it('says how to enrol a machine that may not report for the cluster', async () => {
    writeFileSync(log, smallLog(5));
    plane.scope = [];
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain('this machine may not report for the cluster small-log\n  hint: ');
    expect(stderr).toContain('moorline-server token create --group NAME --cluster small-log');
  });

  it('tells of events that are not taken, and keeps them', async () => {
    writeFileSync(log, smallLog(3));
    plane.fault = (request, reply) => {
      if (!request.url.includes('start_job')) return 'pass';
      void reply.code(400).send({ status: 'Bad Request', error: 'no jobs today' });
      return 'answered';
    };
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain('the control plane did not take 6 events, the first because: no jobs today');
    const spool = await openSpool({ path: join(dataDir, 'replay/small-log.db') });
    expect(await spool.stats()).toMatchObject({ entries: 0, rejected: 6 });
    await spool.close();
  });

  it.each([
    [() => join(dataDir, 'absent.swf'), 'cannot read '],
    [() => '/etc/passwd', 'the log does not say how many nodes its machine had'],
  ])('ends with one message and a hint where there is no log', async (path, text) => {
    const { code, stderr } = await agent(['replay', path(), '--data-dir', dataDir, '--allow-insecure-http']);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).toContain('\n  hint: ');
  });
});
