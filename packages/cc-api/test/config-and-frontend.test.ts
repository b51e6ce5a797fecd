import { createCcClient, isCcApiError } from '@moorline/cc-api';
import { createTokenVerifier, type LogRequest, type TaggerRunner } from '@moorline/cc-api/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzInputs } from '../../../tools/testenv/scale.js';
import { errorBody } from './support/ask.js';
import { serveSessions, type ServedSessions } from './support/serve-sessions.js';

/** A tagger that is done when the test says so. */
function heldTagger(name: string) {
  const runs: { done: () => void; fail: (error: Error) => void }[] = [];
  const tagger: TaggerRunner = {
    name,
    type: 'start',
    run: () => new Promise<void>((done, fail) => void runs.push({ done, fail })),
  };
  return { tagger, runs };
}

describe('what a session opens (docs/protocol.md §5.2)', () => {
  let served: ServedSessions;
  let admin: string;
  let alice: string;
  const logRequests: LogRequest[] = [];
  const app = heldTagger('App<Tagger>');
  beforeAll(async () => {
    served = await serveSessions({
      taggers: [app.tagger],
      async readLogs(request) {
        logRequests.push(request);
        if (request.since === 'sometime') return undefined;
        return [{ timestamp: '1', priority: 6, message: '<started>', unit: 'u' }];
      },
    });
    [admin, alice] = [await served.logIn('admin'), await served.logIn('alice')];
  });
  afterAll(() => served.close());

  async function send(path: string, cookie: string | undefined, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    if (cookie !== undefined) headers.set('cookie', `session=${cookie}`);
    const response = await fetch(served.baseUrl + path, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const post = (path: string, form: Record<string, string>, cookie: string | undefined = admin) =>
    send(path, cookie, { method: 'POST', body: new URLSearchParams(form) });

  it('#126 does not make a user for a token', async () => {
    const headers = { 'x-auth-token': served.tokens.token('B') };
    const { status, text } = await send('/config/users/', undefined, { method: 'POST', headers });
    expect([status, text]).toEqual([401, '{"error":"unauthorized","status":"Unauthorized"}\n']);
  });

  it.each([
    ['#127', { username: 'carl', role: 'user' }, 400, 'only API users are allowed to have a blank password'],
    ['#128', { username: 'carl', role: 'manager', password: 'x' }, 400, 'managers require a project'],
    ['#128', { username: 'carl', role: 'user', password: 'x', project: 'p' }, 400, 'only managers require a project'],
    ['', { username: 'carl', role: 'user', password: 'ü'.repeat(37) }, 422, 'bcrypt: password length exceeds 72 bytes'],
  ])('%s refuses the new user %j: %i', async (_, form, status, error) => {
    const answer = await post('/config/users/', form);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
    expect(answer.text).toContain(error);
    expect(await served.backend.users.find('carl')).toBeUndefined();
  });

  it('#129 makes a user once, who can log in then, and keeps no password', async () => {
    const form = { username: 'bob2', role: 'user', password: 'x'.repeat(72), name: 'Bob', email: 'b@x' };
    const { status, text } = await post('/config/users/', form);
    expect([status, text]).toEqual([200, 'User bob2 successfully created!\n']);
    expect(await served.logIn('bob2', form.password)).toBeTypeOf('string');
    const again = await post('/config/users/', form);
    const taken = errorBody('Unprocessable Entity', 'adding user failed: UNIQUE constraint failed: hpc_user.username');
    expect([again.status, again.text]).toEqual([422, taken]);
    expect(JSON.stringify(await served.backend.users.find('bob2'))).not.toContain('xxxx');
  });

  it.each([
    ['in the query', '/config/users/?username=q1&role=api', {}],
    [
      'urlencoded, before the query',
      '/config/users/?username=q2',
      { body: new URLSearchParams('username=q1&role=api') },
    ],
    ['multipart, after the query', '/config/users/?username=q1', { body: multipart({ username: 'q2', role: 'api' }) }],
    ['with capitals in its type', '/config/users/', formOfType('Application/X-WWW-Form-Urlencoded; charset=utf-8')],
  ])('takes a form %s', async (_, path, init: RequestInit) => {
    expect((await send(path, admin, { method: 'PUT', ...init })).text).toBe('User q1 successfully created!\n');
    expect(await served.backend.users.delete('q1')).toBe(true);
  });

  it('does not look at a body that is no form', async () => {
    const init = { method: 'POST', body: 'username=q1&role=api', headers: { 'content-type': 'text/plain' } };
    expect((await send('/config/users/', admin, init)).status).toBe(400);
  });

  it('#130 has deleted a user who was never there', async () => {
    const { status, text } = await send('/config/users/?username=none', admin, { method: 'DELETE' });
    expect([status, text]).toEqual([200, '']);
  });

  it('#131 lists five roles, and users without plain ones', async () => {
    expect((await send('/config/roles/', admin)).text).toBe('["api","user","manager","support","admin"]\n');
    const { text } = await send('/config/users/?not-just-user=true', admin);
    const names = JSON.parse(text).map(({ username }: { username: string }) => username);
    expect(names).toEqual(['admin', 'slurm', 'alice', 'manny', 'sue']);
  });

  it('finds a user whose name is encoded in the path', async () => {
    const name = 'q@x y';
    await post('/config/users/', { username: name, role: 'user', password: 'x' });
    expect((await post(`/config/user/${encodeURIComponent(name)}`, { 'add-role': 'api' })).status).toBe(200);
    expect((await served.backend.users.find(name))?.roles).toEqual(['user', 'api']);
  });

  it.each([
    ['x'.repeat(10_001), 400, 'notice content exceeds maximum length of 10000 characters'],
    ['ü'.repeat(5001), 400, 'notice content exceeds maximum length of 10000 characters'],
    ['ü'.repeat(5000), 200, 'Update Notice Content Success'],
    ['', 200, 'Empty Notice Content Success'],
  ])('#132 sets a notice of at most 10,000 bytes', async (content, status, text) => {
    const answer = await post('/config/notice/', { 'new-content': content });
    expect([answer.status, answer.text]).toEqual([status, status === 200 ? text : errorBody('Bad Request', text)]);
    if (status === 200) expect(await served.backend.site.notice()).toBe(content);
  });

  it('#133 starts a tagger that is there and at rest, and tells how one ended', async () => {
    const run = (name: string) => post('/config/taggers/run/', { name });
    const running = async () => JSON.parse((await send('/config/taggers/', admin)).text)[0].running;
    expect((await run('')).text).toBe(errorBody('Bad Request', 'missing required parameter: name'));
    const unknown = await run('x');
    expect([unknown.status, unknown.text]).toEqual([409, errorBody('Conflict', 'unknown tagger: x')]);
    const name = app.tagger.name;
    expect((await run(name)).text).toBe(`Tagger ${name} started`);
    expect([await running(), (await run(name)).status]).toEqual([true, 409]);
    app.runs[0]?.done();
    await expect.poll(running).toBe(false);
    expect((await run(name)).status).toBe(200);
    app.runs[1]?.fail(new Error('no rules'));
    await expect.poll(running).toBe(false);
    expect(served.logger.records.some(({ message }) => message === 'tagger failed')).toBe(true);
    expect((await send('/config/taggers/', admin)).text).toBe(
      '[{"name":"App\\u003cTagger\\u003e","type":"start","running":false}]\n',
    );
  });

  it('#134 signs a token with the roles that a user has, for oneself or by an administrator', async () => {
    const own = await send('/frontend/jwt/?username=alice', alice);
    expect([own.status, own.headers.get('content-type'), own.headers.get('cache-control')]).toEqual([
      200,
      'text/plain',
      'no-store',
    ]);
    const { publicKey } = served.tokens.keys;
    const verify = createTokenVerifier({ publicKey, clock: served.clock });
    const principal = { subject: 'alice', roles: new Set(['user', 'api']) };
    expect(await verify(own.text)).toEqual({ ok: true, principal });
    served.clock.setWallTime(served.clock.now() + 3_600_000);
    expect(await verify(own.text)).toMatchObject({ ok: false, error: expect.stringContaining('expired') });
    served.clock.setWallTime(served.clock.now() - 3_600_000);
    const other = await send('/frontend/jwt/?username=bob', alice);
    expect([other.status, other.text]).toEqual([
      403,
      errorBody('Forbidden', 'only admins are allowed to sign JWTs not for themselves'),
    ]);
    expect((await send('/frontend/jwt/?username=bob', admin)).status).toBe(200);
    expect((await send('/frontend/jwt/?username=nobody', admin)).status).toBe(404);
  });

  it.each([
    [{ key: 'k', value: '{"a":[1]}' }, 200],
    [{ key: 'k', value: 'not json' }, 400],
    [{ key: 'k', value: '' }, 400],
    [{ key: '', value: '1' }, 400],
    [{ key: 'ü'.repeat(128), value: '1' }, 400],
    [{ key: 'k', value: `"${'x'.repeat(300_000)}"` }, 413],
  ])('keeps a setting that has a name and is JSON: %j', async (form, status) => {
    expect((await post('/frontend/configuration/', form, alice)).status).toBe(status);
    expect(await served.backend.users.settings('alice')).toEqual({ k: '{"a":[1]}' });
  });

  it.each<[string, LogRequest]>([
    ['', { since: '1 hour ago', lines: 200 }],
    [
      '?since=2026-01-01+10:00:00.5&lines=5&level=0&search=a.b',
      { since: '2026-01-01 10:00:00.5', lines: 5, level: 0, search: 'a.b' },
    ],
    ['?lines=5000&level=7', { since: '1 hour ago', lines: 1000, level: 7 }],
  ])('reads the journal: %j', async (query, request) => {
    const { status, text } = await send(`/frontend/logs/${query}`, admin);
    expect([status, text]).toEqual([
      200,
      '[{"timestamp":"1","priority":6,"message":"\\u003cstarted\\u003e","unit":"u"}]\n',
    ]);
    expect(logRequests.at(-1)).toEqual(request);
  });

  it.each(['since=%3Brm', 'since=%0A', 'lines=0', 'lines=-1', 'lines=1e3', 'level=8', 'level=-1', 'search=a%24b'])(
    'does not hand %s to what reads the journal',
    async (query) => {
      const before = logRequests.length;
      expect((await send(`/frontend/logs/?${query}`, admin)).status).toBe(400);
      expect(logRequests.length).toBe(before);
    },
  );

  it('says so where the reader knows no such time', async () => {
    const { status, text } = await send('/frontend/logs/?since=sometime', admin);
    expect([status, text]).toEqual([400, errorBody('Bad Request', "invalid 'since' parameter")]);
  });

  it('has no journal where there is nothing that reads one', async () => {
    const without = await serveSessions();
    const cc = createCcClient({ baseUrl: without.baseUrl, session: await without.logIn('admin') });
    const error = await cc.listLogs().catch((thrown: unknown) => thrown);
    expect(isCcApiError(error) && error.serverText).toBe('this server has no journal to show');
    await without.close();
  });

  it.each([
    ['/roles/', 'GET', 200],
    ['/jwt/?username=admin', 'GET', 200],
    ['/notice/', 'POST', 200],
    ['/configuration/', 'POST', 400],
  ])('is answered where the original’s document has it: %s', async (path, method, status) => {
    expect((await send(path, undefined, { method })).status).toBe(401);
    expect((await send(path, admin, { method })).status).toBe(status);
  });

  it('answers the real client', async () => {
    const cc = createCcClient({ baseUrl: served.baseUrl, session: admin });
    expect(await cc.createUser({ username: 'mia', role: 'manager', password: 'x', project: 'p1' })).toContain('mia');
    expect(await cc.updateUserBySession('mia', { 'add-project': 'p2' })).toBe('Add Project Success');
    const users = await cc.listUsersBySession();
    expect(users.find(({ username }) => username === 'mia')).toMatchObject({
      roles: ['manager'],
      projects: ['p1', 'p2'],
    });
    await cc.deleteUser('mia');
    expect(await served.backend.users.find('mia')).toBeUndefined();
    expect(await cc.listRoles()).toContain('support');
    expect(await cc.listTaggers()).toEqual([{ name: 'App<Tagger>', type: 'start', running: false }]);
    expect(await cc.setNotice('soon')).toBe('Update Notice Content Success');
    expect(await cc.setConfiguration('plots', { perRow: 4 })).toBe('success');
    expect(await served.backend.users.settings('admin')).toEqual({ plots: '{"perRow":4}' });
    expect(await cc.listLogs({ lines: 1 })).toHaveLength(1);
    expect((await cc.createJwt('alice')).split('.')).toHaveLength(3);
  });

  it('never fails over any form or cookie', async () => {
    const types = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'multipart/form-data',
      ';;',
      '',
    ];
    const pieces = [
      '--b',
      '--b--',
      '\r\n',
      'content-disposition: form-data; name="name"',
      'username=',
      '&',
      '%',
      '"',
      ';',
    ];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })))
        .map((parts) => Buffer.from(parts.join(''))),
    );
    const request = fc.record({
      path: fc.constantFrom('/login', '/config/users/', '/config/user/x', '/config/notice/', '/config/taggers/run/'),
      type: fc.constantFrom(...types),
      cookie: fc.oneof(fc.constant(admin), fc.stringMatching(/^[\x20-\x7e]*$/)),
      body,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ path, type, cookie, body }) => {
        const { status } = await send(path, cookie, { method: 'POST', headers: { 'content-type': type }, body });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: fuzzInputs(100) },
    );
  });
});

function multipart(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['username']), 'username');
  return form;
}

function formOfType(type: string): RequestInit {
  return { body: 'username=q1&role=api', headers: { 'content-type': type } };
}
