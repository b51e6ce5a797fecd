import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import { connectSession, type SessionHandlers, type SessionPhase } from '@moorline/login-client';
import { Agent, fetch as fetchThrough } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { openCertificates } from '../src/certificates/open-certificates.js';
import { askServer } from '../src/control/ask-server.js';
import { runCommand } from './run-command.js';
import { enrol, loginBody, registrationToken, startTestServer, type TestServer } from './support.js';

/** What an agent here answers. */
const handlers: SessionHandlers = {
  states: ({ components = ['cpu', 'memory'] }) => ({ states: components.map((component) => ({ component })) }),
  gossip: () => ({ gossip_request: { machineID: 'here' } }),
  reboot: () => ({ error: 'must be run as sudo/root' }),
};

describe('sessions of agents over TLS', () => {
  let server: TestServer;
  let ca: string;
  let trusting: Agent;
  const dataDir = temporaryFolderOfFile();
  beforeAll(async () => {
    const { authority, cert, key } = await openCertificates(join(dataDir, 'certs'), [], Date.now());
    ca = readFileSync(authority, 'utf8');
    trusting = new Agent({ connect: { ca } });
    server = await startTestServer({ dataDir, tlsCert: cert, tlsKey: key });
  });
  afterAll(async () => {
    await trusting.destroy();
    await server[Symbol.asyncDispose]();
  });

  const run = (...args: string[]) => runCommand('machines', ...args, '--data-dir', dataDir);

  async function newMachine(hostname: string): Promise<{ machineId: string; sessionToken: string; endpoint: string }> {
    const body = JSON.stringify(loginBody(await registrationToken(server), hostname));
    const init = { method: 'POST', body, dispatcher: trusting };
    const answer = (await (await fetchThrough(`${server.url}/api/v1/login`, init)).json()) as Record<string, string>;
    return { machineId: answer['machineID'] ?? '', sessionToken: answer['token'] ?? '', endpoint: server.url };
  }

  function dial(
    identity: { machineId: string; sessionToken: string; endpoint: string },
    protocol: 'auto' | 'v1' | 'v2',
    options: { onTokenUpdate?: (token: string) => void } = {},
  ) {
    const waiting = new Map<SessionPhase, () => void>();
    const connection = connectSession({
      ...{ identity, protocol, handlers, startDelayMs: 0, tls: { ca }, proxy: false as const, ...options },
      onChange: ({ phase }) => waiting.get(phase)?.(),
    });
    onTestFinished(() => connection.close());
    return {
      connection,
      is: (phase: SessionPhase) =>
        new Promise<void>((resolve) => {
          if (connection.phase === phase) resolve();
          else waiting.set(phase, resolve);
        }),
    };
  }

  it.each([
    ['auto', 'v2'],
    ['v1', 'v1'],
  ] as const)('are listed and asked with commands: an agent that speaks %s', async (protocol, spoken) => {
    const host = `n-${spoken}`;
    const machine = await newMachine(host);
    await dial(machine, protocol).is('connected');
    const listed = await run('sessions');
    expect(listed.out).toMatch(new RegExp(`^MACHINE.*\\n(.*\\n)*${machine.machineId} +${host} +lab +${spoken} +`));
    const sessions = JSON.parse((await run('sessions', '--json')).out) as { host: string }[];
    expect(sessions.find((session) => session.host === host)).toMatchObject({ protocol: spoken, address: '127.0.0.1' });
    expect(JSON.parse((await run('request', host, 'gossip')).out)).toEqual({ gossip_request: { machineID: 'here' } });
    const states = await run('request', machine.machineId, 'STATES', '{"components":["cpu"]}');
    expect(JSON.parse(states.out)).toEqual({ states: [{ component: 'cpu' }] });
    expect(JSON.parse((await run('request', host, 'reboot')).out)).toEqual({ error: 'must be run as sudo/root' });
  });

  it('#65 a token is rotated by a command, and the agent comes back with the new one', async () => {
    const machine = await newMachine('n-rotate');
    let token = machine.sessionToken;
    const agent = dial(machine, 'v2', { onTokenUpdate: (fresh) => void (token = fresh) });
    await agent.is('connected');
    expect(await run('rotate-token', 'n-rotate')).toMatchObject({ code: 0, out: `${machine.machineId}\n` });
    expect(token).not.toBe(machine.sessionToken);
    const waited = agent.is('connecting');
    agent.connection.reconnect();
    await waited;
    await agent.is('connected');
    for (const bearer of [machine.sessionToken, token]) {
      const headers = { authorization: `Bearer ${bearer}` };
      expect((await fetchThrough(`${server.url}/healthz`, { headers, dispatcher: trusting })).status).toBe(200);
    }
  });

  it.each([
    [['request', 'n-away', 'states'], 'the agent of n-away has no session'],
    [['rotate-token', 'n-away'], 'the agent of n-away has no session'],
    [['request', 'nowhere', 'states'], 'no machine has the id or the host name nowhere'],
    [['request', 'n-away', 'dance'], 'agents have no method dance'],
    [['request', 'n-away', 'states', '{"component":"cpu"}'], 'no request has component'],
    [
      ['request', 'n-away', 'states', '{"components":"cpu"}'],
      'states does not take that: json: cannot unmarshal string',
    ],
    [['request', 'n-away', 'states', '{'], '{ is not JSON'],
  ])('what cannot be asked is refused: %s', async (args, message) => {
    machineAway ??= newMachine('n-away');
    await machineAway;
    const { err, out } = await run(...args);
    expect([out, err]).toEqual(['', expect.stringContaining(message)]);
  });
  let machineAway: Promise<unknown> | undefined;

  it('what an agent does not answer in time, or has no packet for, says so; metrics count it', async () => {
    const machine = await newMachine('n-slow');
    const slow = { ...handlers, metrics: () => new Promise<never>(() => undefined) };
    const connection = connectSession({
      ...{ identity: machine, handlers: slow, startDelayMs: 0, tls: { ca }, proxy: false as const },
      handlerTimeoutMs: 0,
      onChange: ({ phase }) => phase === 'connected' && up(),
    });
    let up: () => void = () => undefined;
    await new Promise<void>((resolve) => (up = resolve));
    expect((await run('request', 'n-slow', 'metrics', '--timeout', '50ms')).err).toContain(
      'metrics on n-slow was not answered in time',
    );
    expect((await run('request', 'n-slow', 'getToken')).err).toContain('has no such request');
    const metrics = await (await fetchThrough(`${server.url}/metrics`, { dispatcher: trusting })).text();
    expect(metrics).toContain('moorline_session_requests_total{method="metrics",outcome="session_timed_out"} 1');
    expect(metrics).toMatch(/moorline_sessions_connected\{protocol="v2"\} [1-9]/);
    void connection.close();
  });

  it('everything else is served over HTTP/2 and HTTP/1.1 too', async () => {
    const paths = ['/readyz', '/api/jobs/', '/healthz', '/nowhere'];
    const overHttp1 = await Promise.all(
      paths.map(async (path) => (await fetchThrough(server.url + path, { dispatcher: trusting })).status),
    );
    const session = connectHttp2(server.url, { ca });
    const ask = async (headers: Record<string, string>, body?: string) => {
      const stream = session.request(headers).end(body);
      let status: unknown;
      stream.on('response', (got) => (status = got[':status']));
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
      return { status, text };
    };
    const overHttp2 = await Promise.all(paths.map(async (path) => (await ask({ ':path': path })).status));
    expect([overHttp1, overHttp2]).toEqual([
      [200, 401, 200, 404],
      [200, 401, 200, 404],
    ]);
    const login = await ask({ ':path': '/api/v1/login', ':method': 'POST' }, '{"machineInfo":{}}');
    expect(login).toMatchObject({ status: 400, text: expect.stringContaining('token is required') });
    session.close();
  });
});

it('over plain HTTP on this machine, agents that are told to get sessions of version 1', async () => {
  await using server = await startTestServer();
  const { machineID: machineId, sessionToken } = await enrol(server, 'n1');
  let up: () => void = () => undefined;
  const isUp = new Promise<void>((resolve) => (up = resolve));
  await using _session = connectSession({
    ...{ identity: { machineId, sessionToken, endpoint: server.url }, handlers, startDelayMs: 0, protocol: 'v1' },
    allowInsecureHttp: true,
    onChange: ({ phase }) => phase === 'connected' && up(),
  });
  await isUp;
  const input = { node: 'n1', method: 'gossip', timeoutMs: 5000 };
  expect(await askServer(server.dataDir, 'sessions-request', input)).toEqual({
    response: { gossip_request: { machineID: 'here' } },
  });
});

it.each([
  [{ tlsCert: 'cp.crt' }, 'a certificate needs its key'],
  [{ tlsCert: '/nowhere/cp.crt', tlsKey: '/nowhere/cp.key' }, 'cannot be read'],
  [{ tlsCert: new URL(import.meta.url).pathname, tlsKey: new URL(import.meta.url).pathname }, 'cannot be used'],
])('a certificate that is none ends the start: %o', async (flags, message) => {
  await expect(startTestServer(flags)).rejects.toMatchObject({
    code: 'bad_certificate',
    message: expect.stringContaining(message),
  });
});
