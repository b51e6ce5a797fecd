import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import type { ControlBackend, Peer } from '../src/server.js';
import { createMemoryServer, type MemoryServerOptions } from '../src/testing.js';

const clock = createFakeClock(1_767_225_600_000);
const base = 'http://cp.example:8080/moorline/v1';

interface Asked {
  method?: string;
  user?: string;
  token?: string;
  headers?: Record<string, string>;
  body?: unknown;
  peer?: Peer;
}

/** Asks a server in memory, as somebody. */
function ask(options: MemoryServerOptions = {}) {
  const server = createMemoryServer({ clock, ...options });
  const send = (path: string, { method = 'GET', user, token, headers = {}, body, peer }: Asked = {}) => {
    const all = {
      ...(user === undefined ? {} : { cookie: `session=${user}` }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    };
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return server.handle(new Request(`${base}${path}`, { method, headers: all, ...content }), peer);
  };
  return { server, send };
}

const failure = (code: string, message: unknown = expect.any(String)) => ({ code, message, hint: expect.any(String) });

describe('any request', () => {
  const { send } = ask();

  it('is answered as HEAD as it would be as GET, without the body', async () => {
    const [get, head] = [await send('/me', { user: 'admin' }), await send('/me', { method: 'HEAD', user: 'admin' })];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect((await send('/nowhere', { method: 'HEAD' })).status).toBe(404);
    expect((await send('/live', { method: 'HEAD', user: 'admin' })).headers.get('content-type')).toMatch(
      'event-stream',
    );
  });

  it('is kept by nobody, and its type is guessed by nobody', async () => {
    for (const answer of [
      await send('/me', { user: 'admin' }),
      await send('/me'),
      await send('/live', { user: 'admin' }),
    ]) {
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      await answer.body?.cancel();
    }
  });

  it('is answered 405 with the methods that there are, and 404 where there is nothing', async () => {
    const answer = await send('/registrations/x', { method: 'PATCH' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'DELETE']);
    expect(await answer.json()).toEqual(
      failure('method_not_allowed', 'there is no PATCH /moorline/v1/registrations/x'),
    );
    const nowhere = await send('/nowhere', { user: 'admin' });
    expect([nowhere.status, await nowhere.json()]).toEqual([404, failure('not_found')]);
    expect((await send('/clusters/%zz')).status).toBe(400);
  });

  it('gets a neutral 500 where the storage fails, and the log gets the reason', async () => {
    const logger = createRecordingLogger();
    const wrap = (backend: ControlBackend): ControlBackend => ({
      ...backend,
      listMachines: () => Promise.reject(new Error('SQLITE_CORRUPT: page 7')),
    });
    const answer = await ask({ wrap, server: { logger } }).send('/machines', { user: 'admin' });
    expect([answer.status, await answer.json()]).toEqual([500, failure('internal', 'the server failed')]);
    expect(logger.records).toEqual([
      {
        level: 'error',
        message: 'a request failed',
        fields: expect.objectContaining({ path: '/moorline/v1/machines' }),
      },
    ]);
  });
});

describe('a change that comes with a session', () => {
  const registration = { group: 'g', expiresInMs: 1000, uses: 1, clusters: [] };
  const change = (headers: Record<string, string>, more: Asked = { user: 'admin' }) =>
    ask().send('/registrations', { method: 'POST', body: registration, headers, ...more });

  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, 201],
    [{ 'sec-fetch-site': 'none' }, 201],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://cp.example:8080' }, 403],
    [{ origin: 'http://cp.example:8080' }, 201],
    [{ origin: 'http://cp.example:8081' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{}, 201],
  ])('from a page with %j is answered %d', async (headers, status) => {
    const answer = await change(headers);
    expect(answer.status).toBe(status);
    if (status === 403)
      expect(await answer.json()).toEqual(failure('forbidden', 'the request comes from a page of another origin'));
  });

  it('may come from anywhere with a token, which no browser adds by itself', async () => {
    expect((await change({ 'sec-fetch-site': 'cross-site' }, { token: 'admin' })).status).toBe(201);
  });

  it('is no change when it only reads', async () => {
    const answer = await ask().send('/registrations', { user: 'admin', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.status).toBe(200);
  });
});

describe('a body', () => {
  const { send } = ask();
  const report = { agentVersion: '1', startedAt: 1, at: 2, workers: [], spool: { entries: 0, bytes: 0 } };
  const put = (body: unknown) => send('/report', { method: 'PUT', token: 'machine:machine-f02', body });

  it.each([
    ['no JSON', '{', 'the body is not JSON'],
    ['nothing', '', 'the body is not JSON'],
    ['a list', [], 'the body is not accepted: the body is no object'],
    ['a member that is missing', { ...report, at: undefined }, 'the body is not accepted: "at" is missing'],
    ['a member that is not known', { ...report, colour: 1 }, 'the body is not accepted: "colour" is not known'],
    ['a number that is text', { ...report, at: '2' }, 'the body is not accepted: "at" is no integer'],
    ['a moment before time', { ...report, at: -1 }, 'the body is not accepted: "at" is less than 0'],
    [
      'a worker without a name',
      { ...report, workers: [{ name: '', state: 'started' }] },
      'the body is not accepted: "workers.0.name" is empty',
    ],
    [
      'an error longer than anybody reads',
      { ...report, workers: [{ name: 'w', state: 's', error: 'x'.repeat(2001) }] },
      'the body is not accepted: "workers.0.error" is longer than 2000 characters',
    ],
    [
      'more workers than an agent has',
      { ...report, workers: Array.from({ length: 257 }, () => ({ name: 'w', state: 's' })) },
      'the body is not accepted: "workers" has more than 256 elements',
    ],
  ])('that is %s is refused in words', async (_, body, message) => {
    const answer = await put(body);
    expect([answer.status, await answer.json()]).toEqual([400, failure('bad_body', message)]);
  });

  it('with __proto__ in it changes nothing but itself', async () => {
    const answer = await put(`{"__proto__":{"polluted":1},${JSON.stringify(report).slice(1)}`);
    expect(answer.status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });

  it('longer than its operation takes is refused with the limit, and not read to its end', async () => {
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const init = {
      method: 'PUT',
      headers: { authorization: 'Bearer machine:machine-f02' },
      body: endless,
      duplex: 'half',
    };
    const answer = await ask().server.handle(new Request(`${base}/report`, init as RequestInit));
    expect([answer.status, await answer.json()]).toEqual([
      413,
      { code: 'body_too_large', message: 'the body is too large', hint: 'send 256KiB at most' },
    ]);
    expect(sent).toBeLessThan(1024 * 1024);
  });

  it('is not read from strangers', async () => {
    const stream = new ReadableStream({ pull: () => Promise.reject(new Error('it was read')) }, { highWaterMark: 0 });
    const init = { method: 'PUT', body: stream, duplex: 'half' } as RequestInit;
    expect((await ask().server.handle(new Request(`${base}/report`, init))).status).toBe(401);
  });
});

describe("a machine's own calls", () => {
  const machine = { machineID: 'machine-f02' };
  const session = 'session-token-of-machine-f02';

  it('turn a session token into an hour of the machine token, within the scope of the registration', async () => {
    const issued: unknown[] = [];
    const issuer = {
      issue: async (claims: unknown) => {
        issued.push(claims);
        return 'signed';
      },
    };
    const { send } = ask({ server: { issuer } });
    const answer = await send('/token', { method: 'POST', token: session, body: machine });
    const scope = [{ cluster: 'fritz', hosts: ['f02'] }];
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        token: 'signed',
        expiresAt: 1_767_229_200,
        machineNumber: expect.any(Number),
        cluster: 'fritz',
        host: 'f02',
        scope,
      },
    ]);
    expect(issued).toEqual([{ subject: 'machine-f02', roles: ['api'], scope, lifetimeSeconds: 3600 }]);
  });

  it.each([
    ['no session token', undefined, machine, 401, 'unauthorized'],
    ['a wrong session token', 'other', machine, 401, 'unauthorized'],
    ['the session token of another machine', 'session-token-of-machine-f03', machine, 401, 'unauthorized'],
    ['no machine id', session, {}, 400, 'bad_body'],
    ['an unknown member', session, { ...machine, role: 'admin' }, 400, 'bad_body'],
    ['no object', session, 'null', 400, 'bad_body'],
    ['no JSON', session, '{', 400, 'bad_body'],
    ['a body beyond the limit', session, 'x'.repeat(5000), 413, 'body_too_large'],
  ])('are refused with %s, and repeat no secret', async (_, token, body, status, code) => {
    const { send } = ask();
    for (const path of ['/token', '/identity']) {
      const isIdentity = path === '/identity' && body === machine;
      const answer = await send(path, {
        method: 'POST',
        ...(token === undefined ? {} : { token }),
        body: isIdentity ? { ...machine, claim: 'c'.repeat(24) } : body,
      });
      const text = await answer.text();
      expect([answer.status, JSON.parse(text)]).toEqual([status, failure(code)]);
      expect(text).not.toContain(session);
    }
  });

  it('get the identity once, and again for the same claim', async () => {
    const { send } = ask({ server: { caCert: 'PEM' } });
    const take = (claim: string) => send('/identity', { method: 'POST', token: session, body: { ...machine, claim } });
    const first = await take('a'.repeat(24));
    const identity = await first.json();
    expect(identity).toMatchObject({
      tag: expect.stringMatching(/^machine-\d+$/),
      addresses: ['cp.example:8080'],
      caCert: 'PEM',
    });
    expect(await (await take('a'.repeat(24))).json()).toEqual(identity);
    const other = await take('b'.repeat(24));
    expect([other.status, await other.json()]).toEqual([409, failure('identity_taken')]);
    expect((await take('short')).status).toBe(400);
  });

  it.each([
    ['http://cp.example/', 'cp.example:80'],
    ['https://cp.example/', 'cp.example:443'],
    ['https://[::1]:8443/', '[::1]:8443'],
  ])('are told to come back to where they came, %s', async (origin, address) => {
    const { server } = ask();
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${session}` },
      body: JSON.stringify({ ...machine, claim: 'c'.repeat(24) }),
    };
    const answer = await server.handle(new Request(`${origin}moorline/v1/identity`, init));
    expect(await answer.json()).toMatchObject({ addresses: [address] });
  });

  it('keep a report that comes with a token of a machine that is enrolled, and no other', async () => {
    const { server, send } = ask();
    const report = { agentVersion: '9', startedAt: 1, at: 2, workers: [], spool: { entries: 3, bytes: 4 } };
    expect((await send('/report', { method: 'PUT', token: 'machine:machine-f02', body: report })).status).toBe(204);
    expect(server.backend.machines.get('machine-f02')).toMatchObject({ report, machine: { agentVersion: '9' } });
    const answer = await send('/report', { method: 'PUT', token: 'api', body: report });
    expect([answer.status, await answer.json()]).toEqual([403, failure('out_of_scope')]);
  });
});

describe('a description', () => {
  const { server, send } = ask();
  const [cluster] = server.backend.clusters.filter(({ name }) => name === 'fritz');
  const { name: _, nodes: __, ...hardware } = cluster?.subClusters[0] ?? { name: '', nodes: '' };
  const host = { subCluster: hardware, metricConfig: cluster?.metricConfig };
  const put = (path: string, token: string, body: unknown) => send(path, { method: 'PUT', token, body });

  it.each([
    ['/clusters/fritz', 'machine:machine-f02', cluster, 403, 'out_of_scope'],
    ['/clusters/alex', 'machine:machine-head', cluster, 403, 'out_of_scope'],
    ['/clusters/fritz/hosts/f03', 'machine:machine-f02', host, 403, 'out_of_scope'],
    ['/clusters/fritz/hosts/f02', 'admin', host, 401, 'unauthorized'],
    ['/clusters/other', 'api', cluster, 422, 'bad_cluster'],
    ['/clusters/fritz', 'api', [], 422, 'bad_cluster'],
    ['/clusters/fritz', 'api', '{', 400, 'bad_body'],
    ['/clusters/fritz/hosts/f02', 'api', { subCluster: hardware }, 422, 'bad_cluster'],
    ['/clusters/fritz/hosts/f02', 'api', { ...host, colour: 'red' }, 422, 'bad_cluster'],
    ['/clusters/fritz/hosts/f[1-2]', 'api', host, 422, 'bad_cluster'],
    ['/clusters/fritz', 'api', 'x'.repeat(5 * 1024 * 1024), 413, 'body_too_large'],
  ])('of %s by %s is refused with what is wrong', async (path, token, body, status, code) => {
    const answer = await put(path, token, body);
    expect([answer.status, await answer.json()]).toEqual([status, failure(code)]);
  });

  it('of a session is refused: sessions are people', async () => {
    const answer = await send('/clusters/fritz', { method: 'PUT', user: 'api', body: cluster });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      failure('unauthorized', 'the request carries no token'),
    ]);
  });

  it('is stored where it makes sense and comes from whom it may come from', async () => {
    expect((await put('/clusters/fritz/hosts/f99', 'api', host)).status).toBe(204);
    expect(server.backend.clusters.find(({ name }) => name === 'fritz')?.subClusters.map(({ name }) => name)).toEqual([
      'main',
      'f99',
    ]);
    expect((await put('/clusters/fritz', 'machine:machine-head', cluster)).status).toBe(204);
    expect(server.backend.clusters.find(({ name }) => name === 'fritz')).toEqual(cluster);
  });

  it('that the storage does not take is the description’s fault only where the storage says so', async () => {
    const wrap = (error: Error) => (backend: ControlBackend) => ({
      ...backend,
      putCluster: () => Promise.reject(error),
    });
    for (const [error, status] of [
      [new RangeError('two nodes are the same'), 422],
      [new Error('disk full'), 500],
    ] as const) {
      const answer = await ask({ wrap: wrap(error) }).send('/clusters/fritz', {
        method: 'PUT',
        token: 'api',
        body: cluster,
      });
      expect(answer.status).toBe(status);
    }
  });
});

describe('a one-time link', () => {
  const redeem = (link: string, more: Asked = {}, { server, send } = ask()) => ({
    server,
    answer: send('/links/redeem', { method: 'POST', body: { link }, ...more }),
  });

  it('opens a session once, on this machine', async () => {
    const asked = ask();
    const { link } = await asked.server.links.create('admin');
    const answer = await redeem(link, {}, asked).answer;
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('session=admin')]);
    const again = await redeem(link, {}, asked).answer;
    expect([again.status, await again.json()]).toEqual([401, failure('link_spent')]);
  });

  it.each([
    ['another machine', { peer: { remoteAddress: '10.0.0.7' } }],
    ['another machine, by IPv6', { peer: { remoteAddress: '::ffff:10.0.0.7' } }],
    ['an address that only begins like this machine', { peer: { remoteAddress: '127.0.0.1.evil' } }],
    ['somebody behind a proxy on this machine', { headers: { 'x-forwarded-for': '10.0.0.7' } }],
    ['a page of another origin', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ])('is refused to %s, and still good', async (_, more: Asked) => {
    const asked = ask();
    const { link } = await asked.server.links.create('admin');
    const answer = await redeem(link, more, asked).answer;
    expect([answer.status, await answer.json()]).toEqual([403, failure('forbidden')]);
    for (const remoteAddress of ['::1']) {
      expect((await redeem(link, { peer: { remoteAddress } }, asked).answer).status).toBe(204);
    }
  });

  it('of a user that is gone opens nothing', async () => {
    const asked = ask();
    const { link } = await asked.server.links.create('gone');
    expect((await redeem(link, {}, asked).answer).status).toBe(401);
  });

  it('is nothing where nobody signs in by link', async () => {
    expect((await redeem('x', {}, ask({ server: { signIn: undefined } })).answer).status).toBe(404);
  });
});

describe('what is asked for', () => {
  const { server, send } = ask();

  it.each([
    ['/jobs?limit=0', 'bad_query'],
    ['/jobs?tag=nocolon', 'bad_query'],
    ['/jobs?tag=:name', 'bad_query'],
    ['/jobs?startFrom=2&startTo=1', 'bad_query'],
    ['/jobs?minDuration=2&maxDuration=1', 'bad_query'],
    ['/jobs?cursor=nonsense', 'unknown_cursor'],
    ['/jobs/1/metrics?from=2&to=1', 'bad_query'],
    ['/jobs/1/metrics?points=9', 'bad_query'],
    ['/jobs/1/metrics?scope=galaxy', 'bad_query'],
    ['/clusters/fritz/nodes/f01/metrics?from=99999999999999', 'bad_query'],
    ['/clusters/fritz/nodes/f01/states?from=2&to=1', 'bad_query'],
    ['/clusters/fritz/nodes/f01/states?cursor=nonsense', 'unknown_cursor'],
    ['/clusters/fritz/nodes?colour=red', 'bad_query'],
    ['/live?topic=weather', 'bad_query'],
  ])('by %s is refused with %s', async (path, code) => {
    const answer = await send(path, { user: 'admin' });
    expect([answer.status, await answer.json()]).toEqual([400, failure(code)]);
  });

  it.each([
    '/jobs/999999',
    '/jobs/0',
    '/jobs/one',
    '/jobs/9007199254740993/metrics',
    '/clusters/none/nodes',
    '/clusters/fritz/nodes/none',
    '/clusters/fritz/nodes/none/states',
    '/clusters/none/nodes/f01/metrics',
    '/machines/none',
  ])('at %s is not there', async (path) => {
    const answer = await send(path, { user: 'admin' });
    expect([answer.status, await answer.json()]).toEqual([404, failure('not_found')]);
  });

  it('is filled in where it says little', async () => {
    const asked: unknown[] = [];
    const wrap = (backend: ControlBackend): ControlBackend => ({
      ...backend,
      searchJobs: (...given) => {
        asked.push(given);
        return backend.searchJobs(...given);
      },
      getNodeMetrics: (...given) => {
        asked.push(given);
        return backend.getNodeMetrics(...given);
      },
    });
    const watched = ask({ wrap });
    await watched.send('/jobs?tag=class:a:b&state=running,running', { user: 'manager' });
    await watched.send('/clusters/fritz/nodes/f01/metrics?metric=a,a', { user: 'admin' });
    const now = clock.now() / 1000;
    expect(asked).toEqual([
      [
        {
          states: ['running'],
          tags: [{ type: 'class', name: 'a:b' }],
          sort: 'startTime',
          order: 'desc',
          limit: 50,
          count: false,
        },
        { jobs: 'own', user: 'manager', projects: ['climate'] },
      ],
      ['fritz', 'f01', { metrics: ['a'], scopes: ['node'], from: now - 3600, to: now, points: 2000 }],
    ]);
  });

  it('by a token that is bound to a cluster is that cluster', async () => {
    const token = 'machine:machine-f02';
    expect(await (await send('/clusters', { token })).json()).toMatchObject({ clusters: [{ name: 'fritz' }] });
    const { jobs } = (await (await send('/jobs?limit=500', { token })).json()) as { jobs: { cluster: string }[] };
    expect(new Set(jobs.map(({ cluster }) => cluster))).toEqual(new Set(['fritz']));
    const other = await send('/clusters/alex/nodes', { token });
    expect([other.status, await other.json()]).toEqual([403, failure('forbidden')]);
  });

  it('of a node shows its machine to those who may see machines', async () => {
    expect(await (await send('/clusters/fritz/nodes/f02', { user: 'support' })).json()).toHaveProperty('machine');
    expect(await (await send('/clusters/fritz/nodes/f02', { token: 'api' })).json()).not.toHaveProperty('machine');
  });

  it('of oneself is the name and what goes with it', async () => {
    expect(await (await send('/me', { user: 'manager' })).json()).toEqual({
      ...{
        username: 'manager',
        name: 'Mia Manager',
        email: 'mia@example.org',
        roles: ['manager'],
        projects: ['climate'],
      },
      serverVersion: '0.0.0-memory',
    });
    expect(await (await send('/me', { token: 'machine:machine-f02' })).json()).toMatchObject({
      ...{ username: 'machine-f02', name: '', roles: ['api'], projects: [] },
    });
  });

  it('of registrations shows a token once, and ends it once', async () => {
    const body = { group: 'g', expiresInMs: 1000, uses: 2, clusters: ['*'] };
    const created = await send('/registrations', { method: 'POST', user: 'admin', body });
    expect(created.status).toBe(201);
    const { id, token } = (await created.json()) as { id: string; token: string };
    const list = await (await send('/registrations', { user: 'admin' })).text();
    expect(list).toContain(id);
    expect(list).not.toContain(token);
    const revoke = () => send(`/registrations/${id}`, { method: 'DELETE', user: 'admin' });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 404]);
    for (const wrong of [
      { ...body, group: '-x' },
      { ...body, uses: 0 },
      { ...body, clusters: ['a b'] },
      { ...body, expiresInMs: 1e13 },
    ]) {
      expect((await send('/registrations', { method: 'POST', user: 'admin', body: wrong })).status).toBe(400);
    }
    server.close();
  });
});

it('has no live channel where it was given none', async () => {
  expect((await ask({ server: { live: undefined } }).send('/live', { user: 'admin' })).status).toBe(404);
});
