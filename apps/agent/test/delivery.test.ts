import { join } from 'node:path';
import { createCcClient, type StartJobRequest } from '@moorline/cc-api';
import { openSpool, type Spool, type SpoolEntry } from '@moorline/cc-store/spool';
import { createRecordingLogger, type RecordingLogger } from '@moorline/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBell } from '../src/bell.js';
import { createDelivery, type DeliveryFigures } from '../src/delivery/delivery.js';
import { createRestSender } from '../src/delivery/rest-sender.js';
import { metricsEntry, nodeStateEntry, startEntry, stopEntry } from '../src/messages.js';
import { createMoorlineApi, type MachineToken } from '../src/moorline-api.js';
import { describeReplayCluster } from '../src/replay/replay-cluster.js';
import { parseSwfHeader } from '../src/replay/swf-header.js';
import { jobsOf, startControlPlane, type TestControlPlane, testMachine } from './support/control-plane.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';

vi.setConfig({ testTimeout: 60_000 });

const cluster = 'lab';
const startTime = 1_700_000_000;

const job = (jobId: number, more: Partial<StartJobRequest> = {}): StartJobRequest => ({
  jobId,
  cluster,
  user: 'alice',
  numNodes: 1,
  resources: [{ hostname: 'n1' }],
  startTime,
  ...more,
});
const start = (jobId: number, more?: Partial<StartJobRequest>): SpoolEntry => startEntry(job(jobId, more));
const stop = (jobId: number, seconds = 10): SpoolEntry =>
  stopEntry({ jobId, cluster, startTime, stopTime: startTime + seconds, jobState: 'failed' });
const load = (value: number, time: number): SpoolEntry =>
  metricsEntry(Buffer.from(`cpu_load,cluster=${cluster},hostname=n1,type=node value=${value} ${time}\n`));

let plane: TestControlPlane;
let spool: Spool;
let token: MachineToken;
let logger: RecordingLogger;

beforeEach(async () => {
  plane = await startControlPlane();
  spool = await openSpool({ path: join(temporaryFolder(), 'spool.db') });
  logger = createRecordingLogger();
  const api = createMoorlineApi({ baseUrl: plane.url });
  token = await api.fetchMachineToken(testMachine);
  const header = parseSwfHeader([]);
  await api.putCluster(token, describeReplayCluster(cluster, header, { nodes: 9, processorsPerNode: 1 }));
  plane.requests.length = 0;
});
afterEach(async () => {
  await spool.close();
  await plane.close();
});

/** Delivers until nothing is left. */
async function deliver(options: { concurrency?: number; rejections?: string[] } = {}): Promise<DeliveryFigures> {
  const client = createCcClient({ baseUrl: plane.url, token: () => Promise.resolve(token.token), retry: false });
  const api = createMoorlineApi({ baseUrl: plane.url });
  const delivery = createDelivery({
    spool,
    send: createRestSender({ client, renewToken: async () => (token = await api.fetchMachineToken(testMachine)) }),
    bell: createBell(),
    backoff: { minDelayMs: 10, maxDelayMs: 20 },
    onRejected: (reason) => options.rejections?.push(reason),
    logger,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
  });
  do await delivery.run(new AbortController().signal, () => true);
  while ((await spool.stats()).entries > 0);
  return delivery.figures();
}

describe('the delivery', () => {
  it('brings a start before its stop, however many requests go at once', async () => {
    const jobs = Array.from({ length: 50 }, (_, index) => index + 1);
    await spool.append([...jobs.map((jobId) => start(jobId)), ...jobs.map((jobId) => stop(jobId, jobId))]);
    expect(await deliver({ concurrency: 32 })).toEqual({ delivered: 100, rejected: 0 });
    const stored = await jobsOf(plane, cluster);
    expect(
      stored
        .map(({ jobId, duration, jobState }) => [jobId, duration, jobState])
        .sort((a, b) => Number(a[0]) - Number(b[0])),
    ).toEqual(jobs.map((jobId) => [jobId, jobId, 'failed']));
  });

  it('takes a job that is known already, started or stopped, as delivered', async () => {
    await spool.append([start(1), start(1), stop(1), stop(1)]);
    expect(await deliver()).toEqual({ delivered: 4, rejected: 0 });
    expect(await jobsOf(plane, cluster)).toHaveLength(1);
  });

  it('does not take another job with the same id for the one that it delivers', async () => {
    const rejections: string[] = [];
    await spool.append([start(1), stop(1)]);
    await deliver();
    const later = startTime + 3600;
    await spool.append([
      start(1, { startTime: later }),
      stopEntry({ jobId: 1, cluster, startTime: later, stopTime: later + 5, jobState: 'completed' }),
    ]);
    expect(await deliver({ rejections })).toEqual({ delivered: 0, rejected: 2 });
    expect(rejections).toEqual([
      expect.stringMatching(
        /^cluster lab has another job 1 that began less than a day from this one \(.*already exists/,
      ),
      expect.stringMatching(/^cluster lab has no job 1 that could end: its start was damaged on disk, or not taken/),
    ]);
    expect((await jobsOf(plane, cluster)).map(({ duration }) => duration)).toEqual([10]);
  });

  it('keeps everything while nobody answers, says so once, and goes on when somebody does', async () => {
    await spool.append([start(1), stop(1)]);
    await plane.goAway();
    const delivered = deliver();
    while (logger.records.filter(({ level }) => level === 'debug').length < 3)
      await new Promise((resolve) => setImmediate(resolve));
    expect((await spool.stats()).entries).toBe(2);
    await plane.comeBack();
    expect(await delivered).toEqual({ delivered: 2, rejected: 0 });
    expect(logger.records.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it.each([500, 502, 503, 429, 404])('tries again what is answered with %i', async (status) => {
    let refusals = 3;
    plane.fault = (_, reply) => {
      if (refusals-- <= 0) return 'pass';
      void reply.code(status).header('retry-after', '0').send('<html>no</html>');
      return 'answered';
    };
    await spool.append([start(1), stop(1), load(1, startTime)]);
    expect(await deliver()).toEqual({ delivered: 3, rejected: 0 });
  });

  it('does not take the refusal of a proxy for the answer of the API', async () => {
    let refusals = 2;
    plane.fault = (_, reply) => {
      if (refusals-- <= 0) return 'pass';
      void reply.code(403).send('<html>log in to the hotel</html>');
      return 'answered';
    };
    await spool.append([start(1), stop(1)]);
    expect(await deliver()).toEqual({ delivered: 2, rejected: 0 });
  });

  it('takes an answer that was cut off for none, and the job is there once', async () => {
    let cuts = 1;
    plane.fault = (request, reply) => {
      if (!request.url.includes('start_job') || cuts-- <= 0) return 'pass';
      reply.raw.once('prefinish', () => reply.raw.socket?.destroy());
      return 'pass';
    };
    await spool.append([start(1), stop(1)]);
    expect(await deliver()).toMatchObject({ rejected: 0 });
    expect((await jobsOf(plane, cluster)).map(({ jobState }) => jobState)).toEqual(['failed']);
  });

  it('gets a new token when the control plane has new keys', async () => {
    await plane.forgetKeys();
    await spool.append([start(1), stop(1)]);
    expect(await deliver()).toEqual({ delivered: 2, rejected: 0 });
    expect(plane.requests).toContain('POST /moorline/v1/token');
  });

  it('keeps apart what the control plane will never take, with its words, and delivers the rest', async () => {
    const rejections: string[] = [];
    await spool.append([
      start(1, { numNodes: 2 }),
      stop(1),
      start(2),
      stop(2),
      { kind: 'job', body: Buffer.from('nonsense') },
    ]);
    expect(await deliver({ rejections })).toEqual({ delivered: 2, rejected: 3 });
    expect(rejections).toEqual(
      expect.arrayContaining([
        'len(resources) does not equal numNodes (1 vs 2)',
        'cluster lab has no job 1 that could end: its start was damaged on disk, or not taken (finding job failed: sql: no rows in result set)',
        expect.stringContaining('no message that can be sent'),
      ]),
    );
    expect(await spool.stats()).toMatchObject({ entries: 0, rejected: 3 });
  });

  it('sends metrics together, and of several node states the newest alone', async () => {
    const states = (state: string) =>
      nodeStateEntry({ cluster, nodes: [{ hostname: 'n1', states: [state] }] }, startTime);
    await spool.append([
      load(1, startTime),
      states('idle'),
      load(2, startTime + 60),
      states('allocated'),
      load(3, startTime + 120),
    ]);
    expect(await deliver()).toEqual({ delivered: 5, rejected: 0 });
    expect(plane.requests.sort()).toEqual(['POST /api/nodestate/', 'POST /api/write']);
    expect(plane.backend.samples.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(plane.backend.nodeStates.map(({ state }) => state)).toEqual(['allocated']);
  });

  it('finds the one bad entry among metrics that were sent together', async () => {
    const bad = metricsEntry(Buffer.from(`cpu_load,cluster=${cluster},hostname=n1 v=1 ${startTime}\n`));
    await spool.append([load(1, startTime), bad, load(3, startTime + 120)]);
    expect(await deliver()).toEqual({ delivered: 2, rejected: 1 });
    expect(new Set(plane.backend.samples.map(({ value }) => value))).toEqual(new Set([1, 3]));
  });

  it('sends metrics that are too many for one request in smaller ones', async () => {
    plane.fault = (request, reply) => {
      const isLarge = request.url.includes('write') && Number(reply.request.headers['content-length']) > 100;
      if (isLarge) void reply.code(413).send({ status: 'Request Entity Too Large', error: 'body too large' });
      return isLarge ? 'answered' : 'pass';
    };
    await spool.append([load(1, startTime), load(2, startTime + 60), load(3, startTime + 120)]);
    expect(await deliver()).toEqual({ delivered: 3, rejected: 0 });
  });

  it('stops at once when told to, and leaves in the spool what was under way', async () => {
    plane.fault = () => 'answered';
    await spool.append([start(1), stop(1), load(1, startTime)]);
    const client = createCcClient({ baseUrl: plane.url, token: token.token, retry: false });
    const send = createRestSender({ client, renewToken: () => Promise.resolve() });
    const delivery = createDelivery({ spool, send, bell: createBell() });
    const controller = new AbortController();
    const run = delivery.run(controller.signal);
    while (plane.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(await spool.stats()).toMatchObject({ entries: 3 });
    plane.fault = () => 'pass';
    expect(await deliver()).toEqual({ delivered: 3, rejected: 0 });
  });
});
