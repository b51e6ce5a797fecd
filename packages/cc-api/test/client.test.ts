import {
  type CcClient,
  type CcClientOptions,
  createCcClient,
  isCcApiError,
  type Job,
  mayHaveLanded,
  type StartJobRequest,
} from '@moorline/cc-api';
import { isTimeoutError } from '@moorline/core';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { answer, failure, hang, scripted, type ScriptedServer, type Step, vanish } from './support/scripted-server.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A client of a server that does these steps; waits between attempts are as short as they can be. */
async function client(
  steps: Step[],
  options: Partial<CcClientOptions> = {},
): Promise<{ cc: CcClient; server: ScriptedServer }> {
  server = await scripted(...steps);
  const cc = createCcClient({ baseUrl: server.baseUrl, token: 'secret-token', retry: { minDelayMs: 0 }, ...options });
  return { cc, server };
}

const job: StartJobRequest = {
  ...{ jobId: 7, cluster: 'demo', user: 'alice', numNodes: 1, startTime: 1_700_000_000 },
  resources: [{ hostname: 'n01' }],
};
const stored: Job = {
  ...{ cluster: 'demo', subCluster: 'main', project: '', user: 'alice', shared: 'none', jobState: 'running' },
  ...{ resources: [{ hostname: 'n01' }], energyFootprint: null, footprint: null, metaData: null, energy: 0 },
  ...{ concurrentJobs: { items: null, count: 0 }, jobId: 7, duration: 1, numNodes: 1, statistics: null },
  ...{ id: 70, startTime: 1_700_000_000 },
};
const list = (...jobs: Job[]): Step => answer(200, { jobs, items: 100, page: 1 });
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it resolved'),
    (error: unknown) => error,
  );
const started: Step = answer(201, { msg: 'success' });
const duplicate = failure(422, 'a job with that jobId, cluster and startTime already exists: dbid: 70, jobid: 7');

describe('what is sent', () => {
  it('goes to the mounted path with the token as a bearer, and the client’s headers', async () => {
    const { cc, server: at } = await client([started], { headers: { 'x-site': 'a' }, token: async () => 'fetched' });
    await cc.startJob(job);
    expect(at.received).toMatchObject([{ method: 'POST', url: '/api/jobs/start_job/', body: JSON.stringify(job) }]);
    expect(at.received[0]?.headers).toMatchObject({
      authorization: 'Bearer fetched',
      'content-type': 'application/json',
      'x-site': 'a',
    });
    expect(at.received[0]?.headers).not.toHaveProperty('x-auth-token');
  });

  it('fetches the token anew for each attempt', async () => {
    let count = 0;
    const { cc, server: at } = await client([answer(503), list()], { token: async () => `token-${++count}` });
    await cc.listJobs();
    expect(at.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it.each<[string, (cc: CcClient) => Promise<unknown>, string]>([
    ['all jobs', (cc) => cc.listJobs(), 'GET /api/jobs/'],
    ['states', (cc) => cc.listJobs({ states: ['running', 'failed'] }), 'GET /api/jobs/?state=running&state=failed'],
    ['an open range', (cc) => cc.listJobs({ startTime: { from: 5 } }), 'GET /api/jobs/?start-time=5-9007199254740991'],
    ['no project', (cc) => cc.listJobs({ project: '', page: 2 }), 'GET /api/jobs/?project=&page=2'],
    ['metadata', (cc) => cc.listJobs({ withMetadata: true }), 'GET /api/jobs/?with-metadata=true'],
    ['no metadata', (cc) => cc.listJobs({ withMetadata: false }), 'GET /api/jobs/'],
    ['a job', (cc) => cc.getJob(5), 'GET /api/jobs/5'],
    ['a job with its metrics', (cc) => cc.getJob(5, { allMetrics: true }), 'GET /api/jobs/5?all-metrics=true'],
    ['series', (cc) => cc.getJobSeries(5, ['a']), 'POST /api/jobs/5'],
    [
      'metrics',
      (cc) => cc.jobMetrics(5, { metrics: ['a', 'b'], scopes: ['core'] }),
      'GET /api/jobs/metrics/5?metric=a&metric=b&scope=core',
    ],
    ['samples', (cc) => cc.writeMetrics('x', { cluster: 'demo' }), 'POST /api/write?cluster=demo'],
    ['node states', (cc) => cc.updateNodeStates({ cluster: 'demo', nodes: [] }), 'POST /api/nodestate/'],
    ['a cluster', (cc) => cc.clusters({ cluster: 'a b' }), 'GET /api/clusters/?cluster=a+b'],
    ['used nodes', (cc) => cc.usedNodes(9), 'GET /api/jobs/used_nodes?ts=9'],
  ])('asks for %s as the server takes it', async (_, call, expected) => {
    const { cc, server: at } = await client([answer(418)]);
    await failed(call(cc));
    expect(at.received.map(({ method, url }) => `${method} ${url}`)).toEqual([expected]);
  });

  it.each([
    ['a negative bound', { startTime: { from: -1 } }],
    ['half a page', { page: 1.5 }],
    ['an empty page', { itemsPerPage: 0 }],
  ])('refuses %s before anything is sent', async (_, query) => {
    const { cc, server: at } = await client([]);
    expect(await failed((async () => cc.listJobs(query))())).toMatchObject({ code: 'invalid_option' });
    expect(at.received).toEqual([]);
  });
});

describe('what comes back', () => {
  it.each<[string, string, Step, Record<string, unknown>]>([
    ['400', 'listJobs', failure(400, 'page must be >= 1'), { code: 'bad_request', status: 400 }],
    ['401', 'listJobs', failure(401, 'unauthorized'), { code: 'unauthorized' }],
    [
      '401 twice in one body',
      'listJobs',
      answer(401, '{"error":"unauthorized"}\n{"error":"unauthorized"}\n'),
      { serverText: 'unauthorized' },
    ],
    [
      'an expired token',
      'listJobs',
      failure(401, 'token has invalid claims: token is expired'),
      { code: 'token_expired' },
    ],
    ['a strange address', 'listJobs', failure(401, 'unknown ip: 1.2.3.4'), { code: 'ip_not_allowed' }],
    ['403', 'listJobs', failure(403, 'no'), { code: 'forbidden', serverText: 'no' }],
    [
      'a plain text',
      'listJobs',
      answer(403, 'cross-site request blocked\n'),
      { code: 'forbidden', serverText: 'cross-site request blocked' },
    ],
    ['no such route', 'listJobs', failure(404, 'the requested endpoint does not exist'), { code: 'route_not_found' }],
    ['an HTML page', 'listJobs', answer(404, '<html>…'), { code: 'route_not_found', serverText: '' }],
    ['405 without body', 'listJobs', answer(405), { code: 'route_not_found', serverText: '' }],
    ['413', 'writeMetrics', failure(413, 'too long'), { code: 'payload_too_large', isRetryable: false }],
    ['another 4xx', 'listJobs', answer(418), { code: 'unexpected_status', status: 418 }],
    [
      'joined content types',
      'listJobs',
      answer(400, { error: 'x' }, { 'content-type': ['application/json', 'application/json'] }),
      { serverText: 'x' },
    ],
    ['500 without body', 'listJobs', answer(500), { code: 'internal_server_error', isRetryable: true }],
    ['503', 'listJobs', answer(503), { code: 'unavailable', isRetryable: true }],
    [
      '429 that names a time',
      'listJobs',
      answer(429, '', { 'retry-after': '2' }),
      { code: 'unavailable', details: { retryAfterMs: 2000 } },
    ],
    ['other JSON', 'listJobs', answer(200, { hello: 1 }), { code: 'invalid_response' }],
    ['no JSON', 'listJobs', answer(200, '<html>'), { code: 'invalid_response' }],
    ['nothing', 'listJobs', answer(200), { code: 'invalid_response' }],
    ['no metrics', 'getJob', answer(200), { code: 'metrics_unavailable' }],
    [
      'a job that is not there',
      'getJob',
      failure(422, 'finding job with db id 5 failed: sql: no rows in result set'),
      { code: 'job_not_found' },
    ],
    [
      'metrics of another',
      'jobMetrics',
      answer(200, { data: null, error: { message: 'you are not allowed to see this job' } }),
      { code: 'forbidden' },
    ],
    [
      'metrics of no job',
      'jobMetrics',
      answer(200, { data: null, error: { message: 'sql: no rows in result set' } }),
      { code: 'job_not_found' },
    ],
    [
      'metrics that are gone',
      'jobMetrics',
      answer(200, { data: null, error: { message: 'open …' } }),
      { code: 'metrics_unavailable' },
    ],
    ['another 422', 'getJob', failure(422, 'x'), { code: 'unprocessable' }],
    ['a duplicate', 'startJob', duplicate, { code: 'job_already_exists', details: { id: 70 }, isRetryable: false }],
    [
      'the original’s duplicate',
      'startJob',
      failure(
        500,
        'insert into database failed: UNIQUE constraint failed: job_cache.job_id, job_cache.cluster, job_cache.start_time',
      ),
      { code: 'job_already_exists', details: { isSameStart: true } },
    ],
    [
      'a start without its tag',
      'startJob',
      failure(500, 'adding tag to new job 9 failed: x'),
      { code: 'job_started_without_tags', details: { id: 9 } },
    ],
    [
      'a start under NATS',
      'startJob',
      failure(404, 'the requested endpoint does not exist'),
      { code: 'route_not_found', hint: expect.stringContaining('NATS') },
    ],
    [
      'a second stop',
      'stopJob',
      failure(422, 'jobId 7 (id 70) on demo : job has already been stopped (state is: failed)'),
      { code: 'job_already_stopped', details: { id: 70, state: 'failed' } },
    ],
    [
      'a stop of nothing',
      'stopJob',
      failure(404, 'finding job failed: sql: no rows in result set'),
      { code: 'job_not_found' },
    ],
  ])('tells %s from the rest', async (_, operation, step, expected) => {
    const calls: Record<string, (cc: CcClient) => Promise<unknown>> = {
      listJobs: (cc) => cc.listJobs(),
      writeMetrics: (cc) => cc.writeMetrics('x'),
      getJob: (cc) => cc.getJob(5),
      jobMetrics: (cc) => cc.jobMetrics(5),
      startJob: (cc) => cc.startJob(job),
      stopJob: (cc) => cc.stopJob({ jobId: 7, stopTime: 9 }),
    };
    const { cc } = await client([step], { retry: false });
    const error = await failed(calls[operation]?.(cc) ?? Promise.reject(new Error(operation)));
    expect(isCcApiError(error)).toBe(true);
    expect(error).toMatchObject({ operation, ...expected });
  });

  it('never shows the token', async () => {
    const logger = createRecordingLogger();
    const { cc } = await client([answer(503), failure(401, 'no')], { logger });
    const error = await failed(cc.listJobs());
    expect(`${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${logger.text()}`).not.toContain('secret-token');
    expect(logger.records.map(({ level }) => level)).toContain('warn');
  });
});

describe('attempts', () => {
  it('repeats what can be asked again, as long as the server wishes', async () => {
    const clock = createFakeClock();
    const { cc, server: at } = await client([answer(503, '', { 'retry-after': '5' }), vanish, list(stored)], { clock });
    const jobs = cc.listJobs({}, { timeoutMs: 0 });
    while (at.received.length < 3) {
      if (clock.pendingTimers > 0) await clock.advance(5000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await jobs).jobs).toEqual([stored]);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(5000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives up after three, with the last failure', async () => {
    const { cc, server: at } = await client([answer(503), answer(502), answer(504)]);
    expect(await failed(cc.writeMetrics('x'))).toMatchObject({ code: 'unavailable', status: 504 });
    expect(at.received).toHaveLength(3);
  });

  it('does not repeat what will not change, nor anything with retry: false', async () => {
    const one = await client([failure(400, 'x')]);
    await failed(one.cc.listJobs());
    expect(one.server.received).toHaveLength(1);
    await server?.close();
    const other = await client([answer(503)], { retry: false });
    await failed(other.cc.listJobs());
    expect(other.server.received).toHaveLength(1);
  });

  it('says that nothing landed where no connection was made', async () => {
    const { cc, server: at } = await client([], { retry: false });
    await at.close();
    const error = await failed(cc.startJob(job));
    expect(error).toMatchObject({ code: 'network_error', details: { systemCode: 'ECONNREFUSED' }, isRetryable: true });
    expect(mayHaveLanded(error)).toBe(false);
  });

  it('ends the call at its deadline, over all attempts, and closes the connection', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { cc } = await client([hang((response) => void (closed = once(response, 'close')))]);
    const error = await failed(cc.listJobs({}, { timeoutMs: 60 }));
    expect(isTimeoutError(error)).toBe(true);
    expect(mayHaveLanded(error)).toBe(true);
    await closed;
  });

  it.each(['call', 'client'])('rejects at once with the reason of the %s’s signal', async (whose) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const signal = controller.signal;
    let closed: Promise<unknown> = Promise.resolve();
    const steps = [
      hang((response) => {
        closed = once(response, 'close');
        controller.abort(reason);
      }),
    ];
    const { cc } = await client(steps, whose === 'client' ? { signal } : { signal: new AbortController().signal });
    expect(
      await failed(cc.listJobs({}, whose === 'call' ? { signal } : { signal: new AbortController().signal })),
    ).toBe(reason);
    await closed;
    expect(await failed(cc.listJobs({}, { signal }))).toBe(reason);
  });
});

describe('a start whose first attempt may have landed', () => {
  const paths = (at: ScriptedServer) => at.received.map(({ method, url }) => `${method} ${url.split('?')[0]}`);
  const post = 'POST /api/jobs/start_job/';
  const get = 'GET /api/jobs/';

  it('is found on the server and not sent again', async () => {
    const { cc, server: at } = await client([vanish, list({ ...stored, id: 69, jobId: 6 }, stored)]);
    expect(await cc.startJob(job)).toEqual({ outcome: 'found' });
    expect(paths(at)).toEqual([post, get]);
    expect(at.received[1]?.url).toContain('cluster=demo&start-time=1700000000-1700000000');
  });

  it('is sent again where the server does not have it', async () => {
    const { cc, server: at } = await client([answer(504), list(), started]);
    expect(await cc.startJob(job)).toEqual({ outcome: 'started' });
    expect(paths(at)).toEqual([post, get, post]);
  });

  it('is told from a true duplicate where the server cannot show it yet', async () => {
    const { cc } = await client([vanish, list(), duplicate, list()]);
    expect(await failed(cc.startJob(job))).toMatchObject({
      code: 'job_already_exists',
      details: { id: 70, afterUnclearAttempt: true },
    });
  });

  it('counts as found where the server refuses it as this very start', async () => {
    const unique = failure(500, 'insert into database failed: UNIQUE constraint failed: job_cache.job_id');
    const { cc } = await client([vanish, list(), unique]);
    expect(await cc.startJob(job)).toEqual({ outcome: 'found' });
  });

  it('is sent again without asking where the server declined it', async () => {
    const { cc, server: at } = await client([answer(503), started]);
    expect(await cc.startJob(job)).toEqual({ outcome: 'started' });
    expect(paths(at)).toEqual([post, post]);
  });

  it('marks a stop that an earlier attempt may have made', async () => {
    const stopped = failure(422, 'jobId 7 (id 70) on demo : job has already been stopped (state is: completed)');
    const { cc } = await client([vanish, stopped]);
    expect(await failed(cc.stopJob({ jobId: 7, stopTime: 9 }))).toMatchObject({
      code: 'job_already_stopped',
      details: { afterUnclearAttempt: true, state: 'completed' },
    });
  });
});

describe('iterateJobs', () => {
  it('goes from page to page until one is not full, and gives each job once', async () => {
    const jobs = [1, 2, 3].map((id) => ({ ...stored, id }));
    const page = (...ids: number[]) => list(...jobs.filter(({ id }) => ids.includes(id)));
    const { cc, server: at } = await client([page(1, 2), page(2, 3), page()]);
    const seen: (number | undefined)[] = [];
    for await (const { id } of cc.iterateJobs({ cluster: 'demo', itemsPerPage: 2 })) seen.push(id);
    expect(seen).toEqual([1, 2, 3]);
    expect(at.received.map(({ url }) => new URL(url, at.baseUrl).searchParams.get('page'))).toEqual(['1', '2', '3']);
  });

  it('asks for nothing more once the loop is left', async () => {
    const { cc, server: at } = await client([list(stored)]);
    for await (const { id } of cc.iterateJobs({ itemsPerPage: 1 })) if (id === 70) break;
    expect(at.received).toHaveLength(1);
  });
});

describe('baseUrl', () => {
  const make = (baseUrl: string, allowInsecureHttp = false) =>
    createCcClient({ baseUrl, token: 't', allowInsecureHttp });

  it.each([
    'http://localhost:8080',
    'http://127.0.0.1/',
    'http://127.9.9.9',
    'http://[::1]:1',
    'https://cc.example.org/x/',
  ])('may be %s', (baseUrl) => expect(() => make(baseUrl)).not.toThrow());

  it.each([
    ['http://cc.example.org', 'insecure_url'],
    ['http://127.0.0.1.example.org', 'insecure_url'],
    ['ftp://localhost', 'invalid_option'],
    ['localhost:8080', 'invalid_option'],
    ['https://user:secret@host', 'invalid_option'],
    ['https://host/?a=b', 'invalid_option'],
  ])('may not be %s', (baseUrl, code) => {
    expect(() => make(baseUrl)).toThrow(expect.objectContaining({ code }));
    expect(() => make(baseUrl)).not.toThrow(/secret/);
  });

  it('may be plain HTTP anywhere with allowInsecureHttp', () => {
    expect(() => make('http://cc.example.org', true)).not.toThrow();
  });

  it('keeps a path before /api', async () => {
    const { server: at } = await client([list()]);
    await createCcClient({ baseUrl: `${at.baseUrl}/cc/`, token: 't' }).listJobs();
    expect(at.received[0]?.url).toBe('/cc/api/jobs/');
  });
});
