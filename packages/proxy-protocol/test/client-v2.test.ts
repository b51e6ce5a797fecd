import { createFakeClock } from '@moorline/core/testing';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { loadFdPassing } from '../src/fd/fd-passing.js';
import { connectProxy, type ConnectProxyOptions, isProxyError, type ProxyClient } from '../src/index.js';
import { encodeV2Response } from '../src/wire/v2/response.js';
import { descriptors, openMode } from './support/descriptors.js';
import { type ScriptedPeer, type ScriptedProxy, scriptedProxy } from './support/scripted-proxy.js';
import { cutAt, eachByte, fromHex } from './support/splits.js';

type Options = Omit<ConnectProxyOptions, 'generation'>;

/** A client, and the peer that answers it. */
async function pair(options: Options = {}): Promise<{ client: ProxyClient; peer: ScriptedPeer; proxy: ScriptedProxy }> {
  const proxy = await scriptedProxy();
  const client = await connectProxy({ path: proxy.path, ...options });
  onTestFinished(() => client.close());
  return { client, peer: await proxy.accept(), proxy };
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`it came to ${String(value)}`);
    },
    (error: unknown) => error,
  );

const vm = { containerId: 'pod-7f', ctlSerial: '/run/vm7/ctl.sock', ioSerial: '/run/vm7/tty.sock' };
const koffi = await loadFdPassing().catch(() => undefined);

describe('calls of v2', () => {
  it('send their payloads, and read what comes back', async () => {
    const { client, peer } = await pair();
    const hello = client.hello({ ...vm, console: '/run/vm7/con.sock' });
    expect(await peer.request()).toEqual({ id: 'hello', data: { ...vm, console: '/run/vm7/con.sock' } });
    await peer.respond({ version: 1 });
    expect(await hello).toEqual({ version: 1 });

    const attach = client.attach('pod-7f');
    expect(await peer.request()).toEqual({ id: 'attach', data: { containerId: 'pod-7f' } });
    await peer.respond();
    expect(await attach).toEqual({ version: 0 });

    const hyper = client.hyper('anything', [null]);
    expect(await peer.request()).toEqual({ id: 'hyper', data: { hyperName: 'anything', data: [null] } });
    await peer.respond();
    expect(await hyper).toBeUndefined();

    const bye = client.bye('pod-7f');
    expect(await peer.request()).toEqual({ id: 'bye', data: { containerId: 'pod-7f' } });
    await peer.respond();
    expect(await bye).toBeUndefined();
  });

  it('have a method for each command of the agent', async () => {
    const { client, peer } = await pair();
    const process = { terminal: true, stdio: 41n, stderr: 42, args: ['sh'], envs: [{ env: 'A', value: 'b' }] };
    const plain = { ...process, stdio: 41 };
    const calls: [Promise<void>, string, unknown?][] = [
      [client.startPod({ hostname: 'h', shareDir: 's' }), 'startpod', { hostname: 'h', shareDir: 's' }],
      [client.newContainer({ id: 'c', process }), 'newcontainer', { id: 'c', process: plain }],
      [client.execCmd({ container: 'c', process }), 'execcmd', { container: 'c', process: plain }],
      [client.killContainer({ container: 'c', signal: 9 }), 'killcontainer', { container: 'c', signal: 9 }],
      [client.winsize({ seq: 41n, row: 50, column: 132 }), 'winsize', { seq: 41, row: 50, column: 132 }],
      [client.ping(), 'ping'],
      [client.onlineCpuMem(), 'onlinecpumem', {}],
      [client.setupInterface({ device: 'eth0' }), 'setupinterface', { device: 'eth0' }],
      [client.setupRoute({ gateway: 'g' }), 'setuproute', { gateway: 'g' }],
      [client.removeContainer({ container: 'c' }), 'removecontainer', { container: 'c' }],
      [client.psContainer({ container: 'c' }), 'pscontainer', { container: 'c' }],
      [client.destroyPod(), 'destroypod', {}],
    ];
    for (const [call, hyperName, data] of calls) {
      const expected = data === undefined ? { hyperName } : { hyperName, data };
      expect(await peer.request()).toEqual({ id: 'hyper', data: expected });
      await peer.respond();
      await call;
    }
    const tooLarge = client.winsize({ seq: 2n ** 60n, row: 1, column: 1 });
    expect(await failure(tooLarge)).toMatchObject({ code: 'invalid_option' });
  });

  it('conformance 4: go out in one write each, one at a time, in order', async () => {
    const { client, peer } = await pair();
    const write = vi.spyOn(Socket.prototype, 'write');
    onTestFinished(() => write.mockRestore());
    const calls = [client.attach('a'), client.attach('b'), client.bye('a')];
    expect(await peer.request()).toMatchObject({ data: { containerId: 'a' } });
    expect(peer.socket.readableLength).toBe(0);
    await peer.respond();
    expect(await peer.request()).toMatchObject({ data: { containerId: 'b' } });
    await peer.respond();
    await peer.request();
    await peer.respond();
    await Promise.all(calls);
    const requests = write.mock.calls.map(([bytes]) => Buffer.from(bytes as Uint8Array).toString());
    expect(requests.filter((text) => text.includes('containerId')).map((text) => text.slice(8, 14))).toEqual([
      '{"id":',
      '{"id":',
      '{"id":',
    ]);
    expect(requests).toHaveLength(6);
  });

  it.each([
    ['byte by byte', (bytes: Uint8Array) => eachByte(bytes)],
    ['with its header in two pieces', (bytes: Uint8Array) => cutAt(bytes, [4])],
    ['header and body apart', (bytes: Uint8Array) => cutAt(bytes, [8])],
  ])('conformance 2, 3, 4: take an answer %s', async (_, cut) => {
    const { client, peer } = await pair();
    const attach = client.attach('x');
    await peer.request();
    for (const piece of cut(encodeV2Response({ version: 1 }))) {
      await peer.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await attach).toEqual({ version: 1 });
  });

  it('conformance 16, 17: throw what the proxy says, and go on', async () => {
    const { client, peer } = await pair();
    const call = failure(client.attach('x'));
    await peer.request();
    await peer.respond({ version: 1 }, 'unknown containerID: x');
    const error = await call;
    expect(error).toMatchObject({
      code: 'refused',
      text: 'unknown containerID: x',
      message: 'attach: unknown containerID: x',
      isFatal: false,
      details: { command: 'attach' },
    });
    const again = failure(client.hyper('ping'));
    await peer.request();
    await peer.write(fromHex('00000011 00000000'));
    await peer.write(Buffer.from('{"success":false}'));
    expect(await again).toMatchObject({ code: 'refused', text: 'unknown error' });
    const last = client.attach('y');
    await peer.request();
    await peer.respond();
    await last;
  });

  it('refuse what is out of range before they send anything', async () => {
    const { client, peer } = await pair({ maxMessageBytes: 100 });
    expect(await failure(client.hyper('x', 'y'.repeat(100)))).toMatchObject({
      code: 'message_too_large',
      isFatal: false,
    });
    expect(await failure(client.hyper('x', 1n))).toMatchObject({ code: 'invalid_option' });
    expect(await failure(client.attach('x', { timeoutMs: -1 }))).toMatchObject({ code: 'invalid_option' });
    // @ts-expect-error the types refuse it too
    expect(await failure(client.allocateIo(3))).toMatchObject({
      code: 'bad_stream_count',
      text: 'asking for unexpected number of streams (3)',
    });
    const last = client.attach('y');
    expect(await peer.request()).toMatchObject({ id: 'attach' });
    await peer.respond();
    await last;
  });
});

describe('the end of a connection of v2', () => {
  it.each([
    ['in a header', '000000', 'truncated_header'],
    ['in a body', '00000002000000007b', 'truncated_body'],
    ['between messages', '', 'connection_ended'],
    ['with flags', '0000000200000001', 'unexpected_flags'],
    ['with 4 GiB announced', 'ffffffff00000000', 'message_too_large'],
    ['with 1 MiB and a byte announced', '0010000100000000', 'message_too_large'],
    ['with the tag of a descriptor', '4600000010000000', 'desynchronized'],
    ['with another JSON', '00000002000000005b5d', 'invalid_response'],
    ['with no JSON', '00000000000000000000', 'invalid_response'],
  ])('conformance 7, 8, 11, 30: %s', async (_, hex, code) => {
    const { client, peer } = await pair();
    const call = failure(client.attach('x'));
    const queued = failure(client.attach('y'));
    await peer.request();
    await peer.write(fromHex(hex));
    peer.socket.end();
    expect(await call).toMatchObject({ code, isFatal: true });
    expect(await queued).toMatchObject({ code });
    expect(await client.ended).toMatchObject({ code });
    const late = await failure(client.attach('x'));
    expect(late).toMatchObject({ code: 'connection_unusable', isFatal: true, isRetryable: true });
    expect(late).toHaveProperty('cause.code', code);
    await peer.ended();
  });

  it('conformance 8: a reserved word is passed over with compat 2.0.0', async () => {
    const { client, peer } = await pair({ compat: '2.0.0' });
    const call = client.attach('x');
    await peer.request();
    const answer = encodeV2Response();
    answer[7] = 1;
    await peer.write(answer);
    expect(await call).toEqual({ version: 0 });
  });

  it('comes when an answer comes that nobody asked for', async () => {
    const { client, peer } = await pair();
    await peer.respond();
    expect(await client.ended).toMatchObject({ code: 'invalid_response' });
  });

  it('comes by a reset', async () => {
    const { client, peer } = await pair();
    const call = failure(client.attach('x'));
    await peer.read(4);
    peer.socket.destroy();
    expect(await call).toMatchObject({ code: 'connection_ended', isFatal: true });
  });

  it('comes by close(), which may be called again', async () => {
    const { client, peer } = await pair();
    const call = failure(client.attach('x'));
    await client.close();
    expect(await call).toMatchObject({ code: 'connection_closed', isFatal: true });
    await client[Symbol.asyncDispose]();
    await peer.ended();
    expect(await client.ended).toMatchObject({ code: 'connection_closed' });
  });
});

describe('deadlines and signals of v2', () => {
  it('end a call, and with it a connection whose answers could not be told apart', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock, callTimeoutMs: 50 });
    const call = failure(client.attach('x'));
    const queued = failure(client.attach('y', { timeoutMs: 1000 }));
    await peer.request();
    await clock.advance(50);
    expect(await call).toMatchObject({ code: 'timeout' });
    expect(await queued).toMatchObject({ code: 'desynchronized', isFatal: true });
    expect(await client.ended).toMatchObject({ code: 'desynchronized' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('end a call that was never sent, and nothing else', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock });
    const first = client.attach('x', { timeoutMs: 0 });
    const late = failure(client.attach('late', { timeoutMs: 10 }));
    const aborted = new AbortController();
    const gone = failure(client.attach('gone', { signal: aborted.signal }));
    const last = client.attach('y');
    await peer.request();
    await clock.advance(10);
    aborted.abort(new Error('enough'));
    expect(await late).toMatchObject({ code: 'timeout' });
    expect(await gone).toMatchObject({ message: 'enough' });
    await peer.respond({ version: 1 });
    expect(await first).toEqual({ version: 1 });
    expect(await peer.request()).toMatchObject({ data: { containerId: 'y' } });
    await peer.respond();
    await last;
    expect(clock.pendingTimers).toBeLessThanOrEqual(1);
    await client.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('hello has none of its own accord', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock, callTimeoutMs: 50 });
    const hello = client.hello(vm);
    await peer.request();
    expect(clock.pendingTimers).toBe(0);
    await peer.respond({ version: 1 });
    expect(await hello).toEqual({ version: 1 });
    expect(await failure(client.hello(vm, { signal: AbortSignal.abort('no') }))).toBe('no');
  });

  it('an abort leaves the connection usable: the late answer is dropped', async () => {
    const { client, peer } = await pair();
    const controller = new AbortController();
    const call = failure(client.attach('x', { signal: controller.signal }));
    await peer.request();
    controller.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    const next = client.attach('y');
    await peer.respond({ version: 7 });
    expect(await peer.request()).toMatchObject({ data: { containerId: 'y' } });
    await peer.respond({ version: 1 });
    expect(await next).toEqual({ version: 1 });
  });

  it('an abort does not save the connection from an answer that never comes', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock });
    const controller = new AbortController();
    const call = failure(client.attach('x', { signal: controller.signal, timeoutMs: 10 }));
    await peer.request();
    controller.abort(new Error('enough'));
    await call;
    await clock.advance(10);
    expect(await client.ended).toMatchObject({ code: 'desynchronized' });
  });
});

describe('connectProxy()', () => {
  it('tells why there is no connection', async () => {
    const path = join(temporaryFolder(), 'none.sock');
    expect(await failure(connectProxy({ path }))).toMatchObject({
      code: 'connect_failed',
      isRetryable: true,
      details: { path },
    });
    expect(await failure(connectProxy({ path: `/${'x'.repeat(107)}` }))).toMatchObject({
      code: 'socket_path_too_long',
      text: 'socket path too long: 108 (max 107)',
    });
    for (const options of [{}, { path, fd: 3 }, { fd: 9999 }, { fd: -1 }, { path, timeoutMs: -1 }, { path: '' }]) {
      expect(await failure(connectProxy(options)), JSON.stringify(options)).toMatchObject({ code: 'invalid_option' });
    }
    const file = openSync(import.meta.filename, 'r');
    expect(await failure(connectProxy({ fd: file }))).toMatchObject({ code: 'invalid_option' });
    closeSync(file);
    expect(await failure(connectProxy({ path, signal: AbortSignal.abort('no') }))).toBe('no');
  });

  it.skipIf(koffi === undefined)('takes a connected descriptor', async () => {
    const [mine = -1, theirs = -1] = koffi?.socketpair() ?? [];
    const client = await connectProxy({ fd: mine });
    const other = await connectProxy({ fd: theirs });
    expect(await failure(client.attach('x'))).toMatchObject({ isFatal: true });
    await other.close();
    await client.close();
    expect(await other.ended).toBeDefined();
  });

  it('conformance 36: eight that wait for hello hold no file up', async () => {
    const proxy = await scriptedProxy();
    const clients = await Promise.all(Array.from({ length: 8 }, () => connectProxy({ path: proxy.path })));
    const waiting = clients.map((client) => failure(client.hello(vm)));
    const peers = await Promise.all(clients.map(() => proxy.accept()));
    for (const peer of peers) await peer.request();
    expect(await readFile(import.meta.filename, 'utf8')).toContain('conformance 36');
    await Promise.all(clients.map((client) => client.close()));
    for (const error of await Promise.all(waiting)) expect(isProxyError(error)).toBe(true);
  });
});

describe.skipIf(koffi === undefined)('allocateIo()', () => {
  /** A pair of which one end is to be given away, as the original makes it. */
  function streams(): { given: number; kept: number } {
    const [given = -1, kept = -1] = koffi?.socketpair() ?? [];
    onTestFinished(() => {
      koffi?.close(given);
    });
    return { given, kept };
  }

  it('takes the descriptor that comes behind the answer, close-on-exec', async () => {
    const { client, peer } = await pair();
    const { given, kept } = streams();
    const call = client.allocateIo(2);
    expect(await peer.request()).toEqual({ id: 'allocateIO', data: { nStreams: 2 } });
    await peer.respond({ ioBase: 41n });
    await peer.sendFd(given);
    const { ioBase, nStreams, fd } = await call;
    expect({ ioBase, nStreams }).toEqual({ ioBase: 41n, nStreams: 2 });
    expect(openMode(fd)).toEqual({ isBlocking: true, isCloseOnExec: true });
    closeSync(fd);
    closeSync(kept);
    const next = client.attach('x');
    await peer.request();
    await peer.respond();
    await next;
  });

  it('conformance 20: takes it however answer and descriptor come together', async () => {
    const { client, peer } = await pair();
    const before = descriptors().length;
    for (let round = 0; round < 20; round++) {
      const { given, kept } = streams();
      const calls = [client.allocateIo(1), client.attach('x')];
      await peer.request();
      const answer = encodeV2Response({ ioBase: BigInt(round) });
      for (const piece of cutAt(answer, round % 2 === 0 ? [] : [round])) peer.socket.write(piece);
      await new Promise<void>((resolve) => peer.socket.write('', () => resolve()));
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      await peer.sendFd(given);
      await peer.request();
      await peer.respond({ version: 1 });
      const [allocated, attached] = await Promise.all(calls);
      expect([allocated, attached]).toMatchObject([{ ioBase: BigInt(round) }, { version: 1 }]);
      if (allocated !== undefined && 'fd' in allocated) closeSync(allocated.fd);
      closeSync(kept);
      closeSync(given);
    }
    expect(descriptors().length).toBe(before);
  });

  it('conformance 31: refused without ioBase, no descriptor is waited for', async () => {
    const { client, peer } = await pair();
    const call = failure(client.allocateIo(1));
    await peer.request();
    await peer.respond(undefined, 'client not attached to a vm');
    expect(await call).toMatchObject({ code: 'refused', text: 'client not attached to a vm' });
    const next = client.attach('x');
    await peer.request();
    await peer.respond();
    await next;
  });

  it('conformance 32: refused with ioBase, the descriptor is taken and closed', async () => {
    const { client, peer } = await pair();
    const { given, kept } = streams();
    const before = descriptors().length;
    const call = failure(client.allocateIo(1));
    await peer.request();
    await peer.respond({ ioBase: 1n }, 'asking for unexpected number of streams (3)');
    await peer.sendFd(given);
    expect(await call).toMatchObject({ code: 'refused', text: 'asking for unexpected number of streams (3)' });
    expect(descriptors().length).toBe(before);
    const next = client.attach('x');
    await peer.request();
    await peer.respond();
    await next;
    closeSync(kept);
  });

  it('closes a descriptor for which nobody waits any more', async () => {
    const { client, peer } = await pair();
    const { given, kept } = streams();
    const before = descriptors().length;
    const controller = new AbortController();
    const call = failure(client.allocateIo(1, { signal: controller.signal }));
    await peer.request();
    controller.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    const next = client.attach('x');
    await peer.respond({ ioBase: 1n });
    await peer.sendFd(given);
    await peer.request();
    await peer.respond();
    await next;
    expect(descriptors().length).toBe(before);
    closeSync(kept);
  });

  it('says when a success has no ioBase, or one that is none', async () => {
    const { client, peer } = await pair();
    const call = failure(client.allocateIo(1));
    await peer.request();
    await peer.respond();
    expect(await call).toMatchObject({ code: 'invalid_response', text: 'allocateio: no ioBase in response' });
    const next = failure(client.allocateIo(1));
    await peer.request();
    const body = '{"success":true,"data":{"ioBase":"41"}}';
    await peer.write(Buffer.concat([fromHex(`000000${body.length.toString(16)}00000000`), Buffer.from(body)]));
    expect(await next).toMatchObject({ code: 'invalid_response', isFatal: true });
  });

  it('conformance 24, 28: no descriptor, or the end in its place', async () => {
    const lone = await pair();
    const call = failure(lone.client.allocateIo(1));
    await lone.peer.request();
    await lone.peer.respond({ ioBase: 1n });
    await lone.peer.write(Buffer.from('F'));
    expect(await call).toMatchObject({ code: 'fd_missing', text: 'no out of band data read', isFatal: true });
    expect(await failure(lone.client.attach('x'))).toMatchObject({ code: 'connection_unusable' });

    const ended = await pair();
    const second = failure(ended.client.allocateIo(1));
    await ended.peer.request();
    await ended.peer.respond({ ioBase: 1n });
    ended.peer.socket.end();
    expect(await second).toMatchObject({ code: 'connection_ended', isFatal: true });
  });

  it('ends with its deadline when the descriptor never comes', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock });
    const call = failure(client.allocateIo(1, { timeoutMs: 100 }));
    await peer.request();
    await peer.respond({ ioBase: 1n });
    await clock.advance(100);
    expect(await call).toMatchObject({ code: 'timeout' });
    expect(await client.ended).toMatchObject({ code: 'desynchronized' });
    await peer.ended();
  });

  it('conformance 30: a descriptor in front of its answer is an error, and closed', async () => {
    const { client, peer } = await pair();
    const { given, kept } = streams();
    const before = descriptors().length;
    const call = failure(client.allocateIo(1));
    await peer.request();
    await peer.sendFd(given);
    await peer.respond({ ioBase: 1n });
    expect(await call).toMatchObject({ code: 'desynchronized', hint: expect.stringContaining('2.1.0-rc.1') });
    await peer.ended();
    // The connection is gone too.
    expect(descriptors().length).toBeLessThan(before);
    closeSync(kept);
  });
});
