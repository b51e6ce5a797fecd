import { getEventListeners, once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  connectDaemon,
  type ConnectDaemonOptions,
  type DaemonConnection,
  type DaemonStateChange,
  isDialError,
  isEndpointDeprecated,
} from '../src/transports.js';
import { isRpcError } from '../src/index.js';
import type { ByteStream } from '../src/wire/byte-stream.js';
import { type PlainPlatform, startPlainPlatform } from './support/platform.js';

/** Reads a connection to its end, and does nothing with what comes. */
const drain = (stream: ByteStream): Promise<void> =>
  new Promise((resolve) => stream.open({ data: () => undefined, end: () => resolve() }));

interface Daemon {
  connection: DaemonConnection;
  clock: ReturnType<typeof createFakeClock>;
  changes: DaemonStateChange[];
  /** Resolves at the next change to this state that was not waited for before. */
  reaches(state: DaemonStateChange['state']): Promise<DaemonStateChange>;
}

function startDaemon(url: string, options: Partial<ConnectDaemonOptions> = {}): Daemon {
  const clock = createFakeClock();
  const changes: DaemonStateChange[] = [];
  let read = 0;
  let wake: () => void = () => undefined;
  const connection = connectDaemon({
    url,
    allowInsecureHttp: true,
    serve: drain,
    clock,
    ...options,
    onStateChange(change) {
      changes.push(change);
      wake();
    },
  });
  onTestFinished(() => connection.close());
  const reaches = async (state: DaemonStateChange['state']): Promise<DaemonStateChange> => {
    for (;;) {
      for (let change = changes[read++]; change !== undefined; change = changes[read++]) {
        if (change.state === state) return change;
      }
      read--;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { connection, clock, changes, reaches };
}

/** How often the daemon has dialled, once everything that it had set out to do is done. */
async function dials(platform: PlainPlatform): Promise<number> {
  // A dial of our own, to the same listener, is answered after all of its.
  const answered = await fetch(platform.url);
  await answered.arrayBuffer();
  return platform.requests.length;
}

describe('the upgrade request', () => {
  it('conformance 4, 5: has the token and the user agent, and no header that the original lacks', async () => {
    const platform = await startPlainPlatform();
    startDaemon(`${platform.url}/api/flux`, { token: 's3cret', userAgent: 'fluxd/1.25.4' });
    const { tcp } = await platform.next();
    const [request] = platform.requests;
    expect([request?.method, request?.url]).toEqual(['GET', '/api/flux/v11/daemon']);
    const { 'sec-websocket-key': key, ...headers } = request?.headers ?? {};
    expect(key).toMatch(/^[\w+/]{22}==$/);
    expect(headers).toEqual({
      host: platform.url.replace('http://', ''),
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'user-agent': 'fluxd/1.25.4',
      authorization: 'Scope-Probe token=s3cret',
    });
    expect(tcp.destroyed).toBe(false);
  });

  it('conformance 1, 4: names its version in the path, and has no Authorization without a token', async () => {
    const platform = await startPlainPlatform();
    startDaemon(platform.url, { version: 6 });
    await platform.next();
    expect(platform.requests[0]?.url).toBe('/v6/daemon');
    expect(platform.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each(['a\nb', 'a\0', '€'])('refuses the token %j before it dials', async (token) => {
    const platform = await startPlainPlatform();
    const { connection } = startDaemon(platform.url, { token });
    await expect(connection.finished).rejects.toMatchObject({ code: 'bad_token' });
    expect(await dials(platform)).toBe(0);
  });

  it('conformance 3: refuses an unknown scheme before it dials', async () => {
    const { connection } = startDaemon('ftp://127.0.0.1');
    const error: unknown = await connection.finished.catch((reason: unknown) => reason);
    expect(isRpcError(error) && error.code).toBe('bad_endpoint');
    expect(connection.state).toBe('closed');
  });
});

describe('a refused upgrade', () => {
  it('conformance 8: 410 ends the loop', async () => {
    const platform = await startPlainPlatform();
    platform.answer(410, 'API endpoint deprecated');
    const logger = createRecordingLogger();
    const { connection, clock } = startDaemon(platform.url, { logger, token: 's3cret' });
    const error: unknown = await connection.finished.catch((reason: unknown) => reason);
    expect(isEndpointDeprecated(error) && isDialError(error) && isRpcError(error)).toBe(true);
    expect(error).toMatchObject({ status: 410, bodyPrefix: 'API endpoint deprecated', isRetryable: false });
    await clock.advance(12_000);
    expect(await dials(platform)).toBe(1);
    expect(clock.pendingTimers).toBe(0);
    expect(logger.text()).not.toContain('s3cret');
  });

  it.each([200, 301, 400, 401, 403, 404, 426, 500, 502, 503])(
    'conformance 9: %i is an error with its status, and the next dial comes 5.0 s later',
    async (status) => {
      const platform = await startPlainPlatform();
      platform.answer(status, 'x'.repeat(5000), { Location: '/elsewhere', 'Set-Cookie': 'secret=1' });
      const { clock, reaches } = startDaemon(platform.url);
      const { error, delayMs } = await reaches('waiting');
      const url = `${platform.url.replace('http', 'ws')}/v11/daemon`;
      expect(error?.message).toBe(
        `executing websocket ${url}: connecting to websocket ${url} (http status code = ${status})`,
      );
      expect(error).toMatchObject({
        code: 'dial_failed',
        status,
        url,
        isRetryable: true,
        bodyPrefix: 'x'.repeat(1024),
      });
      expect(isDialError(error) && error.headers?.['location']).toBe('/elsewhere');
      expect(JSON.stringify(error) + String(isDialError(error) && Object.keys(error.headers ?? {}))).not.toMatch(
        /cookie/,
      );
      expect(delayMs).toBe(5000);
      await clock.advance(4999);
      expect(await dials(platform)).toBe(1);
      platform.answer(101);
      await clock.advance(1);
      await platform.next();
      expect(platform.requests.map(({ url: path }) => path)).toEqual(['/v11/daemon', '/v11/daemon']);
    },
  );

  it('conformance 10: a refused connection and an unknown name are errors without a status', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const refused = startDaemon(`http://127.0.0.1:${port}`);
    const { error, delayMs } = await refused.reaches('waiting');
    expect(isDialError(error) && error.status).toBeUndefined();
    expect(error?.message).toMatch(/^executing websocket ws:.*: connect ECONNREFUSED/);
    expect(delayMs).toBe(5000);
    await refused.clock.advance(5000);
    await refused.reaches('waiting');
    const unknown = startDaemon('https://no-such-host.invalid');
    expect((await unknown.reaches('waiting')).error).toMatchObject({ code: 'dial_failed', status: undefined });
  });

  it('conformance 11: a server that accepts and stays silent is given up at 10 s', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { clock, reaches } = startDaemon(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const [socket] = (await once(silent, 'connection')) as [NodeJS.ReadableStream];
    const closed = once(socket.resume(), 'close');
    await clock.advance(9_999);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect((await reaches('waiting')).error).toMatchObject({ code: 'dial_failed', cause: { code: 'timeout' } });
    await closed;
  });
});

describe('the loop', () => {
  it('conformance 98: dials again 5.0 s after a clean end', async () => {
    const platform = await startPlainPlatform();
    const { connection, clock, reaches } = startDaemon(platform.url);
    const first = await platform.next();
    await reaches('connected');
    await clock.advance(1500);
    expect(connection.connectedForMs).toBe(1500);
    first.socket.close(1000);
    expect(await reaches('waiting')).toEqual({ state: 'waiting', error: undefined, delayMs: 5000 });
    expect(connection.connectedForMs).toBe(0);
    await clock.advance(4999);
    expect(await dials(platform)).toBe(1);
    await clock.advance(1);
    await platform.next();
    await reaches('connected');
  });

  it('conformance 98: waits for calls that still run, where it is told to', async () => {
    const platform = await startPlainPlatform();
    let finishCalls: () => void = () => undefined;
    const calls = new Promise<void>((resolve) => (finishCalls = resolve));
    const serve = async (stream: ByteStream): Promise<void> => {
      await drain(stream);
      await calls;
    };
    const { clock, reaches, changes } = startDaemon(platform.url, { serve, waitForCalls: true });
    const first = await platform.next();
    await reaches('connected');
    first.socket.close(1000);
    await first.closed;
    await clock.advance(60_000);
    expect(changes.at(-1)?.state).toBe('connected');
    finishCalls();
    await reaches('waiting');
    await clock.advance(5000);
    await platform.next();
  });

  it('does not wait for calls that still run, unless it is told to', async () => {
    const platform = await startPlainPlatform();
    let finishCalls: () => void = () => undefined;
    const calls = new Promise<void>((resolve) => (finishCalls = resolve));
    const serve = async (stream: ByteStream): Promise<void> => {
      await drain(stream);
      await calls;
    };
    const { clock, reaches } = startDaemon(platform.url, { serve });
    onTestFinished(finishCalls);
    (await platform.next()).socket.close(1000);
    await reaches('waiting');
    await clock.advance(5000);
    await platform.next();
    await reaches('connected');
  });

  it('closes a connection that is served no longer, and says why serving failed', async () => {
    const platform = await startPlainPlatform();
    const logger = createRecordingLogger();
    const serve = (): never => {
      throw new Error('no handler');
    };
    const { reaches } = startDaemon(platform.url, { serve, logger });
    const { closed } = await platform.next();
    expect(await closed).toEqual({ code: 1000, reason: 'ok' });
    expect((await reaches('waiting')).error).toBeUndefined();
    expect(logger.text()).toContain('serving the connection failed');
  });

  it('waits longer from failure to failure where it is told to, and starts anew after a connection', async () => {
    const platform = await startPlainPlatform();
    platform.answer(503);
    const backoff = { minDelayMs: 100, maxDelayMs: 300, factor: 2, jitter: 0 };
    const { clock, reaches } = startDaemon(platform.url, { backoff });
    for (const expected of [100, 200, 300, 300]) {
      expect((await reaches('waiting')).delayMs).toBe(expected);
      if (expected === 300) platform.answer(101);
      await clock.advance(expected);
      if (expected === 300) break;
    }
    (await platform.next()).socket.close();
    expect((await reaches('waiting')).delayMs).toBe(100);
  });
});

describe('close', () => {
  it('conformance 99: ends a connection, twice without harm', async () => {
    const platform = await startPlainPlatform();
    const { connection, clock, reaches } = startDaemon(platform.url);
    const { closed } = await platform.next();
    await reaches('connected');
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    await connection.finished;
    expect(await closed).toEqual({ code: 1000, reason: 'ok' });
    expect(connection.state).toBe('closed');
    await clock.advance(60_000);
    expect(await dials(platform)).toBe(1);
  });

  it('conformance 99: ends a dial', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { connection, clock, changes } = startDaemon(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const [socket] = (await once(silent, 'connection')) as [NodeJS.ReadableStream];
    const closed = once(socket.resume(), 'close');
    await connection.close();
    await closed;
    expect(clock.pendingTimers).toBe(0);
    expect(changes.map(({ state }) => state)).toEqual(['connecting', 'closed']);
  });

  it('conformance 99: ends a wait, and no further dial comes', async () => {
    const platform = await startPlainPlatform();
    platform.answer(500);
    const { connection, clock, reaches } = startDaemon(platform.url);
    await reaches('waiting');
    await connection.close();
    await clock.advance(60_000);
    expect(await dials(platform)).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is what an abort does too, before the first dial and afterwards', async () => {
    const platform = await startPlainPlatform();
    const early = startDaemon(platform.url, { signal: AbortSignal.abort() });
    await early.connection.finished;
    expect(await dials(platform)).toBe(0);
    const controller = new AbortController();
    const { connection, reaches } = startDaemon(platform.url, { signal: controller.signal });
    const { closed } = await platform.next();
    await reaches('connected');
    controller.abort();
    await connection.finished;
    expect((await closed).code).toBe(1000);
  });

  it('leaves no listener on a signal, however often it has dialled', async () => {
    const platform = await startPlainPlatform();
    const { signal } = new AbortController();
    const { connection, clock, reaches } = startDaemon(platform.url, { signal });
    for (let round = 0; round < 3; round++) {
      const { socket } = await platform.next();
      await reaches('connected');
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      socket.close();
      await reaches('waiting');
      await clock.advance(5000);
    }
    await connection.close();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await expect.poll(() => clock.pendingTimers).toBe(0);
  });
});
