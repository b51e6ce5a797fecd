import { createUserSessions, generateSessionKey, type SessionRequest } from '@moorline/cc-api/server';
import { createFakeClock } from '@moorline/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveSessions, type ServedSessions } from './support/serve-sessions.js';

const key = generateSessionKey();

/** A request as another framework has it. */
const from = (headers: Record<string, string>, isTls = false): SessionRequest => ({
  header: (name) => headers[name],
  isTls,
});
const cookieOf = (header: string): string => header.split(';')[0] ?? '';

describe('sessions for routes of your own', () => {
  let served: ServedSessions;
  beforeAll(async () => {
    served = await serveSessions({ key, basePath: '/cp' });
  });
  afterAll(() => served.close());

  const sessions = (options: { lifetimeSeconds?: number } = {}, clock = served.clock) =>
    createUserSessions({ key, users: served.backend.users, basePath: '/cp', clock, ...options });
  const aUser = async (name: string) => {
    const user = await served.backend.users.find(name);
    if (user === undefined) throw new Error(`there is no ${name}`);
    return user;
  };

  it('read the cookie that /login gives, with what the user may do now', async () => {
    const cookie = `session=${await served.logIn('manny')}`;
    await served.backend.users.update('manny', (user) => ({ user: { ...user, projects: ['p1'] } }));
    expect(await sessions().read(from({ cookie }))).toMatchObject({
      ok: true,
      principal: { subject: 'manny', roles: new Set(['manager']), projects: ['p1'] },
      user: { username: 'manny' },
    });
    expect(await sessions().read(from({}))).toBeUndefined();
    expect(await sessions().read(from({ cookie: 'other=1' }))).toBeUndefined();
  });

  it('open sessions that the routes of the server half take', async () => {
    const header = await sessions().open(await aUser('admin'), from({}));
    expect(header).toMatch(/^session=[\w.-]+; Path=\/cp\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
    const answer = await fetch(`${served.baseUrl}/config/roles/`, { headers: { cookie: cookieOf(header) } });
    expect(answer.status).toBe(200);
    expect(await sessions().open(await aUser('admin'), from({}, true))).toMatch(/; Secure$/);
  });

  it.each([
    ['a cookie that nobody signed', { cookie: 'session=x.y.z' }, 401],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sister host', { 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', { origin: 'https://evil.example', host: 'cp.example' }, 403],
  ])('refuse %s', async (_, headers, status) => {
    const cookie = cookieOf(await sessions().open(await aUser('bob'), from({})));
    expect(await sessions().read(from({ cookie, ...headers }))).toMatchObject({ ok: false, status });
  });

  it('end with their time, with their password and with their user', async () => {
    const clock = createFakeClock(Date.now());
    const short = sessions({ lifetimeSeconds: 60 }, clock);
    await served.backend.users.create({ ...(await aUser('bob')), username: 'brief' });
    const cookie = cookieOf(await short.open(await aUser('brief'), from({})));
    expect(await short.read(from({ cookie }))).toMatchObject({ ok: true });
    await clock.advance(61_000);
    expect(await short.read(from({ cookie }))).toMatchObject({ ok: false, status: 401 });

    const long = cookieOf(await sessions().open({ ...(await aUser('brief')), passwordHash: 'of before' }, from({})));
    expect(await sessions().read(from({ cookie: long }))).toMatchObject({ ok: false, status: 401 });
    const last = cookieOf(await sessions().open(await aUser('brief'), from({})));
    await served.backend.users.delete('brief');
    expect(await sessions().read(from({ cookie: last }))).toMatchObject({ ok: false, status: 401 });
  });

  it('lead to and from the form below the base path', async () => {
    const page = await (await fetch(`${served.baseUrl}/login`)).text();
    expect(page).toContain('action="/cp/login"');
    const login = await fetch(`${served.baseUrl}/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'sue', password: 'suepw' }),
      redirect: 'manual',
    });
    expect(login.headers.get('location')).toBe('/cp/');
    expect(login.headers.get('set-cookie')).toContain('; Path=/cp/;');
    const logout = await fetch(`${served.baseUrl}/logout`, { method: 'POST' });
    expect(logout.headers.get('set-cookie')).toContain('session=; Path=/cp/; Max-Age=0');
  });

  it('cannot be had with a key that is none', () => {
    expect(() => createUserSessions({ key: 'AAAA', users: served.backend.users })).toThrowError(
      expect.objectContaining({ code: 'invalid_key' }),
    );
  });
});
