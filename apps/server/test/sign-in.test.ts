import { createControlClient } from '@moorline/control-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askServer } from '../src/control/ask-server.js';
import { runCommand } from './run-command.js';
import { apiToken, post, startTestServer, type TestServer } from './support.js';

/** What a browser keeps of an answer's cookie. */
const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

describe('signing in to the page', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ basePath: '/cp' });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const linkOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1)).get('link') ?? '';
  const newLink = async (username?: string) => (await askServer(server.dataDir, 'link-create', { username })).url;
  const redeem = (link: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/moorline/v1/links/redeem`, { method: 'POST', headers, body: JSON.stringify({ link }) });
  const me = (headers: Record<string, string>) => fetch(`${server.url}/moorline/v1/me`, { headers });

  it('link create prints a link below the base path, for a local administrator whom the first one makes', async () => {
    const printed = await runCommand('link', 'create', '--data-dir', server.dataDir);
    const start = `${server.url}/cp/sign-in#link=`;
    expect(printed).toMatchObject({ code: 0, out: expect.stringMatching(/^\S+\n$/) });
    expect(printed.out.startsWith(start)).toBe(true);
    expect(printed.err).toMatch(/^signs local in, once, until \d{4}-/);

    const opened = await redeem(linkOf(printed.out.trim()));
    expect(opened.status).toBe(204);
    expect(opened.headers.getSetCookie()[0]).toMatch(/^session=\S+; Path=\/cp\/; .*HttpOnly; SameSite=Lax$/);
    const answer = await me({ cookie: cookieOf(opened) });
    expect(await answer.json()).toMatchObject({ username: 'local', roles: ['admin', 'api', 'user'] });
    // The same session opens ClusterCockpit's routes.
    const token = await fetch(`${server.url}/frontend/jwt/?username=local`, { headers: { cookie: cookieOf(opened) } });
    expect(token.status).toBe(200);
  });

  it('a link signs in once, and nobody from elsewhere', async () => {
    const link = linkOf(await newLink());
    const forwarded = await redeem(link, { 'x-forwarded-for': '192.0.2.1' });
    const ofAnotherPage = await redeem(link, { origin: 'https://evil.example' });
    expect([forwarded.status, ofAnotherPage.status]).toEqual([403, 403]);
    expect((await redeem(link)).status).toBe(204);
    const again = await redeem(link);
    expect(again.status).toBe(401);
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await again.json()).toMatchObject({ code: 'link_spent' });
  });

  it('a link is for a user who is there, by name', async () => {
    await expect(newLink('nobody')).rejects.toMatchObject({ details: { reason: 'no_such_user' } });
    await runCommand('user', 'add', 'bot', '--role', 'api', '--data-dir', server.dataDir);
    const opened = await redeem(linkOf(await newLink('bot')));
    expect(await (await me({ cookie: cookieOf(opened) })).json()).toMatchObject({ username: 'bot', roles: ['api'] });
    await runCommand('user', 'remove', 'bot', '--data-dir', server.dataDir);
    expect((await me({ cookie: cookieOf(opened) })).status).toBe(401);
  });

  it('takes a session for what changes something from its own pages only, and of a token from anywhere', async () => {
    const cookie = cookieOf(await redeem(linkOf(await newLink())));
    const registration = JSON.stringify({ group: 'lab', expiresInMs: 60_000, uses: 1, clusters: [] });
    const create = (headers: Record<string, string>) =>
      fetch(`${server.url}/moorline/v1/registrations`, { method: 'POST', headers, body: registration });
    expect((await create({ cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await create({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    const authorization = `Bearer ${await apiToken(server, ['api', 'admin'])}`;
    expect((await create({ authorization, 'sec-fetch-site': 'cross-site' })).status).toBe(201);
    const notAdmin = `Bearer ${await apiToken(server)}`;
    expect((await create({ authorization: notAdmin })).status).toBe(403);
  });

  it('shows what it has to who may see it, and the same tokens as the commands', async () => {
    const control = createControlClient({
      baseUrl: server.url,
      token: await apiToken(server, ['api', 'admin']),
    });
    const { id, token } = await control.createRegistration({
      group: 'web',
      expiresInMs: 60_000,
      uses: 3,
      clusters: ['*'],
    });
    expect(token).toMatch(/^mreg_/);
    const known = await askServer(server.dataDir, 'token-list', null);
    expect((await control.listRegistrations()).registrations).toEqual(known);
    expect(known.find((one) => one.id === id)).toMatchObject({ usesLeft: 3, state: 'open', clusters: ['*'] });
    await control.revokeRegistration(id);
    await expect(control.revokeRegistration(id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await post(`${server.url}/moorline/v1/registrations`, {}, await apiToken(server))).status).toBe(403);
  });
});

it('lets whoever comes without a credential in where nobody is asked for one', async () => {
  await using server = await startTestServer({ disableAuthentication: 'true' });
  const answer = await fetch(`${server.url}/moorline/v1/me`);
  expect(await answer.json()).toMatchObject({ username: '', roles: ['admin', 'api'] });
  expect((await fetch(`${server.url}/moorline/v1/me`, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
});
