import type { User } from '@moorline/cc-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, errorBody, j } from './support/ask.js';
import { serve, type Served, type ServeOptions } from './support/serve.js';

let served: Served;
afterEach(() => served.close());

const user = (username: string, roles: string[], projects: string[] = []): User => ({
  ...{ username, name: '', email: '', roles, projects, authType: 0, authSource: 0 },
});

async function withUsers(options: ServeOptions = {}) {
  served = await serve(options);
  const made = [user('admin', ['admin', 'api']), user('alice', ['user', 'api']), user('bob', ['user'])];
  for (const one of [...made, user('manny', ['manager', 'api'], ['p1'])]) await served.backend.users.create(one);
}

describe('users (docs/protocol.md §3.11)', () => {
  beforeEach(() => withUsers());
  const change = (name: string, body: unknown, as = 'B') =>
    ask(served, `/api/user/${name}`, { method: 'POST', as, body });

  it('#120 are listed for administrators, without their passwords', async () => {
    await served.backend.users.create({ ...user('carl', ['user']), passwordHash: 'secret' });
    const { status, text } = await ask(served, '/api/users/', { as: 'A' });
    expect([status, text]).toEqual([403, errorBody('Forbidden', 'only admins are allowed to fetch a list of users')]);
    const listed = await ask(served, '/api/users/', { as: 'B' });
    expect(listed.text).toMatch(
      /^\[\{"username":"admin","name":"","email":"","roles":\["admin","api"\],"projects":\[\],/,
    );
    expect(listed.text).not.toContain('secret');
    const busy = JSON.parse((await ask(served, '/api/users/?not-just-user=true', { as: 'B' })).text);
    expect(busy.map(({ username }: User) => username)).toEqual(['admin', 'alice', 'manny']);
  });

  it('#121 get a role, once', async () => {
    const { status, text } = await change('alice', { 'add-role': 'Manager' });
    expect([status, text]).toEqual([200, '{"msg":"Add Role Success for user alice"}\n']);
    expect((await change('alice', { 'add-role': 'manager' })).status).toBe(422);
    expect((await served.backend.users.find('alice'))?.roles).toEqual(['user', 'api', 'manager']);
  });

  it.each([
    ['#122', 'bob', { 'add-role': 'root' }, 422, 'adding role failed: supplied role is no valid option : root'],
    ['#123', 'bob', { 'add-project': 'p' }, 422, "adding project failed: user 'bob' is not a manager"],
    [
      '#124',
      'bob',
      {},
      400,
      'no operation specified: must provide add-role, remove-role, add-project, or remove-project',
    ],
    ['#125', 'nobody', { 'add-role': 'user' }, 422, 'adding role failed: sql: no rows in result set'],
    ['', 'bob', { x: 1 }, 400, 'decoding request failed: json: unknown field "x"'],
  ])('%s %s cannot be changed by %j: %i', async (_, name, body, status, error) => {
    const before = await served.backend.users.list();
    const { status: got, text } = await change(name, body);
    expect([got, text]).toEqual([status, errorBody(status === 400 ? 'Bad Request' : 'Unprocessable Entity', error)]);
    expect(await served.backend.users.list()).toEqual(before);
  });

  it('are changed by administrators only', async () => {
    const { status, text } = await change('bob', 'no JSON', 'A');
    expect([status, text]).toEqual([403, errorBody('Forbidden', 'only admins are allowed to update a user')]);
  });

  it('are named by a decoded path', async () => {
    await served.backend.users.create(user('a b', ['user']));
    expect((await change('a%20b', { 'add-role': 'api' })).text).toBe('{"msg":"Add Role Success for user a b"}\n');
  });
});

describe('validateUsers (docs/protocol.md §3.1)', () => {
  beforeEach(() => withUsers({ validateUsers: true }));
  const list = async (as: string, path = '/userapi/jobs/') => ask(served, path, { as });

  it('takes roles and projects from the user, not from the token', async () => {
    const start = (jobId: number, more: Record<string, unknown>) =>
      ask(served, '/api/jobs/start_job/', { method: 'POST', as: 'B', body: j(jobId, more) });
    await start(1, { project: 'p1' });
    await start(2, { project: 'p2' });
    await start(3, { project: 'p2', user: 'manny' });
    const { text } = await list('M');
    expect(
      JSON.parse(text)
        .jobs.map(({ jobId }: { jobId: number }) => jobId)
        .sort(),
    ).toEqual([1, 3]);
    // The token of bob says user and api, the token of admin says admin alone.
    expect((await list('BX')).status).toBe(401);
    expect((await list('AD', '/api/jobs/')).status).toBe(200);
  });

  it.each([
    ['K', 'a user who is not there'],
    ['A', 'a user who is not there, though the token is good'],
  ])('refuses %s: %s', async (as) => {
    const { status, text } = await list(as, '/api/jobs/');
    expect([status, text]).toEqual([401, '{"error":"unknown user","status":"Unauthorized"}\n']);
  });

  it('stops taking a token when its user goes', async () => {
    expect((await list('U')).status).toBe(200);
    await served.backend.users.delete('alice');
    expect((await list('U')).status).toBe(401);
  });

  it('leaves the tokens of machines as they are', async () => {
    expect((await list('HOST', '/api/jobs/')).status).toBe(200);
  });
});

describe('no authentication (docs/protocol.md §3.2)', () => {
  beforeEach(() => withUsers({ authentication: 'none', allowedIps: ['10.1.1.1'], machineState: {} }));
  const send = (path: string, method = 'GET', body?: unknown) => ask(served, path, { method, as: undefined, body });

  it('reports, and does what asks for nobody in particular', async () => {
    expect((await send('/api/jobs/start_job/', 'POST', j(1))).status).toBe(201);
    expect((await send('/api/jobs/edit_meta/', 'PATCH', { jobId: 1 })).status).toBe(200);
    expect((await send('/api/jobs/stop_job/', 'POST', { jobId: 1, stopTime: 1_800_000_000 })).status).toBe(200);
    expect((await send('/api/machine_state/demo/n01', 'PUT', 'x')).status).toBe(201);
    expect((await send('/api/jobs/delete_job/1', 'DELETE')).status).toBe(200);
  });

  it.each([
    ['GET', '/api/jobs/', 500, 'user context is nil'],
    ['GET', '/userapi/jobs/', 500, 'user context is nil'],
    ['GET', '/api/jobs/1', 422, 'finding job with db id 1 failed: user context is nil'],
    ['POST', '/api/jobs/tag_job/1', 404, 'finding job failed: user context is nil'],
    ['PATCH', '/api/jobs/edit_meta/1', 404, 'finding job failed: user context is nil'],
    ['GET', '/api/users/', 403, 'only admins are allowed to fetch a list of users'],
    ['POST', '/api/user/bob', 403, 'only admins are allowed to update a user'],
    ['GET', '/userapi/nope', 404, 'the requested endpoint does not exist'],
  ])('refuses what asks for somebody: %s %s is a %i', async (method, path, status, error) => {
    const answer = await send(path, method, method === 'GET' ? undefined : []);
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([status, error]);
  });

  it('stores a start and refuses its tags', async () => {
    const { status, text } = await send('/api/jobs/start_job/', 'POST', j(1, { tags: [{ type: 't', name: 'n' }] }));
    const error = 'adding tag to new job 1 failed: error while checking tag operation auth: no user in context';
    expect([status, text]).toEqual([500, errorBody('Internal Server Error', error)]);
  });
});
