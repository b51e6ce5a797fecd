import { isTimeoutError } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createControlClient, type ControlClientOptions, isControlApiError } from '../src/index.js';
import { createMemoryServer } from '../src/testing.js';
import { listen, type Listening } from './support/listen.js';

const memory = createMemoryServer({ user: 'admin' });
let served: Listening;
beforeAll(async () => {
  served = await listen(memory.handle);
});
afterAll(async () => {
  memory.close();
  await served.kill();
});

/** A client whose `fetch` answers from a list, the last for ever, and tells what was sent. */
function scripted(answers: (() => Response | Promise<Response>)[], options: Partial<ControlClientOptions> = {}) {
  const sent: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push(new Request(input, init));
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    return answer === undefined ? Response.error() : answer();
  };
  const retry = { minDelayMs: 0, maxDelayMs: 0 };
  return { sent, client: createControlClient({ baseUrl: 'http://localhost', fetch, retry, ...options }) };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
const me = { username: 'a', name: '', email: '', roles: [], projects: [], serverVersion: '1' };

describe('the client', () => {
  it('asks every operation over a real socket', async () => {
    const { baseUrl } = served;
    const session = createControlClient({ baseUrl, session: 'admin' });
    const machine = createControlClient({ baseUrl, token: async () => 'machine:machine-f02' });
    const api = createControlClient({ baseUrl, token: 'api' });

    expect(await session.getMe()).toMatchObject({ username: 'admin', roles: ['admin'] });
    const { clusters } = await session.listClusters();
    expect(clusters.map(({ name }) => name)).toEqual(['alex', 'fritz']);
    const fritz = clusters.find(({ name }) => name === 'fritz') ?? { name: '' };
    await api.putCluster(fritz);
    const { jobs, next, total } = await session.searchJobs({ cluster: 'fritz', limit: 2, count: true });
    expect([jobs.length, total?.isLowerBound]).toEqual([2, false]);
    const second = await session.searchJobs({
      cluster: 'fritz',
      limit: 2,
      count: true,
      ...(next === undefined ? {} : { cursor: next }),
    });
    expect(second.jobs[0]?.startTime).toBeLessThanOrEqual(jobs[1]?.startTime ?? 0);
    const [{ id } = { id: 0 }] = jobs;
    expect((await session.getJob(id)).job).toMatchObject({ id, cluster: 'fritz' });
    const { metrics } = await session.getJobMetrics(id, {
      metric: ['mem_bw', 'cpu_load'],
      scope: ['socket'],
      points: 20,
    });
    expect(metrics.map(({ metric, scope }) => [metric, scope])).toEqual([
      ['cpu_load', 'node'],
      ['mem_bw', 'socket'],
    ]);
    expect((await session.listNodes('fritz', { metric: ['cpu_load'] })).nodes).toHaveLength(24);
    expect((await session.getNode('fritz', 'f02')).machine?.id).toBe('machine-f02');
    expect((await session.listNodeStates('fritz', 'f02', { limit: 3 })).states).toHaveLength(3);
    expect(
      (await session.getNodeMetrics('fritz', 'f02', { metric: ['cpu_user'], scope: ['hwthread'] })).metrics[0]?.series,
    ).toHaveLength(16);
    const report = { agentVersion: '9', startedAt: 1, at: 2, workers: [], spool: { entries: 0, bytes: 0 } };
    await machine.putReport(report);
    expect((await session.getMachine('machine-f02')).report).toEqual(report);
    expect((await session.listMachines()).machines.length).toBeGreaterThan(20);
    const made = await session.createRegistration({ group: 'g', expiresInMs: 1000, uses: 1, clusters: [] });
    expect((await session.listRegistrations()).registrations[0]).toMatchObject({ id: made.id, state: 'open' });
    await session.revokeRegistration(made.id);
    const credential = { machineId: 'machine-f02', sessionToken: 'session-token-of-machine-f02' };
    expect(await session.exchangeToken(credential)).toMatchObject({
      host: 'f02',
      scope: [{ cluster: 'fritz', hosts: ['f02'] }],
    });
    expect(await session.takeIdentity({ ...credential, claim: 'c'.repeat(24) })).toMatchObject({
      addresses: [`127.0.0.1:${served.port}`],
    });
    const { link } = await memory.links.create('alice');
    await session.redeemLink(link);
    await expect(session.redeemLink(link)).rejects.toMatchObject({ code: 'link_spent', status: 401 });
    const [subCluster] = 'subClusters' in fritz ? fritz.subClusters : [];
    const { name: _, nodes: __, ...hardware } = subCluster ?? { name: '', nodes: '' };
    const metricConfig = 'metricConfig' in fritz ? fritz.metricConfig : [];
    await machine.putHost('fritz', 'f02', { subCluster: hardware, metricConfig });
  });

  it('sends names as they are, wherever they stand', async () => {
    const { client, sent } = scripted([json({ metrics: [] })]);
    await client.getNodeMetrics('a/b?c#d', '../%2e', { metric: ['mem&bw=1'] });
    expect(sent[0]?.url).toBe(
      'http://localhost/moorline/v1/clusters/a%2Fb%3Fc%23d/nodes/..%2F%252e/metrics?metric=mem%26bw%3D1',
    );
  });

  it.each(['', '.', '..', '\ud800'])('does not ask for a node called %j', async (host) => {
    const { client, sent } = scripted([json({})]);
    await expect(client.getNode('c', host)).rejects.toMatchObject({ code: 'invalid_option', hint: expect.any(String) });
    expect(sent).toEqual([]);
  });

  it.each([
    ['a token', { token: 't' }, { authorization: 'Bearer t' }],
    ['what fetches a token', { token: async () => 'u' }, { authorization: 'Bearer u' }],
    ['a session', { session: 's' }, { cookie: 'session=s' }],
    ['both: the token goes first', { token: 't', session: 's' }, { authorization: 'Bearer t' }],
    ['nothing', {}, {}],
  ])('shows itself with %s', async (_, options, headers) => {
    const { client, sent } = scripted([json(me)], options);
    await client.getMe();
    const { authorization, cookie }: { authorization?: string; cookie?: string } = headers;
    expect([sent[0]?.headers.get('authorization'), sent[0]?.headers.get('cookie')]).toEqual([
      authorization ?? null,
      cookie ?? null,
    ]);
  });

  it.each([
    ['ftp://cp.example', 'invalid_option'],
    ['cp.example', 'invalid_option'],
    ['https://user:secret@cp.example', 'invalid_option'],
    ['https://cp.example/?a=b', 'invalid_option'],
    ['http://cp.example:8080', 'insecure_url'],
  ])('is not made for %s', (baseUrl, code) => {
    const error = caught(() => createControlClient({ baseUrl }));
    expect(error).toMatchObject({ name: 'ControlApiError', code, hint: expect.any(String) });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  it('works under a prefix, and over plain HTTP where it is told to', async () => {
    const { client, sent } = scripted([json(me)], { baseUrl: 'http://cp.example/prefix/', allowInsecureHttp: true });
    await client.getMe();
    expect(sent[0]?.url).toBe('http://cp.example/prefix/moorline/v1/me');
  });
});

describe('a failure', () => {
  it('has the code, status and hint of the answer', async () => {
    const { client } = scripted([json({ code: 'forbidden', message: 'no', hint: 'ask' }, 403)]);
    await expect(client.listMachines()).rejects.toMatchObject({
      ...{ code: 'forbidden', status: 403, hint: 'ask', isRetryable: false },
      message: 'GET http://localhost/moorline/v1/machines was answered with 403: no',
      details: { status: 403, reason: 'forbidden' },
    });
  });

  it.each([
    ['a code of a newer server', json({ code: 'teapot', message: 'short and stout' }, 418), { reason: 'teapot' }],
    ['a page of a proxy', () => new Response('<h1>Bad Gateway', { status: 502 }), { status: 502 }],
    ['other JSON', json(['x'], 404), { status: 404 }],
  ])('that is %s is unexpected_status', async (_, answer, details) => {
    const { client } = scripted([answer], { retry: false });
    await expect(client.getMe()).rejects.toMatchObject({
      code: 'unexpected_status',
      hint: expect.any(String),
      details,
    });
  });

  it.each([
    ['no JSON', () => new Response('ok')],
    ['nothing', () => new Response(null)],
    ['other JSON', json({ ...me, roles: 'admin' })],
    ['a member that is missing', json({ ...me, serverVersion: undefined })],
  ])('is invalid_response for a success that has %s', async (_, answer) => {
    const { client, sent } = scripted([answer]);
    await expect(client.getMe()).rejects.toMatchObject({ code: 'invalid_response', status: 200, isRetryable: false });
    expect(sent).toHaveLength(1);
  });

  it('is none where a newer server says more than is known', async () => {
    const { client } = scripted([json({ ...me, colour: 'red' })]);
    expect(await client.getMe()).toMatchObject({ colour: 'red' });
  });

  it('is network_error where nobody listens, and certainly nothing arrived', async () => {
    const gone = await listen(memory.handle);
    await gone.kill();
    const client = createControlClient({ baseUrl: gone.baseUrl, retry: false });
    await expect(client.getMe()).rejects.toMatchObject({
      ...{ code: 'network_error', status: undefined, isRetryable: true },
      details: { systemCode: 'ECONNREFUSED', mayHaveLanded: false },
    });
  });

  it('is network_error where the answer breaks off, which may have landed', async () => {
    const broken = new ReadableStream({ pull: () => Promise.reject(new Error('reset')) });
    const { client } = scripted([() => new Response(broken)], { retry: false });
    await expect(client.getMe()).rejects.toMatchObject({ code: 'network_error', details: { mayHaveLanded: true } });
  });

  it('shows no secret', async () => {
    const secret = 's3cr3t-s3cr3t-s3cr3t-s3cr3t';
    const { client } = scripted([() => Promise.reject(new TypeError('fetch failed'))], { token: secret, retry: false });
    const errors = [
      await client.getMe().catch((error: unknown) => error),
      await client.redeemLink(secret).catch((error: unknown) => error),
      await client
        .takeIdentity({ machineId: 'm', sessionToken: secret, claim: secret })
        .catch((error: unknown) => error),
    ];
    for (const error of errors) {
      expect(isControlApiError(error)).toBe(true);
      expect(JSON.stringify(error) + String(error)).not.toContain(secret);
    }
  });
});

describe('a call', () => {
  it('is tried again where that is safe, as long as the server asks it to wait', async () => {
    const clock = createFakeClock();
    const busy = json({ code: 'unavailable', message: 'later' }, 503, { 'retry-after': '7' });
    const { client, sent } = scripted([busy, json(me)], { clock });
    const answer = client.getMe();
    await clock.advance(6999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(await answer).toEqual(me);
  });

  it.each([
    [
      'createRegistration',
      (client: ReturnType<typeof createControlClient>) =>
        client.createRegistration({ group: 'g', expiresInMs: 1, uses: 1, clusters: [] }),
    ],
    ['redeemLink', (client: ReturnType<typeof createControlClient>) => client.redeemLink('x')],
    ['revokeRegistration', (client: ReturnType<typeof createControlClient>) => client.revokeRegistration('x')],
  ])('of %s is sent once, whatever comes of it', async (_, call) => {
    const { client, sent } = scripted([() => Promise.reject(new TypeError('fetch failed'))]);
    await expect(call(client)).rejects.toMatchObject({ code: 'network_error' });
    expect(sent).toHaveLength(1);
  });

  it('ends at its deadline, and at once when it is aborted, by either signal', async () => {
    const clock = createFakeClock();
    const never = () => new Promise<Response>(() => undefined);
    const whole = new AbortController();
    const { client } = scripted([never], { clock, signal: whole.signal });
    const late = client.getMe({ timeoutMs: 50 }).catch((error: unknown) => error);
    await clock.advance(50);
    expect(isTimeoutError(await late)).toBe(true);
    const one = new AbortController();
    const own = client.getMe({ signal: one.signal }).catch((error: unknown) => error);
    one.abort('enough');
    expect(await own).toBe('enough');
    const shared = client.getMe().catch((error: unknown) => error);
    whole.abort('all of it');
    expect(await shared).toBe('all of it');
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not sent with what JSON cannot hold', async () => {
    const { client, sent } = scripted([json({})]);
    const metricConfig: object[] = [];
    metricConfig.push(metricConfig);
    await expect(client.putHost('c', 'h', { subCluster: {}, metricConfig })).rejects.toMatchObject({
      code: 'invalid_option',
    });
    expect(sent).toEqual([]);
  });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
