import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRpcError } from '../src/index.js';
import { type DaemonHandler, newServer } from '../src/server.js';
import { connectDaemon, dialDaemon } from '../src/transports.js';
import { clientFrame, closePayload, serverFrame } from './support/frames.js';
import { startPlainPlatform } from './support/platform.js';
import { startService } from './support/service.js';

const request = (method: string, argument: unknown, id: number): string =>
  `${JSON.stringify({ method: `RPCServer.${method}`, params: [argument], id })}\n`;

/** Sockets that keep this process busy. */
const handles = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

describe('a connection that is cut at every byte of a session', () => {
  const before = handles();
  it('ends a daemon that is told so, once its calls are answered', async () => {
    const session = Buffer.concat([
      serverFrame(2, request('Ping', {}, 0)),
      serverFrame(9, ''),
      serverFrame(2, request('SyncStatus', 'HEAD – ä', 1)),
      serverFrame(8, closePayload(1000, 'ok')),
    ]);
    let cut = 0;
    const service = createServer((socket) => upgradeThen(socket, () => cutOff(socket, session, cut)));
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    onTestFinished(() => void service.close());
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const clock = createFakeClock();
    let calls = 0;
    const server = newServer({ syncStatus: () => (calls++, []) }, { clock });
    for (; cut <= session.length; cut++) {
      const stream = await dialDaemon({ url, allowInsecureHttp: true, clock });
      await server.serveConn(stream);
      expect(await stream.ended).toBeUndefined();
    }
    // Only the sessions that were cut behind the call's last byte have it, if the cut did not overtake it.
    expect(calls).toBeLessThanOrEqual(closePayload(1000, 'ok').length + 3);
    await expect.poll(() => clock.pendingTimers).toBe(0);
  });

  it('settles every call of a service: with its answer where that was whole, else with a fatal error', async () => {
    const clock = createFakeClock();
    const { dial, registry } = await startService({ clock });
    const session = Buffer.concat([
      clientFrame(2, '{"id":0,"result":{},"error":null}\n'),
      clientFrame(10, ''),
      clientFrame(2, '{"id":1,"result":', { isFinal: false }),
      clientFrame(0, '{"Result":["ä"],"ApplicationError":null},"error":null}\n'),
      clientFrame(8, closePayload(1001)),
    ]);
    const answered: string[] = [];
    for (let cut = 0; cut <= session.length; cut++) {
      const { daemon, client } = await dial();
      const outcomes = Promise.allSettled([client.ping(), client.syncStatus('HEAD'), client.version()]);
      await daemon.frame(2);
      cutOff(daemon.socket, session, cut);
      const settled = await outcomes;
      for (const outcome of settled) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ isFatal: true });
      }
      answered.push(settled.map(({ status }) => (status === 'fulfilled' ? '+' : '-')).join(''));
      await daemon.closed;
      expect(client.counters).toMatchObject({ inFlight: 0, abandoned: 0 });
    }
    // A reset may overtake what was sent before it; answers never get fewer for another reason.
    expect(new Set(answered)).toEqual(new Set(['---', '+--', '++-']));
    expect(answered[0]).toBe('---');
    expect(answered.at(-1)).toBe('++-');
    expect(registry.size).toBe(0);
    await expect.poll(() => clock.pendingTimers).toBe(0);
  });

  it('leaves no socket behind', async () => {
    await expect.poll(handles).toBeLessThanOrEqual(before);
  });
});

describe('a peer that does what it should not', () => {
  it('is not served faster than it reads, and is dropped when it stops', async () => {
    const platform = await startPlainPlatform();
    const clock = createFakeClock();
    let calls = 0;
    const big = 'x'.repeat(512 * 1024);
    const handler: DaemonHandler = { syncStatus: () => (calls++, [big]) };
    const ends: (Error | undefined)[] = [];
    const daemon = connectDaemon({
      url: platform.url,
      allowInsecureHttp: true,
      clock,
      handler,
      server: { maxUnsentBytes: 2 * 1024 * 1024 },
      onStateChange: ({ state, error }) => void (state === 'waiting' && ends.push(error)),
    });
    onTestFinished(() => daemon.close());
    const peer = await platform.next();
    peer.tcp.pause();
    for (let id = 0; id < 60; id++) {
      await new Promise((resolve) => peer.socket.send(Buffer.from(request('SyncStatus', '', id)), resolve));
    }
    // Four wait here; the rest is what two kernels hold.
    expect(calls).toBeLessThan(50);
    for (let second = 0; second < 12; second++) {
      await clock.advance(1000);
      await new Promise(setImmediate);
    }
    await clock.advance(10_000);
    expect(ends[0]).toMatchObject({ code: 'write_timeout' });
  });

  it('answers a call twice, or one that was not made: ignored and counted', async () => {
    const { dial } = await startService();
    const { daemon, client } = await dial();
    const first = client.ping();
    await daemon.frame(0);
    const answer = '{"id":0,"result":{},"error":null}\n';
    daemon.socket.write(clientFrame(2, `${answer}${answer}{"id":77,"result":{},"error":null}`));
    await first;
    const second = client.ping();
    await daemon.frame(1);
    daemon.socket.write(clientFrame(2, answer.replace('0', '1')));
    await second;
    expect(client.counters.ignoredAnswers).toBe(2);
  });

  it('asks twice with one id: both are answered', async () => {
    const platform = await startPlainPlatform();
    const daemon = connectDaemon({
      url: platform.url,
      allowInsecureHttp: true,
      handler: { syncStatus: (ref) => [ref] },
    });
    onTestFinished(() => daemon.close());
    const peer = await platform.next();
    peer.socket.send(Buffer.from(request('SyncStatus', 'a', 5) + request('SyncStatus', 'b', 5)));
    await peer.message(1);
    expect(peer.messages.map(({ text }) => text)).toEqual([
      '{"id":5,"result":{"Result":["a"],"ApplicationError":null},"error":null}\n',
      '{"id":5,"result":{"Result":["b"],"ApplicationError":null},"error":null}\n',
    ]);
  });

  const nested = '['.repeat(200_000) + ']'.repeat(200_000);

  it.each([
    ['null for both', '{"id":0,"result":null,"error":null}', 'invalid_response'],
    ['200,000 nested arrays', `{"id":0,"result":{"Result":${nested}},"error":null}`, undefined],
    ['200,000 nested arrays that never end', `{"id":0,"result":${'['.repeat(200_000)}]}`, undefined],
    ['a number for an answer', '7 ', 'invalid_response'],
  ])('answers with %s: a fatal error, and a close', async (_name, text, code) => {
    const { dial, registry } = await startService();
    const { daemon, client } = await dial();
    const call = client.syncStatus('HEAD').catch((error: unknown) => error);
    await daemon.frame(0);
    daemon.socket.write(clientFrame(2, text));
    const error = await call;
    expect(isRpcError(error) && error.isFatal).toBe(true);
    if (code !== undefined) expect(error).toMatchObject({ code });
    expect((await daemon.frame(1)).payload).toEqual(closePayload(1000, 'ok'));
    expect(registry.size).toBe(0);
  });

  it('asks with 200,000 nested arrays: refused or closed, and the daemon dials on', async () => {
    const platform = await startPlainPlatform();
    const clock = createFakeClock();
    const handler: DaemonHandler = { syncStatus: (ref) => [ref] };
    const daemon = connectDaemon({ url: platform.url, allowInsecureHttp: true, handler, clock });
    onTestFinished(() => daemon.close());
    const peer = await platform.next();
    peer.socket.send(Buffer.from(`{"method":"RPCServer.SyncStatus","params":[${nested}],"id":1}`));
    const outcome = await Promise.race([peer.message(0), peer.closed]);
    if (typeof outcome === 'string') expect(outcome).toMatch(/^\{"id":1,"result":null,"error":"/);
    else expect(outcome).toEqual({ code: 1000, reason: 'ok' });
  });

  it('names a label `__proto__`: it is data, and nothing else changes', async () => {
    const { dial } = await startService();
    const { daemon, client } = await dial();
    const call = client.listServices('');
    await daemon.frame(0);
    const service = '{"ID":"a:deployment/b","__proto__":{"Locked":true},"Labels":{"__proto__":"x","b":"y"}}';
    daemon.socket.write(
      clientFrame(
        2,
        `{"id":0,"result":{"Result":[${service}],"ApplicationError":null,"__proto__":{"Result":null}},"error":null}`,
      ),
    );
    const [status] = (await call) ?? [];
    expect(Object.entries(status?.Labels ?? {})).toEqual([
      ['__proto__', 'x'],
      ['b', 'y'],
    ]);
    expect(status?.Locked).toBe(false);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['Locked']).toBeUndefined();
  });

  it('sends a frame of 65 MiB: refused at its first bytes', async () => {
    const { dial, registry } = await startService();
    const { daemon, client } = await dial();
    const call = client.ping().catch((error: unknown) => error);
    await daemon.frame(0);
    const length = Buffer.alloc(10);
    length.set([0x82, 0xff]);
    length.writeUInt32BE(65 * 1024 * 1024, 6);
    daemon.socket.write(Buffer.concat([length, Buffer.alloc(4)]));
    expect(await call).toMatchObject({ isFatal: true, cause: { code: 'message_too_large' } });
    expect((await daemon.frame(1)).payload.readUInt16BE()).toBe(1009);
    expect(registry.size).toBe(0);
  });

  it('sends a value in more messages than it may have: refused when it is too large', async () => {
    const { dial, registry } = await startService({ client: { maxValueBytes: 4 * 1024 * 1024 } });
    const { daemon, client } = await dial();
    const call = client.syncStatus('HEAD').catch((error: unknown) => error);
    await daemon.frame(0);
    daemon.socket.write(clientFrame(2, '{"id":0,"result":"'));
    const frame = clientFrame(2, 'x'.repeat(1024 * 1024));
    for (let sent = 0; sent < 5 && !daemon.socket.destroyed; sent++) {
      if (!daemon.socket.write(frame)) await Promise.race([once(daemon.socket, 'drain'), daemon.closed]);
    }
    expect(await call).toMatchObject({ code: 'value_too_large', isFatal: true });
    expect(registry.size).toBe(0);
  });
});

/** Answers a daemon's upgrade request on a bare socket. */
function upgradeThen(socket: Socket, next: () => void): void {
  socket.on('error', () => undefined);
  socket.once('data', (head: Buffer) => {
    const key = /sec-websocket-key: (\S+)/i.exec(head.toString())?.[1] ?? '';
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'), next);
    socket.resume();
  });
}

/** Sends the first `cut` bytes and breaks off: every second time with a reset. */
function cutOff(socket: Socket, session: Buffer, cut: number): void {
  const end = (): void => void (cut % 2 === 0 ? socket.destroySoon() : socket.resetAndDestroy());
  if (cut === 0) end();
  else socket.write(session.subarray(0, cut), end);
}
