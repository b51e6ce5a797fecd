import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSpool } from '@moorline/cc-store/spool';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import { hasNatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { natsSubjects } from '../src/delivery/nats-sender.js';
import { replay, type ReplayOptions, type ReplayResult } from '../src/replay/replay.js';
import type { SwfDefect } from '../src/replay/swf-record.js';
import { openSession } from '../src/session.js';
import { readSettings } from '../src/settings.js';
import { agent, startAgent } from './support/agent.js';
import { jobsOf, startControlPlane, type TestControlPlane } from './support/control-plane.js';
import { enrolledDataDir } from './support/data-dir.js';
import { editSpool } from './support/edit-spool.js';
import { eventsOf, natsAdmin } from './support/nats.js';
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

/** Replays in this process. */
async function replayHere(
  options: Partial<ReplayOptions> = {},
): Promise<ReplayResult & { defectsTold: SwfDefect[]; logger: RecordingLogger }> {
  const cluster = options.cluster ?? 'small-log';
  const logger = options.logger === undefined ? createRecordingLogger() : (options.logger as RecordingLogger);
  const defectsTold: SwfDefect[] = [];
  const result = await replay({
    logPath: log,
    spoolPath: join(dataDir, 'replay', `${cluster}.db`),
    cluster,
    speed: Infinity,
    concurrency: 4,
    session: await openSession(readSettings({ dataDir, allowInsecureHttp: true }, {})),
    signal: new AbortController().signal,
    onDefect: (defect) => defectsTold.push(defect),
    ...options,
    logger,
  });
  return { ...result, defectsTold, logger };
}

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

describe('a replay', () => {
  it('replays each job once, with the times, nodes and state of the log, on a cluster described for it', async () => {
    writeFileSync(log, smallLog(40));
    expect(await replayHere()).toMatchObject({ jobs: 40, deliveredEvents: 80, rejected: 0, defects: 0 });
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

  it('gives a node to one job at a time while the log leaves room', async () => {
    writeFileSync(log, smallLog(40));
    await replayHere();
    const jobs = (await jobsOf(plane, 'small-log')).filter(({ shared }) => shared === 'none');
    expect(jobs.length).toBeGreaterThan(10);
    for (const a of jobs) {
      const others = jobs.filter(
        (b) => b !== a && b.startTime < a.startTime + a.duration && a.startTime < b.startTime + b.duration,
      );
      const busy = new Set(others.flatMap(({ resources }) => resources.map(({ hostname }) => hostname)));
      expect(a.resources.some(({ hostname }) => busy.has(hostname))).toBe(false);
    }
  });

  it('has nothing to do the second time', async () => {
    writeFileSync(log, smallLog(5));
    await replayHere();
    expect(await replayHere()).toMatchObject({ jobs: 5, deliveredEvents: 0 });
    await expectWholeLog(5);
  });

  it('waits while the control plane goes away in the middle, says so, and loses and doubles nothing', async () => {
    writeFileSync(log, smallLog(300));
    const logger = createRecordingLogger();
    const running = replayHere({ logger });
    for (const requests of [100, 300, 500]) {
      await until(() => plane.requests.length > requests);
      const said = logger.records.length;
      await plane.goAway();
      await until(() => logger.records.length > said);
      await plane.comeBack();
    }
    expect(await running).toMatchObject({ jobs: 300, rejected: 0 });
    expect(logger.text()).toContain('nothing can be delivered, it waits in the spool');
    expect(logger.text()).toContain('what was waiting is delivered again');
    await expectWholeLog(300);
  });

  it('waits for a control plane that is not there yet', async () => {
    writeFileSync(log, smallLog(5));
    await plane.goAway();
    const logger = createRecordingLogger();
    const running = replayHere({ logger });
    await until(() => logger.text().includes('waiting for the control plane'));
    await plane.comeBack();
    await running;
    await expectWholeLog(5);
  });

  it('ends at once when it is told to, and goes on where it stopped', async () => {
    writeFileSync(log, smallLog(300));
    const controller = new AbortController();
    const running = replayHere({ signal: controller.signal });
    await until(() => plane.requests.length > 100);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    const before = plane.requests.length;
    await replayHere();
    await expectWholeLog(300);
    // What was delivered is not gone through again, but for what was under way.
    expect(plane.requests.length).toBeLessThan(before + 560);
  });

  it('keeps to the speed that was asked for', async () => {
    writeFileSync(log, smallLog(10));
    const startedAt = performance.now();
    await replayHere({ speed: 100 });
    // 45 s between the first start and the last, a hundred times faster.
    expect(performance.now() - startedAt).toBeGreaterThan(449);
    await expectWholeLog(10);
  });

  it('leaves out lines that are no jobs, tells their numbers and replays the rest', async () => {
    writeFileSync(log, `${smallLog(5)}nonsense\n${line(6, 25, 6, 99)}\n${line(3, 30, 1, 1)}\n`);
    const { defects, defectsTold } = await replayHere();
    expect(defects).toBe(3);
    expect(defectsTold).toEqual([
      { line: 9, problem: '1 columns instead of 18' },
      { line: 10, problem: 'job 6 needs 99 nodes of 8' },
      { line: 11, problem: 'job 3 was on line 6 already' },
    ]);
    await expectWholeLog(5);
  });

  it('refuses to go on with another log, or on another number of nodes', async () => {
    writeFileSync(log, smallLog(5));
    await replayHere();
    await expect(replayHere({ nodes: 16 })).rejects.toMatchObject({ code: 'log_unfit' });
    writeFileSync(log, smallLog(6));
    await expect(replayHere()).rejects.toMatchObject({
      code: 'log_unfit',
      message: 'cluster small-log was begun with another log',
    });
    await replayHere({ cluster: 'other' });
    await expectWholeLog(6, 'other');
  });

  it('replays the first jobs alone where a limit is given, and the whole log afterwards', async () => {
    writeFileSync(log, smallLog(20));
    expect(await replayHere({ limit: 4 })).toMatchObject({ jobs: 4, deliveredEvents: 8 });
    await expectWholeLog(4);
    await replayHere();
    await expectWholeLog(20);
  });

  it('says how to enrol a machine that may not report for the cluster', async () => {
    writeFileSync(log, smallLog(5));
    plane.scope = [];
    await expect(replayHere()).rejects.toMatchObject({
      code: 'server_refused',
      message: 'this machine may not report for the cluster small-log',
      hint: expect.stringContaining('moorline-server token create --group NAME --cluster small-log') as string,
    });
  });

  it('tells of events that are not taken, and keeps them', async () => {
    writeFileSync(log, smallLog(3));
    plane.fault = (request, reply) => {
      if (!request.url.includes('start_job')) return 'pass';
      void reply.code(400).send({ status: 'Bad Request', error: 'no jobs today' });
      return 'answered';
    };
    expect(await replayHere()).toMatchObject({ rejected: 6, firstRejection: 'no jobs today', deliveredEvents: 0 });
    const spool = await openSpool({ path: join(dataDir, 'replay/small-log.db') });
    expect(await spool.stats()).toMatchObject({ entries: 0, rejected: 6 });
    await spool.close();
  });
});

describe('moorline-agent replay', () => {
  it('goes on where it stopped after SIGKILL, and tells what it did', async () => {
    writeFileSync(log, smallLog(300));
    const replay = startAgent(args('--concurrency', '2'));
    await until(() => plane.requests.length > 100);
    replay.child.kill('SIGKILL');
    await replay.ended;
    const { code, stdout, stderr } = await agent(args());
    // How far it is, where the machine is slow; nothing else.
    expect({ code, stderr: stderr.replace(/^\d+ of 300 jobs, \d+ jobs\/s\n/gm, '') }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^replayed \d+ of 300 jobs onto cluster small-log in \d+\.\d s: \d+ jobs\/s\ntime: \d+ % waiting/,
    );
    await expectWholeLog(300);
  });

  it('ends with 130 after SIGINT', async () => {
    writeFileSync(log, smallLog(300));
    const replay = startAgent(args('--concurrency', '2'));
    await until(() => plane.requests.length > 100);
    replay.child.kill('SIGINT');
    const { code, stderr } = await replay.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('the same command goes on from here');
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

  it('tells lines that were left out with their numbers, and ends with 1', async () => {
    writeFileSync(log, `${smallLog(5)}nonsense\n`);
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toContain(`${log}:9: left out: 1 columns instead of 18\n`);
    expect(stderr).toContain('one line of the log left out; everything else is delivered\n  hint: ');
  });

  it.each([
    [() => join(dataDir, 'absent.swf'), 'cannot read '],
    [() => '/etc/passwd', 'cannot read /etc/passwd: no line of it is a job'],
  ])('ends with one message and a hint where there is no log', async (path, text) => {
    const { code, stderr } = await agent(['replay', path(), '--data-dir', dataDir, '--allow-insecure-http']);
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).toContain('\n  hint: ');
    expect(stderr).not.toContain('this is a defect');
    expect(existsSync(join(dataDir, 'replay'))).toBe(false);
    expect(plane.described).toEqual([]);
  });

  it('says what to do where the place in the log is damaged', async () => {
    writeFileSync(log, smallLog(5));
    await agent(args());
    editSpool(dataDir, "update cursor set value = '{'", 'replay/small-log.db');
    const { code, stderr } = await agent(args());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^moorline-agent: the place in the log .* is damaged\n {2}hint: remove replay\/small-log\.db/,
    );
  });

  it('counts whole jobs', async () => {
    writeFileSync(log, smallLog(3));
    const seen = new Set<string>();
    plane.fault = (request, reply) => {
      // One start of three is refused: its job has no stop, the two others have both.
      if (!request.url.includes('start_job') || seen.size > 0) return 'pass';
      seen.add(request.url);
      void reply.code(400).send({ status: 'Bad Request', error: 'not this one' });
      return 'answered';
    };
    const { stdout } = await agent(args('--concurrency', '1'));
    expect(stdout).toMatch(/^replayed 2 of 3 jobs /);
  });
});

describe.skipIf(!hasNatsServer)('a replay over NATS', () => {
  const overNats = (flags: Record<string, unknown>): Pick<ReplayOptions, 'nats'> => {
    const settings = readSettings({ dataDir, ...flags }, {});
    return { nats: { settings, subjects: natsSubjects(settings, 'small-log') } };
  };
  const jobRequests = () => plane.requests.filter((request) => /_job/.test(request));

  it('puts each event into the stream once, a start before its stop, and tells REST of the cluster alone', async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.remove());
    const admin = await natsAdmin(server);
    onTestFinished(() => admin.close());
    await admin.addStream('JOBS', 'cc.job.event');
    writeFileSync(log, smallLog(40));
    const nats = `nats://127.0.0.1:${server.port}`;
    const ran = await agent(args('--nats', nats));
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('replayed 40 of 40 jobs onto cluster small'),
    });
    expect(ran.stdout).toContain('waiting for NATS');
    const messages = await admin.read('JOBS');
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    const events = eventsOf(messages);
    const ids = Array.from({ length: 40 }, (_, index) => index + 1);
    expect([...events].sort()).toEqual(ids.flatMap((id) => [`start_job ${id}`, `stop_job ${id}`]).sort());
    for (const id of ids) expect(events.indexOf(`start_job ${id}`)).toBeLessThan(events.indexOf(`stop_job ${id}`));
    expect((await plane.backend.clusters()).map(({ name }) => name)).toEqual(['small-log']);
    expect(jobRequests()).toEqual([]);
    expect(await replayHere(overNats({ nats }))).toMatchObject({ deliveredEvents: 0, rejected: 0 });
  });

  it('waits for a server and for a stream, and goes on when they are there', async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.remove());
    await server.kill();
    writeFileSync(log, smallLog(5));
    const logger = createRecordingLogger();
    const replayed = replayHere({ ...overNats({ nats: `nats://127.0.0.1:${server.port}` }), logger });
    await until(() => logger.text().includes('waiting for NATS: connecting to nats:'));
    await server.start();
    await until(() => logger.text().includes('job events cannot be delivered, they wait in the spool'));
    const admin = await natsAdmin(server);
    onTestFinished(() => admin.close());
    await admin.addStream('JOBS', 'cc.job.event');
    expect(await replayed).toMatchObject({ deliveredEvents: 10, deliveredJobs: 5, rejected: 0 });
    expect(await admin.count('JOBS')).toBe(10);
  });

  it('ends where NATS does not take the credentials, and goes on with the right ones', async () => {
    const server = await startNatsServer('authorization { token: right }');
    onTestFinished(() => server.remove());
    const admin = await natsAdmin(server, { token: 'right' });
    onTestFinished(() => admin.close());
    await admin.addStream('JOBS', 'cc.job.event');
    writeFileSync(log, smallLog(5));
    const natsTokenFile = join(dataDir, 'token');
    const flags = { nats: `nats://127.0.0.1:${server.port}`, natsTokenFile };
    writeFileSync(natsTokenFile, 'geheim-4711');
    await expect(replayHere(overNats(flags))).rejects.toMatchObject({ code: 'authorization_failed' });
    writeFileSync(natsTokenFile, 'right');
    expect(await replayHere(overNats(flags))).toMatchObject({ deliveredJobs: 5 });
  });
});
