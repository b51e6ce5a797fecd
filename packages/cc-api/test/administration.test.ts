import { createCcClient } from '@moorline/cc-api';
import { createFakeClock } from '@moorline/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { answer, failure, scripted, type ScriptedServer, type Step } from './support/scripted-server.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function against(...steps: Step[]) {
  server = await scripted(...steps);
  return { server, baseUrl: server.baseUrl };
}

const quick = { minDelayMs: 1, maxDelayMs: 1 } as const;

describe('the session', () => {
  it('goes as a cookie to the routes that it opens, and the token does not', async () => {
    const { server: peer, baseUrl } = await against(answer(200, ['api']), answer(200, { usedNodes: {} }));
    const cc = createCcClient({ baseUrl, token: 'secret', session: 'cookie' });
    await cc.listRoles();
    await cc.usedNodes(1);
    expect(peer.received.map(({ headers }) => [headers.cookie, headers.authorization])).toEqual([
      ['session=cookie', undefined],
      [undefined, 'Bearer secret'],
    ]);
  });

  it('may be missing: a browser has its own', async () => {
    const { server: peer, baseUrl } = await against(answer(200, ['api']));
    await createCcClient({ baseUrl }).listRoles();
    expect(peer.received[0]?.headers.cookie).toBeUndefined();
  });

  it('does not stand for a token: nothing is sent', async () => {
    const { server: peer, baseUrl } = await against();
    const cc = createCcClient({ baseUrl, session: 'cookie' });
    await expect(cc.listJobs()).rejects.toMatchObject({ code: 'invalid_option' });
    await expect(cc.GET('/api/jobs/')).rejects.toMatchObject({ code: 'invalid_option' });
    expect(peer.received).toEqual([]);
  });
});

describe('what is repeated', () => {
  const trouble = failure(503, 'later');

  it('a change that does no harm twice', async () => {
    const { server: peer, baseUrl } = await against(trouble, answer(200, { msg: 'Successfully deleted job 7' }));
    const cc = createCcClient({ baseUrl, token: 't', retry: quick });
    await expect(cc.deleteJob(7)).resolves.toBe('Successfully deleted job 7');
    expect(peer.received).toHaveLength(2);
  });

  it('not the making of a user', async () => {
    const { server: peer, baseUrl } = await against(trouble, answer(200));
    const cc = createCcClient({ baseUrl, session: 's', retry: quick });
    await expect(cc.createUser({ username: 'a', role: 'api' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(peer.received).toHaveLength(1);
  });

  it('of the requests by path GET only', async () => {
    const { server: peer, baseUrl } = await against(trouble, answer(200, { clusters: [] }), trouble);
    const cc = createCcClient({ baseUrl, token: 't', retry: quick });
    await expect(cc.GET('/api/clusters/')).resolves.toMatchObject({ status: 200, body: { clusters: [] } });
    const body = { jobId: 1, stopTime: 1 };
    await expect(cc.POST('/api/jobs/stop_job/', { body })).rejects.toMatchObject({ code: 'unavailable' });
    expect(peer.received).toHaveLength(3);
  });
});

describe('a request by path', () => {
  it('fills in the path, repeats lists in the query, and sends JSON, a form or text as the operation takes it', async () => {
    const nothing = answer(200);
    const { server: peer, baseUrl } = await against(nothing, nothing, nothing, nothing);
    const cc = createCcClient({ baseUrl, token: 't', session: 's' });
    await cc.GET('/api/jobs/metrics/{id}', { path: { id: 7 }, query: { metric: ['a b', 'c'], scope: ['core'] } });
    await cc.POST('/config/user/{id}', { path: { id: 'a/b' }, body: { 'add-role': 'user' } });
    await cc.POST('/api/write', { query: { cluster: 'demo' }, body: 'load_one value=1' });
    await cc.DELETE('/api/tags/', { body: [{ type: 't', name: 'n' }] });
    expect(
      peer.received.map(({ method, url, headers, body }) => [`${method} ${url}`, headers['content-type'], body]),
    ).toEqual([
      ['GET /api/jobs/metrics/7?metric=a+b&metric=c&scope=core', undefined, ''],
      ['POST /config/user/a%2Fb', 'application/x-www-form-urlencoded', 'add-role=user'],
      ['POST /api/write?cluster=demo', 'text/plain; charset=utf-8', 'load_one value=1'],
      ['DELETE /api/tags/', 'application/json', '[{"type":"t","name":"n"}]'],
    ]);
  });

  it('gives back what the operation may answer, and rejects with what it may not', async () => {
    const { baseUrl } = await against(
      failure(422, 'no'),
      answer(401, '{"error":"unauthorized"}\n{"error":"unauthorized"}\n'),
      answer(200, 'Deleted Tags'),
      failure(418, 'teapot'),
    );
    const cc = createCcClient({ baseUrl, token: 't', retry: false });
    const body = { jobId: 1, stopTime: 1 };
    await expect(cc.POST('/api/jobs/stop_job/', { body })).resolves.toMatchObject({
      status: 422,
      body: { error: 'no' },
    });
    await expect(cc.POST('/api/jobs/stop_job/', { body })).resolves.toMatchObject({
      status: 401,
      body: { error: 'unauthorized' },
    });
    await expect(cc.DELETE('/api/tags/', { body: [] })).resolves.toMatchObject({ status: 200, body: 'Deleted Tags' });
    await expect(cc.POST('/api/jobs/stop_job/', { body })).rejects.toMatchObject({
      code: 'unexpected_status',
      status: 418,
      operation: 'POST /api/jobs/stop_job/',
    });
  });

  it('ends with its signal, and at its deadline', async () => {
    const controller = new AbortController();
    const clock = createFakeClock();
    const abort: Step = () => controller.abort(new Error('enough'));
    const pass: Step = () => {
      void clock.advance(50);
    };
    const { baseUrl } = await against(abort, pass);
    const cc = createCcClient({ baseUrl, token: 't', clock, retry: false });
    await expect(cc.GET('/api/clusters/', { signal: controller.signal })).rejects.toThrow('enough');
    await expect(cc.GET('/api/clusters/', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('what is not there', () => {
  it.each([
    ['a user', 422, 'adding role failed: sql: no rows in result set', 'not_found'],
    ['a job', 404, 'finding job failed: sql: no rows in result set', 'job_not_found'],
  ])('%s has a code of its own', async (what, status, text, code) => {
    const { baseUrl } = await against(failure(status, text));
    const cc = createCcClient({ baseUrl, token: 't' });
    const call = what === 'a user' ? cc.updateUser('x', { 'add-role': 'user' }) : cc.tagJob(1, []);
    await expect(call).rejects.toMatchObject({ code, serverText: text });
  });

  it('a stored document has a code of its own', async () => {
    const { baseUrl } = await against(answer(404, '404 page not found\n'));
    await expect(createCcClient({ baseUrl, token: 't' }).getMachineState('demo', 'n01')).rejects.toMatchObject({
      code: 'not_found',
      serverText: '404 page not found',
    });
  });
});
