import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCluster } from '@moorline/cc-api';
import { openStore } from '@moorline/cc-store';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clusterFile, fill, shared } from '../../../tools/testenv/cc-captures.js';
import { difference } from '../../../tools/testenv/captured-text.js';
import { hasNatsServer, type NatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { aJob } from './a-cluster.js';
import { type RunningProgram, serve } from './child.js';
import { consuming, type Reporter, reporter } from './nats/support.js';
import { apiToken, get, jobList, post, put, read } from './support.js';

/** A captured message, and what could be seen of it afterwards. */
interface Captured {
  id: string;
  case?: number;
  note?: string;
  subject: string;
  payload: string;
  effect: { jobs?: { path: string; responseBody: string }[]; nodeStates?: { hostname: string }[] };
}

/** Where this server deliberately does something else, and the jobs that it has then, by their start. */
const differences: Record<string, { why: string; jobs?: Record<number, string | undefined> }> = {
  'nats-002': { why: 'a bad line costs that line only', jobs: { 511: 'running' } },
  'nats-003': { why: 'a bad line costs that line only', jobs: { 514: 'running' } },
  'nats-008': { why: 'a bad line costs that line only', jobs: { 520: 'running' } },
  'nats-014': { why: 'tags are attached, as for a token of the role api', jobs: { 528: 'running' } },
  'nats-016': {
    why: 'the lines of cc-slurm-adapter that end jobs without partition are read',
    jobs: { 529: 'completed' },
  },
  'nats-033': { why: 'any smt is stored, as over REST', jobs: { 551: 'running' } },
  'nats-045': { why: 'a job without hosts is refused', jobs: { 544: undefined } },
  'nats-046': { why: 'a job without hosts is refused, and the server lives', jobs: { 546: undefined } },
};

const messages: Captured[] =
  shared === undefined
    ? []
    : readFileSync(join(shared, 'vectors/clustercockpit/nats.ndjson'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));

describe.skipIf(!hasNatsServer || shared === undefined)('every captured message over NATS, by a real server', () => {
  const dataDir = temporaryFolderOfFile();
  const now = Math.floor(Date.now() / 60_000) * 60;
  let nats: NatsServer;
  let server: RunningProgram;
  let sender: Reporter;
  let token = '';

  beforeAll(async () => {
    nats = await startNatsServer();
    const flags = ['--data-dir', dataDir, '--port', '0', '--nats', `nats://127.0.0.1:${nats.port}`];
    server = await serve([...flags, '--nats-wait', '1s', '--log-level', 'error']);
    token = await apiToken({ dataDir });
    for (const name of ['demo', 'demo2']) {
      await put(`${server.url}/moorline/v1/clusters/${name}`, parseCluster(clusterFile(name)), token);
    }
    await consuming({ dataDir, url: server.url });
    sender = await reporter(nats.port);
  });
  afterAll(async () => {
    await sender.connection.close();
    await nats.remove();
  });

  const publish = async ({ subject, payload }: Pick<Captured, 'subject' | 'payload'>): Promise<void> => {
    const bytes = Buffer.from(fill(payload, new Map([['T', String(now)]]), ''));
    // No stream keeps what is on a subject that nobody subscribed to.
    if (subject === 'cc.job.event.sub') sender.connection.publish(subject, bytes);
    else await jetstream(sender.connection).publish(subject, bytes);
    await sender.connection.flush();
    await sender.taken();
  };
  const listed = (start: number) => get(`${server.url}/api/jobs/?start-time=${start}-${start}`, token);

  it.each(
    messages.map((message) => [`${message.case === undefined ? '' : `#${message.case} `}${message.id}`, message]),
  )('%s', async (_, message) => {
    if (typeof message === 'string') throw new TypeError('a message, not its name');
    await publish(message);
    const parted = new Map(
      Object.entries(differences[message.id]?.jobs ?? {}).map(([id, state]) => [1_700_000_000 + Number(id), state]),
    );
    for (const { path, responseBody } of message.effect.jobs ?? []) {
      const start = Number(/start-time=(\d+)/.exec(path)?.[1]);
      if (parted.has(start)) continue;
      const text = await (await get(server.url + path, token)).text();
      expect(difference(withoutSummary(responseBody), withoutSummary(text), new Map()), path).toBeUndefined();
    }
    for (const [start, state] of parted) {
      const { jobs } = await read(await listed(start), jobList);
      expect(jobs.map(({ jobState }) => jobState)).toEqual(state === undefined ? [] : [state]);
    }
  });

  it('#163 a tag that came with its start is on the job (the original drops it)', async () => {
    const { jobs } = await read(await listed(1_700_000_528), jobList);
    const { Meta } = await read(await get(`${server.url}/api/jobs/${jobs[0]?.id}`, token), oneJob);
    expect(Meta.tags).toMatchObject([{ type: 'nt', name: 'x', scope: 'global' }]);
  });

  it('#166 the REST API takes starts and stops all the same (the original does not mount them then)', async () => {
    const { status } = await post(`${server.url}/api/jobs/start_job/`, aJob(1, 'demo', 'n01', now), token);
    expect(status).toBe(201);
  });

  it('#168 metric lines are where jobs find them, under the cluster of their subject or of their own', async () => {
    const valuesOf = async (cluster: string, hostname: string): Promise<unknown> => {
      const startTime = now - 600;
      const jobId = Number(hostname.slice(1));
      await post(`${server.url}/api/jobs/start_job/`, aJob(jobId, cluster, hostname, startTime), token);
      const { jobs } = await read(await listed(startTime), jobList);
      const id = jobs.find((job) => job.jobId === jobId)?.id;
      const { Data } = await read(await post(`${server.url}/api/jobs/${id}`, ['load_one'], token), jobSeries);
      return Data.flatMap(({ metric }) => metric.series.flatMap(({ data }) => data.filter((value) => value !== null)));
    };
    expect(await valuesOf('demo', 'n10')).toEqual([1.5, 2.5]);
    expect(await valuesOf('demo', 'n11')).toEqual([1.5]);
    expect(await valuesOf('demo', 'n12')).toEqual([]);
    expect(await valuesOf('demo2', 'n13')).toEqual([1]);
  });

  it('#167 node states are stored, those behind a bad line and of lines with a comma too many too', async () => {
    server.child.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0 });
    await using store = await openStore({ path: join(dataDir, 'moorline.db') });
    const captured = messages.flatMap(({ effect }) => effect.nodeStates ?? []).map(({ hostname }) => hostname);
    expect(captured).toEqual(['n01', 'n03', 'n06', 'n08']);
    expect((await store.stats()).nodes).toBe(captured.length + ['n04', 'n05'].length);
  });
});

const oneJob = z.object({ Meta: z.object({ tags: z.array(z.unknown()) }) });
const series = z.object({ data: z.array(z.number().nullable()) });
const jobSeries = z.object({ Data: z.array(z.object({ metric: z.object({ series: z.array(series) }) })) });

/** What is summed up of a job at its end comes with its archive. */
const withoutSummary = (text: string): string =>
  text
    .replace(/"footprint":(?:null|\{[^}]*\})/, '"footprint":null')
    .replace(/"statistics":(?:null|\{\})/, '"statistics":null')
    .replace(/"monitoringStatus":[0-3]/, '"monitoringStatus":1');
