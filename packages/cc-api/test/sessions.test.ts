import { createCcClient, isCcApiError } from '@moorline/cc-api';
import { createCcHandler, createCcServer, createTokenVerifier, generateSessionKey } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { base64url, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demo } from './support/clusters.js';
import { passwords, serveSessions, type ServedSessions } from './support/serve-sessions.js';
import { serve } from './support/serve.js';

const unauthorized = (error: string) => `${JSON.stringify({ error, status: 'Unauthorized' })}\n`;
const blocked = 'cross-site request blocked\n';

interface Sent {
  method?: string;
  cookie?: string | undefined;
  headers?: Record<string, string>;
  form?: Record<string, string>;
}

async function send({ baseUrl }: { baseUrl: string }, path: string, { method, cookie, headers, form }: Sent = {}) {
  const response = await fetch(baseUrl + path, {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    headers: { ...(cookie === undefined ? {} : { cookie: `session=${cookie}` }), ...headers },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('logging in (docs/protocol.md §5.1)', () => {
  let served: ServedSessions;
  beforeAll(async () => {
    served = await serveSessions();
  });
  afterAll(() => served.close());

  const alice = { username: 'alice', password: 'alicepw' };

  it('gives a cookie for a week that no script reads and no other site makes a browser send', async () => {
    const { status, headers } = await send(served, '/login', { form: alice });
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([302, '/', 'no-store']);
    expect(headers.get('set-cookie')).toMatch(/^session=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
    const secure = await send(served, '/login', { form: alice, headers: { 'x-forwarded-proto': 'https' } });
    expect(secure.headers.get('set-cookie')).toMatch(/; SameSite=Lax; Secure$/);
  });

  it.each([
    ['/monitoring/jobs/?a=1#b', '/monitoring/jobs/?a=1#b'],
    ['/a b<ü', '/a%20b%3C%C3%BC'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/.//evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['evil', '/'],
    ['', '/'],
  ])('leads on to a page of this server only: %j to %j', async (redirect, location) => {
    const fresh = await serveSessions();
    const { headers } = await send(fresh, '/login', { form: { ...alice, redirect } });
    expect(headers.get('location')).toBe(location);
    await fresh.close();
  });

  it('shows the page with the form, which keeps the place to go on to and nothing that could be a script', async () => {
    const page = await send(served, `/login?redirect=${encodeURIComponent('/x"><script>alert(1)</script>')}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).toContain('name="redirect" value="/x%22%3E%3Cscript%3Ealert(1)%3C/script%3E"');
    expect((await send(served, '/login?redirect=//evil.example')).text).not.toContain('evil');
  });

  it.each([
    ['a wrong password', { username: 'bob', password: 'no' }],
    ['nobody', { username: 'nobody', password: 'bobpw' }],
    ['no fields', {}],
    ['a very long name', { username: 'x'.repeat(100_000), password: 'x' }],
    ['a very long password', { username: 'bob', password: 'x'.repeat(100_000) }],
  ])('answers %s with the page, 401 and no cookie', async (_, form) => {
    const { status, headers, text } = await send(served, '/login', { form });
    expect([status, headers.get('set-cookie'), headers.get('content-type')]).toEqual([
      401,
      null,
      'text/html; charset=utf-8',
    ]);
    expect(text).toContain('Wrong user or password.');
  });

  it('is not for a user without a password, and never puts what was typed into the log', async () => {
    await served.backend.users.create({
      ...{ username: 'botty', name: '', email: '', roles: ['api'], projects: [], authType: 0, authSource: 0 },
    });
    expect((await send(served, '/login', { form: { username: 'botty', password: '' } })).status).toBe(401);
    expect((await send(served, '/login', { form: { username: 'typed secret', password: 'hidden' } })).status).toBe(401);
    expect(served.logger.text()).toContain('a login was refused');
    expect(served.logger.text()).not.toMatch(/typed secret|hidden/);
  });

  it('is refused to a form of more than 256 KiB', async () => {
    const { status } = await send(served, '/login', { form: { username: 'x'.repeat(300_000) } });
    expect(status).toBe(413);
  });

  it('does the same work whether or not there is such a user', async () => {
    const checked: string[] = [];
    const counting = {
      ...passwords,
      async verify(password: string, hash: string) {
        checked.push(hash.slice(0, 7));
        return passwords.verify(password, hash);
      },
    };
    const counted = await serveSessions({ passwords: counting });
    for (const username of ['alice', 'nobody']) await send(counted, '/login', { form: { username, password: 'no' } });
    expect(checked).toEqual(['$2b$04$', '$2b$04$']);
    await counted.close();
  });

  it('is tried five times at once for each address and name, then once in three minutes', async () => {
    const limited = await serveSessions();
    const attempt = async (username: string) =>
      (await send(limited, '/login', { form: { username, password: `${username}pw` } })).status;
    const attempts = [];
    for (let i = 0; i < 6; i++) attempts.push(await attempt('alice'));
    expect(attempts).toEqual([302, 302, 302, 302, 302, 401]);
    expect(await attempt('bob')).toBe(302);
    await limited.clock.advance(179_000);
    expect(await attempt('alice')).toBe(401);
    await limited.clock.advance(1000);
    expect([await attempt('alice'), await attempt('alice')]).toEqual([302, 401]);
    await limited.close();
  });

  it('checks sixteen passwords at once and turns more away', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let running = 0;
    let all: () => void = () => undefined;
    const sixteen = new Promise<void>((resolve) => {
      all = resolve;
    });
    const slow = {
      ...passwords,
      async verify() {
        if (++running === 16) all();
        await released;
        return false;
      },
    };
    const busy = await serveSessions({ passwords: slow });
    const attempt = (name: number) => send(busy, '/login', { form: { username: `u${name}`, password: 'x' } });
    const waiting = Array.from({ length: 16 }, (_, name) => attempt(name));
    await sixteen;
    expect((await attempt(17)).text).toContain('Too many people');
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(16).fill(401));
    await busy.close();
  });

  it.each([
    ['PUT', '/login', 'GET, POST'],
    ['GET', '/logout', 'POST'],
  ])('answers %s %s with 405', async (method, path, allow) => {
    const { status, headers, text } = await send(served, path, { method });
    expect([status, headers.get('allow'), text]).toEqual([405, allow, '']);
  });

  it('ends with a logout, which takes the cookie away', async () => {
    const { status, headers, text } = await send(served, '/logout', { method: 'POST' });
    expect([status, headers.get('set-cookie')]).toEqual([200, 'session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    expect(text).toContain('You have logged out.');
  });
});

describe('a session (docs/protocol.md §5.2)', () => {
  const key = generateSessionKey();
  let served: ServedSessions;
  let cookie: string;
  const roles = (more: Sent = {}) => send(served, '/config/roles/', { cookie, ...more });
  beforeAll(async () => {
    served = await serveSessions({ key });
    cookie = await served.logIn('admin');
  });
  afterAll(() => served.close());

  it('opens its routes beside other cookies, and the first of two counts', async () => {
    const headers = { cookie: `a=b; session=${cookie}; session=other` };
    expect((await roles({ cookie: undefined, headers })).status).toBe(200);
  });

  it.each([
    ['', 'the value is not valid'],
    ['broken', 'base64 decode failed - caused by: illegal base64 data at input byte 4'],
    ['ab*d', 'base64 decode failed - caused by: illegal base64 data at input byte 2'],
    ['abcd', 'the value is not valid'],
    ['YQ==', 'the value is not valid'],
    ['a.b.c', 'the value is not valid'],
    ['x'.repeat(4097), 'the value is too long'],
  ])('that is %j is a 401 in the original’s words: %s', async (broken, error) => {
    const { status, text } = await roles({ cookie: broken });
    expect([status, text]).toEqual([401, unauthorized(`securecookie: ${error}`)]);
  });

  it('is not opened by another key, another kind of token, none of an algorithm, or one without an end', async () => {
    const [header = '', payload = '', signature = ''] = cookie.split('.');
    const make = (secret: Uint8Array, typ: string, withEnd = true) => {
      const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ }).setSubject('admin');
      if (withEnd) token.setExpirationTime(served.clock.now() / 1000 + 60);
      return token.sign(secret);
    };
    const bytes = Buffer.from(key, 'base64');
    const forged = [
      `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${base64url.encode('{"alg":"none","typ":"session+jwt"}')}.${payload}.`,
      await make(Buffer.from(generateSessionKey(), 'base64'), 'session+jwt'),
      await make(bytes, 'JWT'),
      await make(bytes, 'session+jwt', false),
    ];
    for (const one of forged) {
      expect((await roles({ cookie: one })).text).toBe(unauthorized('securecookie: the value is not valid'));
    }
    // Well made, but with no mark of the password.
    expect((await roles({ cookie: await make(bytes, 'session+jwt') })).text).toBe(unauthorized('unauthorized'));
  });

  it('ends with its time', async () => {
    const short = await serveSessions({ lifetimeSeconds: 60 });
    const own = await short.logIn('admin');
    short.clock.setWallTime(short.clock.now() + 59_000);
    expect((await send(short, '/config/roles/', { cookie: own })).status).toBe(200);
    short.clock.setWallTime(short.clock.now() + 2000);
    expect((await send(short, '/config/roles/', { cookie: own })).text).toBe(
      unauthorized('securecookie: expired timestamp'),
    );
    await short.close();
  });

  it('loses what its user loses, at once: roles, the account, and the password that opened it', async () => {
    const manny = await served.logIn('manny');
    const jwt = () => send(served, '/frontend/jwt/?username=manny', { cookie: manny });
    const admin = (path: string, form: Record<string, string>) => send(served, path, { cookie, form });
    expect((await send(served, '/config/roles/', { cookie: manny })).text).toBe(unauthorized('unauthorized'));
    await admin('/config/user/manny', { 'add-role': 'admin' });
    expect((await send(served, '/config/roles/', { cookie: manny })).status).toBe(200);
    await admin('/config/user/manny', { 'remove-role': 'admin' });
    expect((await send(served, '/config/roles/', { cookie: manny })).status).toBe(401);
    expect((await jwt()).status).toBe(200);
    await send(served, '/config/users/?username=manny', { method: 'DELETE', cookie });
    expect((await jwt()).text).toBe(unauthorized('unauthorized'));
    await admin('/config/users/', { username: 'manny', role: 'user', password: 'another' });
    expect((await jwt()).text).toBe(unauthorized('unauthorized'));
  });

  it('is no token, and a token is no session', async () => {
    expect((await send(served, '/api/jobs/', { cookie })).text).toBe(unauthorized('no user for secured check'));
    const headers = { 'x-auth-token': served.tokens.token('B') };
    expect((await send(served, '/config/roles/', { headers })).text).toBe(unauthorized('unauthorized'));
  });

  it.each([
    ['the same origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['a sister host', { 'sec-fetch-site': 'same-site' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a browser that names another origin only', { origin: 'http://127.0.0.1:1' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
  ])('takes no request from elsewhere; from %s', async (_, headers, status) => {
    const answer = await roles({ headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.text).toBe(blocked);
    for (const path of ['/login', '/logout']) {
      const form = { username: 'nobody', password: 'x' };
      expect((await send(served, path, { form, headers })).status === 403).toBe(status === 403);
    }
  });

  it('takes a request of the own origin from a browser that names it only', async () => {
    expect((await roles({ headers: { origin: served.baseUrl } })).status).toBe(200);
  });

  it('does not exist where the server has none', async () => {
    const without = await serve();
    for (const path of ['/config/roles/', '/frontend/jwt/', '/login', '/logout', '/roles/']) {
      expect((await send(without, path)).status).toBe(404);
    }
    await without.close();
  });

  it.each(['', 'AAAA', 'not base64!'])('cannot be had with the key %j', (bad) => {
    const options = {
      backend: createInMemoryBackend({ clusters: [demo] }),
      verifyToken: createTokenVerifier({ publicKey: served.tokens.keys.publicKey }),
      decodeMetrics: () => ({ samples: [] }),
    };
    const sessions = { passwords, key: bad, tokens: { issue: async () => '' } };
    expect(() => createCcServer({ ...options, sessions })).toThrowError(
      expect.objectContaining({ code: 'invalid_key', hint: expect.stringContaining('32 bytes') }),
    );
  });

  it('is opened and used through the web-standard handler too, with the real client', async () => {
    const handler = createCcHandler({
      backend: served.backend,
      verifyToken: createTokenVerifier({ publicKey: served.tokens.keys.publicKey }),
      decodeMetrics: () => ({ samples: [] }),
      sessions: { passwords, key, tokens: { issue: async () => 'token' } },
    });
    const at = { remoteAddress: '192.0.2.1' };
    const body = new URLSearchParams({ username: 'sue', password: 'suepw' });
    const origin = 'https://cc.example.org';
    const login = await handler(new Request(`${origin}/login`, { method: 'POST', body, headers: { origin } }), at);
    const session = /^session=([^;]+);.*; Secure$/.exec(login.headers.get('set-cookie') ?? '')?.[1];
    const cc = createCcClient({
      baseUrl: origin,
      session,
      fetch: (input, init) => handler(new Request(input, init), at),
    });
    expect(await cc.createJwt('sue')).toBe('token');
    const refused = await cc.listRoles().catch((error: unknown) => error);
    expect(isCcApiError(refused) && refused.code).toBe('unauthorized');
  });
});
