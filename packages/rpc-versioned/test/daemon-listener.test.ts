import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect as tcpConnect } from 'node:net';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RPCClientV9, RpcError } from '../src/index.js';
import {
  createDaemonListener,
  type DaemonListenerOptions,
  DaemonRegistry,
  type RegisteredDaemon,
  tenantOf,
} from '../src/transports.js';
import { createMemoryPair, type MemoryStream } from '../src/testing.js';
import { dialPlain, type PlainSocket } from './support/platform.js';

/** A daemon on plain `ws` that answers every call with `{}`. */
function answering(peer: PlainSocket): PlainSocket {
  peer.socket.on('message', (data: Buffer) => {
    const { id } = JSON.parse(data.toString()) as { id: number };
    peer.socket.send(Buffer.from(`{"id":${id},"result":{},"error":null}\n`));
  });
  return peer;
}

interface Platform {
  /** `ws://127.0.0.1:port`. */
  url: string;
  port: number;
  registry: DaemonRegistry;
  clock: ReturnType<typeof createFakeClock>;
  connected(): Promise<RegisteredDaemon>;
  disconnected(): Promise<{ daemon: RegisteredDaemon; reason: Error | undefined }>;
}

function newRegistry(options: { maxAgeMs?: number; pingIntervalMs?: number } = {}): Omit<Platform, 'url' | 'port'> {
  const clock = createFakeClock();
  const queues = { up: queue<RegisteredDaemon>(), down: queue<Awaited<ReturnType<Platform['disconnected']>>>() };
  const registry = new DaemonRegistry({
    clock,
    ...options,
    onConnect: (daemon) => queues.up.put(daemon),
    onDisconnect: (daemon, reason) => queues.down.put({ daemon, reason }),
  });
  onTestFinished(() => registry.close());
  return { registry, clock, connected: queues.up.take, disconnected: queues.down.take };
}

async function startPlatform(options: Partial<DaemonListenerOptions> & { maxAgeMs?: number } = {}): Promise<Platform> {
  const made = newRegistry(options);
  const listener = createDaemonListener({
    authenticate: ({ token, headers }) => tenantOf(headers) ?? token,
    registry: made.registry,
    clock: made.clock,
    ...options,
  });
  const server = createServer((request, response) => {
    const { method = 'GET', url = '' } = request;
    const answer = listener.answer(new Request(`http://127.0.0.1${url}`, { method }));
    response.writeHead(answer?.status ?? 299, Object.fromEntries(answer?.headers ?? []));
    void answer?.text().then((text) => response.end(text));
    if (answer === undefined) response.end('not mine');
  });
  server.on('upgrade', (request, socket, head) => {
    if (!listener.acceptDaemon(request, socket, head)) socket.end('HTTP/1.1 299 Not Mine\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { ...made, url: `ws://127.0.0.1:${port}`, port };
}

function queue<Item>(): { put(item: Item): void; take: () => Promise<Item> } {
  const items: Item[] = [];
  const takers: ((item: Item) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take: () =>
      new Promise((resolve) => {
        const item = items.shift();
        if (item === undefined) takers.push(resolve);
        else resolve(item);
      }),
  };
}

/** Sends a request head as it is, and returns what comes back until the connection ends. */
async function raw(port: number, lines: string[]): Promise<string> {
  const socket = tcpConnect(port, '127.0.0.1');
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

const upgradeTo = (path: string, ...headers: string[]): string[] => [
  `GET ${path} HTTP/1.1`,
  'Host: h',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ...headers,
];

const token = (value: string): Record<string, string> => ({ authorization: `Scope-Probe token=${value}` });

describe('acceptDaemon', () => {
  it('takes the version from the path and the tenant from the token, and carries bytes both ways', async () => {
    const { url, registry, connected } = await startPlatform({ basePath: '/api/flux' });
    const peer = await dialPlain(`${url}/api/flux/v9/daemon?x=1`, { ...token('t-1'), 'user-agent': 'fluxd/1.3.0' });
    const daemon = await connected();
    expect(daemon).toMatchObject({ tenant: 't-1', version: 9, userAgent: 'fluxd/1.3.0', remoteAddress: '127.0.0.1' });
    expect(daemon.client).toBeInstanceOf(RPCClientV9);
    const answer = daemon.client.jobStatus('x');
    expect(await peer.message(0)).toBe('{"method":"RPCServer.JobStatus","params":["x"],"id":0}\n');
    const result = { Result: {}, Err: '', StatusString: 'queued' };
    peer.socket.send(Buffer.from(JSON.stringify({ id: 0, result: { Result: result }, error: null })));
    expect(await answer).toEqual(result);
    expect(registry.list()).toEqual([daemon]);
  });

  it('knows the documented alias of the path', async () => {
    const { url, connected } = await startPlatform();
    await dialPlain(`${url}/v10/register`, token('t'));
    expect((await connected()).version).toBe(10);
  });

  it('takes the tenant that a proxy names', async () => {
    const { url, connected } = await startPlatform();
    await dialPlain(`${url}/v11/daemon`, { 'X-Scope-OrgID': 'berth-7' });
    expect((await connected()).tenant).toBe('berth-7');
  });

  it('conformance 6: takes any origin, sub-protocol and extension, and agrees to none', async () => {
    const { port, connected, registry } = await startPlatform();
    const wishes = [
      'Origin: https://elsewhere.example',
      'Sec-WebSocket-Protocol: chat, soap',
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
      'Authorization: Scope-Probe token=t',
    ];
    const socket = tcpConnect(port, '127.0.0.1');
    socket.write(`${upgradeTo('/v11/daemon', ...wishes).join('\r\n')}\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString().split('\r\n').sort()).toEqual(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
        '',
        '',
      ].sort(),
    );
    await connected();
    socket.destroy();
    registry.close();
  });

  it('conformance 7: answers a plain GET with 400 and a POST with 405', async () => {
    const { port } = await startPlatform();
    const get = await fetch(`http://127.0.0.1:${port}/v11/daemon`);
    expect([get.status, await get.text(), get.headers.get('sec-websocket-version')]).toEqual([
      400,
      'Bad Request\n',
      '13',
    ]);
    expect(get.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const post = await fetch(`http://127.0.0.1:${port}/v11/daemon`, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET']);
    const elsewhere = await fetch(`http://127.0.0.1:${port}/v11/services`);
    expect(elsewhere.status).toBe(299);
  });

  it.each([
    ['/v5/daemon', 410, 'API endpoint deprecated'],
    ['/v1/register', 410, 'API endpoint deprecated'],
    ['/v12/daemon', 404, 'API endpoint not found'],
    ['/v0/daemon', 404, 'API endpoint not found'],
  ])('answers %s with %i, upgrade or not', async (path, status, text) => {
    const { port } = await startPlatform();
    const upgraded = await raw(port, upgradeTo(path));
    expect(upgraded).toContain(`HTTP/1.1 ${status} `);
    expect(upgraded.split('\r\n\r\n')[1]).toBe(text);
    const plain = await fetch(`http://127.0.0.1:${port}${path}`);
    expect([plain.status, await plain.text()]).toEqual([status, text]);
  });

  it.each(['/v11/daemons', '/v011/daemon', '/x/v11/daemon', '/v6/events'])('leaves %s to others', async (path) => {
    const { port } = await startPlatform();
    expect(await raw(port, upgradeTo(path))).toContain('299 Not Mine');
  });

  it.each([['Sec-WebSocket-Key: short'], ['Sec-WebSocket-Version: 8'], ['Upgrade: h2c']])(
    'answers an upgrade with %s with 400',
    async (line) => {
      const { port } = await startPlatform();
      const name = line.replace(/:.*/, '');
      const lines = upgradeTo('/v11/daemon').filter((header) => !header.startsWith(`${name}:`));
      const text = await raw(port, [...lines, line]);
      expect(text).toContain('HTTP/1.1 400 Bad Request');
      expect(text.toLowerCase()).toContain('sec-websocket-version: 13');
    },
  );

  it('conformance 101: refuses a daemon without a tenant', async () => {
    const { port, registry } = await startPlatform();
    expect(await raw(port, upgradeTo('/v11/daemon'))).toContain('HTTP/1.1 401 ');
    expect(await raw(port, upgradeTo('/v11/daemon', 'Authorization: Basic dDp0'))).toContain('HTTP/1.1 401 ');
    expect(await raw(port, upgradeTo('/v11/daemon', 'Authorization: Scope-Probe token='))).toContain('HTTP/1.1 401 ');
    expect(registry.size).toBe(0);
  });

  it('answers 500 when authentication fails, or takes too long, and logs no token', async () => {
    const logger = createRecordingLogger();
    const failing = await startPlatform({
      logger,
      authenticate: () => {
        throw new Error('database away');
      },
    });
    const headers = upgradeTo('/v11/daemon', 'Authorization: Scope-Probe token=s3cret');
    expect(await raw(failing.port, headers)).toContain('HTTP/1.1 500 ');
    expect(logger.text()).toContain('authenticating a daemon failed');
    expect(logger.text()).not.toContain('s3cret');
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const slow = await startPlatform({
      authenticate: () => {
        asked();
        return new Promise(() => undefined);
      },
    });
    const answer = raw(slow.port, headers);
    await isAsked;
    await slow.clock.advance(10_000);
    expect(await answer).toContain('HTTP/1.1 500 ');
    expect(slow.clock.pendingTimers).toBe(0);
  });

  it('survives a peer that leaves while it is being authenticated', async () => {
    let admit: (tenant: string) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const { port, registry } = await startPlatform({
      authenticate: () => {
        asked();
        return new Promise((resolve) => (admit = resolve));
      },
    });
    const socket = tcpConnect(port, '127.0.0.1');
    socket.write(`${upgradeTo('/v11/daemon').join('\r\n')}\r\n\r\n`);
    await isAsked;
    socket.resetAndDestroy();
    await once(socket, 'close');
    admit('late');
    const { status } = await fetch(`http://127.0.0.1:${port}/v11/daemon`);
    expect([status, registry.size]).toEqual([400, 0]);
  });

  it('refuses connections beyond the limit with 503', async () => {
    const { url, port, connected } = await startPlatform({ maxConnections: 1 });
    await dialPlain(`${url}/v11/daemon`, token('a'));
    await connected();
    expect(await raw(port, upgradeTo('/v11/daemon', 'Authorization: Scope-Probe token=b'))).toContain(' 503 ');
  });

  it('pings a daemon that is idle, and drops one that is gone', async () => {
    const { url, clock, connected, disconnected, registry } = await startPlatform();
    const peer = await dialPlain(`${url}/v11/daemon`, token('t'));
    await connected();
    const pinged = once(peer.socket, 'ping');
    await clock.advance(13_334);
    await pinged;
    peer.socket.pause();
    await clock.advance(9_000);
    await clock.advance(21_000);
    expect((await disconnected()).reason).toMatchObject({ code: 'read_timeout' });
    expect(registry.size).toBe(0);
  });

  it('answers a HEAD with a status and no body', async () => {
    const { port } = await startPlatform();
    const request = httpRequest({ port, host: '127.0.0.1', path: '/v11/daemon', method: 'HEAD' }).end();
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(400);
  });
});

/** Reads a stream and does nothing with it; settles at its end. */
function drained(stream: MemoryStream): Promise<Error | undefined> {
  return new Promise((resolve) => stream.open({ data: () => undefined, end: resolve }));
}

describe('DaemonRegistry', () => {
  it('conformance 100: the newest daemon of a tenant wins, and the late end of the former leaves it alone', async () => {
    const { url, registry, connected, disconnected } = await startPlatform();
    const oldPeer = await dialPlain(`${url}/v11/daemon`, token('t'));
    const former = await connected();
    oldPeer.socket.pause();
    const waiting = former.client.ping().catch((error: unknown) => error);
    answering(await dialPlain(`${url}/v11/daemon`, token('t')));
    const latter = await connected();
    expect(await waiting).toMatchObject({
      isFatal: true,
      message: `Kicked by new subscriber ${latter.id}`,
      cause: { code: 'kicked' },
    });
    expect((await disconnected()).daemon).toBe(former);
    expect(registry.get('t')).toBe(latter);
    oldPeer.socket.resume();
    expect(await oldPeer.closed).toEqual({ code: 1000, reason: 'ok' });
    expect(registry.get('t')).toBe(latter);
    await latter.client.ping();
    expect(registry.counters).toEqual({ registered: 2, kicked: 1, expired: 0 });
  });

  it('conformance 100: a connection of the maximum age ends cleanly, for the daemon to dial again', async () => {
    const { url, registry, clock, connected, disconnected } = await startPlatform({ maxAgeMs: 20_000 });
    const peer = await dialPlain(`${url}/v11/daemon`, token('t'));
    await connected();
    await clock.advance(12_000);
    expect(registry.size).toBe(1);
    await clock.advance(8_000);
    expect((await disconnected()).reason).toBeUndefined();
    expect(await peer.closed).toEqual({ code: 1000, reason: 'ok' });
    expect([registry.size, registry.counters.expired, clock.pendingTimers]).toEqual([0, 1, 0]);
  });

  it('conformance 101: a call to a tenant that is not connected fails, as the user can be told', async () => {
    const { registry } = newRegistry();
    const error: unknown = await registry.call('nobody', () => Promise.resolve(1)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'unavailable',
      isRetryable: true,
      isFatal: false,
      application: { type: 'user', error: 'no daemon of nobody is connected' },
    });
  });

  it('conformance 78: a fatal error takes the daemon out and reaches the caller; every other leaves it in', async () => {
    const { registry, connected, disconnected } = newRegistry();
    const [ours, theirs] = createMemoryPair();
    const ended = drained(theirs);
    registry.register(ours, { tenant: 't', version: 11 });
    const daemon = await connected();
    const fail = (error: Error): Promise<unknown> =>
      registry.call('t', () => Promise.reject(error)).catch((reason: unknown) => reason);
    for (const error of [
      new RpcError('no such job', { code: 'application', application: { type: 'missing', help: '', error: 'x' } }),
      new RpcError('disk full', { code: 'remote' }),
      new Error('anything'),
    ]) {
      expect(await fail(error)).toBe(error);
      expect(registry.get('t')).toBe(daemon);
    }
    const fatal = new RpcError('unexpected EOF', { code: 'connection_ended', isFatal: true });
    expect(await fail(fatal)).toBe(fatal);
    expect(registry.get('t')).toBeUndefined();
    expect((await disconnected()).reason).toBe(fatal);
    expect(await ended).toBeUndefined();
  });

  it('takes a daemon out that answers what is no answer', async () => {
    const { url, registry, connected, disconnected } = await startPlatform();
    const peer = await dialPlain(`${url}/v11/daemon`, token('t'));
    const daemon = await connected();
    const waiting = daemon.client.ping().catch((error: unknown) => error);
    peer.socket.send(Buffer.from('garbage'));
    expect(await waiting).toMatchObject({ isFatal: true });
    expect((await disconnected()).reason).toBe(await waiting);
    expect(registry.size).toBe(0);
    expect(await peer.closed).toEqual({ code: 1000, reason: 'ok' });
  });

  it('waits at the maximum age for calls in flight, and not for ever', async () => {
    const { registry, clock, connected, disconnected } = newRegistry({ maxAgeMs: 1000 });
    const [ours, theirs] = createMemoryPair();
    void drained(theirs);
    registry.register(ours, { tenant: 't', version: 11 });
    const { client } = await connected();
    const call = client.ping();
    await clock.advance(2000);
    theirs.send('{"id":0,"result":{},"error":null}\n');
    await call;
    expect(registry.size).toBe(1);
    const lost = client.ping().catch((error: unknown) => error);
    await clock.advance(8_000);
    expect(registry.size).toBe(1);
    await clock.advance(1_000);
    expect(await lost).toMatchObject({ code: 'connection_ended', isRetryable: true });
    expect((await disconnected()).reason).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('pings daemons itself where it is told to, and drops one that does not answer', async () => {
    const { registry, clock, connected, disconnected } = newRegistry({ pingIntervalMs: 5000 });
    const [ours, theirs] = createMemoryPair();
    let answers = 0;
    theirs.open({
      data: () => {
        if (answers++ < 2) theirs.send(`{"id":${answers - 1},"result":null,"error":"busy"}\n`);
      },
      end: () => undefined,
    });
    registry.register(ours, { tenant: 't', version: 11 });
    await connected();
    await clock.advance(14_999);
    expect([answers, registry.size]).toEqual([2, 1]);
    await clock.advance(5_001);
    expect((await disconnected()).reason).toMatchObject({ code: 'timeout' });
    expect([answers, registry.size, clock.pendingTimers]).toEqual([3, 0, 0]);
  });

  it('forgets a daemon that goes, with the reason', async () => {
    const { registry, connected, disconnected } = newRegistry();
    const [ours, theirs] = createMemoryPair();
    registry.register(ours, { tenant: 't', version: 6 });
    const daemon = await connected();
    void drained(theirs);
    theirs.fail(new Error('cable cut'));
    expect(await disconnected()).toEqual({ daemon, reason: new Error('cable cut') });
    expect(await daemon.ended).toEqual(new Error('cable cut'));
    expect(registry.size).toBe(0);
  });

  it('ends all connections when it is closed', async () => {
    const { registry, connected, disconnected, clock } = newRegistry();
    for (const tenant of ['a', 'b']) {
      const [ours, theirs] = createMemoryPair();
      void drained(theirs);
      registry.register(ours, { tenant, version: 11 });
      await connected();
    }
    expect(registry.list().map(({ tenant }) => tenant)).toEqual(['a', 'b']);
    registry[Symbol.dispose]();
    await disconnected();
    await disconnected();
    expect([registry.size, clock.pendingTimers]).toEqual([0, 0]);
  });
});
