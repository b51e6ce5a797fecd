import { createFakeClock } from '@moorline/core/testing';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectProxy, type ConnectProxyOptions, type ProcessIo, type V3ProxyClient } from '../src/index.js';
import { createProxyServer } from '../src/server.js';
import { encodeProcessExited, encodeResponse, encodeStream } from '../src/wire/v3/frame.js';
import { encodeErrorMessage, encodeIoAccess } from '../src/wire/v3/payloads.js';
import type { CommandName } from '../src/wire/v3/types.js';
import { type ScriptedPeer, scriptedProxy } from './support/scripted-proxy.js';
import { fromHex } from './support/splits.js';
import { join } from 'node:path';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';

type Options = Omit<ConnectProxyOptions, 'generation'>;

async function pair(options: Options = {}): Promise<{ client: V3ProxyClient; peer: ScriptedPeer }> {
  const proxy = await scriptedProxy();
  const client = await connectProxy({ path: proxy.path, generation: 'v3', ...options });
  onTestFinished(() => client.close());
  return { client, peer: await proxy.accept() };
}

/** A connected shim, and the proxy's end of it. */
async function shim(options: Options = {}): Promise<{ client: V3ProxyClient; peer: ScriptedPeer; io: ProcessIo }> {
  const { client, peer } = await pair(options);
  const connecting = client.connectShim('t');
  await peer.frame();
  await peer.write(encodeResponse('ConnectShim'));
  return { client, peer, io: await connecting };
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`it came to ${String(value)}`);
    },
    (error: unknown) => error,
  );

const refuse = (name: CommandName, text: string) => encodeResponse(name, encodeErrorMessage(text), true);
const utf8 = (text: string) => new TextEncoder().encode(text);
const vm = { containerId: 'pod-7f', ctlSerial: '/run/vm7/ctl.sock', ioSerial: '/run/vm7/tty.sock' };

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('calls of v3', () => {
  it('send their payloads, and read what comes back', async () => {
    const { client, peer } = await pair();
    const register = client.registerVm({ ...vm, numIOStreams: 1 });
    expect(await peer.frame()).toEqual(['000203000000000000000068', JSON.stringify({ ...vm, numIOStreams: 1 })]);
    await peer.write(encodeResponse('RegisterVM', encodeIoAccess({ url: 'unix:///run/p.sock', tokens: ['t'] })));
    expect(await register).toEqual({ url: 'unix:///run/p.sock', tokens: ['t'] });

    const attach = client.attachVm({ containerId: 'pod-7f' });
    expect(await peer.frame()).toEqual(['000203000000000200000018', '{"containerId":"pod-7f"}']);
    await peer.write(encodeResponse('AttachVM', utf8('{"io":{"url":"unix:///run/p.sock","tokens":null}}')));
    expect(await attach).toEqual({ url: 'unix:///run/p.sock', tokens: [] });

    const hyper = client.newContainer({ id: 'c', process: { args: ['sh'] } }, { token: 't' });
    expect((await peer.frame())[1]).toBe(
      '{"hyperName":"newcontainer","tokens":["t"],"data":{"id":"c","process":{"args":["sh"]}}}',
    );
    await peer.write(encodeResponse('Hyper', utf8('acknowledged')));
    expect(Buffer.from(await hyper).toString()).toBe('acknowledged');

    const unregister = client.unregisterVm('pod-7f');
    expect(await peer.frame()).toEqual(['000203000000000100000018', '{"containerId":"pod-7f"}']);
    await peer.write(encodeResponse('UnregisterVM'));
    expect(await unregister).toBeUndefined();
  });

  it('conformance 66: throw what the proxy says, and go on', async () => {
    const { client, peer } = await pair();
    const attach = failure(client.attachVm({ containerId: 'x' }));
    await peer.frame();
    await peer.write(refuse('AttachVM', 'unknown containerID: x'));
    expect(await attach).toMatchObject({
      code: 'refused',
      text: 'unknown containerID: x',
      message: 'AttachVM: unknown containerID: x',
      isFatal: false,
    });
    const ping = failure(client.ping());
    await peer.frame();
    await peer.write(refuse('Hyper', ''));
    expect(await ping).toMatchObject({ code: 'refused', text: 'unknown error' });
  });

  it('refuse what a proxy never recovers from before they send anything', async () => {
    const { client, peer } = await pair({ maxMessageBytes: 20_000 });
    expect(await failure(client.hyper('bogus'))).toMatchObject({
      code: 'unknown_command',
      text: "unknown command 'bogus'",
    });
    expect(await failure(client.hyper('finishpod'))).toMatchObject({ code: 'unknown_command' });
    expect(await failure(client.hyper('startpod', 'x'.repeat(10_231)))).toMatchObject({
      code: 'message_too_large',
      text: 'message too long 10241',
    });
    expect(await failure(client.hyper('ping', 1n))).toMatchObject({ code: 'invalid_option' });
    expect(await failure(client.registerVm({ ...vm, numIOStreams: -1 }))).toMatchObject({ code: 'invalid_option' });
    expect(await failure(client.attachVm({ containerId: 'x'.repeat(20_001) }))).toMatchObject({
      code: 'message_too_large',
      isFatal: false,
    });
    expect(await failure(client.signal(31))).toMatchObject({ code: 'bad_signal', text: 'invalid signal number 31' });
    expect(await failure(client.signal(28))).toMatchObject({ code: 'bad_signal' });
    expect(await failure(client.resize({ columns: 0, rows: 1 }))).toMatchObject({ code: 'bad_signal' });
    expect(() => client.log({ source: 'shim', level: 'info', msg: '' })).toThrow('no message specified');
    const longest = client.hyper('startpod', 'x'.repeat(10_230));
    expect((await peer.frame())[0]).toMatch(/^0002030000000003/);
    await peer.write(encodeResponse('Hyper'));
    await longest;
  });

  it('conformance 68: take their answers from between streams and notifications', async () => {
    const { client, peer, io } = await shim();
    const calls = [client.signal(15), client.ping()];
    await peer.frame();
    await peer.frame();
    const frames = [
      encodeStream('stdout', utf8('a')),
      encodeProcessExited(0),
      encodeResponse('Signal'),
      encodeStream('stderr', utf8('b')),
      encodeResponse('Hyper', utf8('c')),
    ];
    await peer.write(Buffer.concat(frames));
    expect(await Promise.all(calls)).toEqual([undefined, Uint8Array.from(utf8('c'))]);
    expect(await io.exited).toBe(0);
  });

  it('keep what they were given, whatever is read after it', async () => {
    const { client, peer, io } = await shim();
    const outputs: Buffer[] = [];
    const answers: Uint8Array[] = [];
    io.stdout.on('data', (chunk: Buffer) => outputs.push(chunk));
    for (const word of ['one', 'two', 'six']) {
      const call = client.ping();
      await peer.frame();
      await peer.write(Buffer.concat([encodeStream('stdout', utf8(word)), encodeResponse('Hyper', utf8(word))]));
      answers.push(await call);
    }
    expect(outputs.map(String)).toEqual(['one', 'two', 'six']);
    expect(answers).toEqual(['one', 'two', 'six'].map(utf8));
  });

  it.each([
    ['an answer to another command', encodeResponse('Hyper'), 'invalid_response'],
    ['an answer that is no JSON', encodeResponse('AttachVM', utf8('sek')), 'invalid_response'],
    ['output without a shim', encodeStream('stdout', utf8('x')), 'bad_stream'],
    ['an exit without a shim', encodeProcessExited(1), 'bad_stream'],
    ['input', encodeStream('stdin'), 'bad_stream'],
    ['a command', fromHex('000203000000000500000000'), 'bad_stream'],
    ['a header of two words', fromHex('000202000000010200000000'), 'bad_frame'],
    ['4 GiB', fromHex('0002030000000102ffffffff'), 'message_too_large'],
    ['a message of v2', fromHex('00000010000000007b22737563636573'), 'bad_frame'],
    ['half a header', fromHex('00020300'), 'truncated_header'],
    ['half a payload', fromHex('0002030000000102000000027b'), 'truncated_body'],
    ['the end', new Uint8Array(0), 'connection_ended'],
  ])('conformance 64, 65, 67: end with %s', async (_, bytes, code) => {
    const { client, peer } = await pair();
    const call = failure(client.attachVm({ containerId: 'x' }));
    await peer.frame();
    await peer.write(bytes);
    peer.socket.end();
    expect(await call).toMatchObject({ code, isFatal: true });
    expect(await client.ended).toMatchObject({ code });
    const next = failure(client.attachVm({ containerId: 'x' }));
    expect(await next).toMatchObject({ code: 'connection_unusable', isFatal: true });
  });

  it('end by a deadline, and go on: the late answer is not taken for another', async () => {
    const clock = createFakeClock();
    const { client, peer } = await pair({ clock, callTimeoutMs: 50 });
    const late = failure(client.ping());
    await clock.advance(50);
    expect(await late).toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const aborted = failure(client.ping({ signal: controller.signal, timeoutMs: 0 }));
    controller.abort('enough');
    expect(await aborted).toBe('enough');
    const next = client.ping();
    for (let count = 0; count < 3; count++) await peer.frame();
    await peer.write(Buffer.concat([refuse('Hyper', 'late'), refuse('Hyper', 'gone'), encodeResponse('Hyper')]));
    expect(await next).toEqual(new Uint8Array(0));
    expect(clock.pendingTimers).toBe(1);
    const register = client.registerVm(vm);
    expect(clock.pendingTimers).toBe(1);
    await client.close();
    expect(clock.pendingTimers).toBe(0);
    expect(await failure(register)).toMatchObject({ code: 'connection_closed' });
    expect(await failure(client.ping({ signal: AbortSignal.abort('no') }))).toBe('no');
    await client[Symbol.asyncDispose]();
  });
});

describe('a shim of v3', () => {
  it('conformance 75: reads both outputs and the exit status', async () => {
    const { peer, io } = await shim();
    await peer.write(
      Buffer.concat([
        encodeStream('stdout', utf8('hi\n')),
        encodeStream('stderr', utf8('E!')),
        encodeStream('stdout', utf8('\x03')),
        encodeProcessExited(255),
        encodeProcessExited(1),
        encodeStream('stdout', utf8('of nobody')),
      ]),
    );
    expect(await textOf(io.stdout)).toBe('hi\n\x03');
    expect(await textOf(io.stderr)).toBe('E!');
    expect(await io.exited).toBe(255);
  });

  it('keeps output that comes before the answer to ConnectShim', async () => {
    const { client, peer } = await pair();
    const connecting = client.connectShim('t');
    expect(await peer.frame()).toEqual(['00020300000000040000000d', '{"token":"t"}']);
    await peer.write(
      Buffer.concat([encodeStream('stdout', utf8('early')), encodeResponse('ConnectShim'), encodeProcessExited(0)]),
    );
    const io = await connecting;
    expect(await textOf(io.stdout)).toBe('early');
    expect(await failure(client.connectShim('u'))).toMatchObject({ code: 'invalid_option' });
  });

  it('conformance 71: may try again when its token is refused', async () => {
    const { client, peer } = await pair();
    const connecting = failure(client.connectShim('t'));
    await peer.frame();
    await peer.write(refuse('ConnectShim', 'token already claimed: t'));
    expect(await connecting).toMatchObject({ code: 'refused', text: 'token already claimed: t' });
    const again = client.connectShim('u');
    await peer.frame();
    await peer.write(encodeResponse('ConnectShim'));
    expect((await again).stdout.readable).toBe(true);
  });

  it('conformance 74: sends input in frames that the agent takes, in order, and its end', async () => {
    const { peer, io } = await shim();
    io.stdin.write('ls\n');
    io.stdin.end(Buffer.alloc(10_229, 'x'));
    await once(io.stdin, 'finish');
    expect(await peer.frame()).toEqual(['000203000000020000000003', 'ls\n']);
    expect(await peer.frame()).toEqual(['0002030000000200000027f4', 'x'.repeat(10_228)]);
    expect(await peer.frame()).toEqual(['000203000000020000000001', 'x']);
    expect(await peer.frame()).toEqual(['000203000000020000000000', '']);
  });

  it('conformance 76: sends signals and sizes, and copes with a notification before, after and without the answer', async () => {
    const before = await shim();
    const term = before.client.signal(15);
    expect(await before.peer.frame()).toEqual(['000203000000000600000013', '{"signalNumber":15}']);
    await before.peer.write(Buffer.concat([encodeProcessExited(0), encodeResponse('Signal')]));
    await term;
    expect(await before.io.exited).toBe(0);

    const after = await shim();
    const kill = after.client.signal(9);
    await after.peer.write(Buffer.concat([encodeResponse('Signal'), encodeProcessExited(137)]));
    await kill;
    expect(await after.io.exited).toBe(137);

    const without = await shim();
    const resize = without.client.resize({ columns: 132, rows: 50 });
    expect(await without.peer.frame()).toEqual([
      '00020300000000060000002b',
      '{"signalNumber":28,"columns":132,"rows":50}',
    ]);
    await without.peer.write(encodeResponse('Signal'));
    await resize;
  });

  it('conformance 77: logs', async () => {
    const { client, peer } = await pair();
    await client.log({ source: 'shim', level: 'warn', msg: 'hot' });
    expect(await peer.frame()).toEqual(['00020300000002030000002c', '{"source":"shim","level":"warn","msg":"hot"}']);
  });

  it('conformance 78: takes the end of the connection for the answer to DisconnectShim', async () => {
    const { client, peer, io } = await shim();
    const disconnecting = client.disconnectShim();
    expect(await peer.frame()).toEqual(['000203000000000500000000', '']);
    peer.socket.end();
    await disconnecting;
    expect(await textOf(io.stdout)).toBe('');
    await expect(io.exited).rejects.toMatchObject({ code: 'connection_ended' });

    const other = await pair();
    const refused = failure(other.client.disconnectShim());
    await other.peer.frame();
    await other.peer.write(refuse('DisconnectShim', "client isn't a shim"));
    expect(await refused).toMatchObject({ code: 'refused', text: "client isn't a shim" });
  });

  it('ends without a status when the connection does, and what is written then goes nowhere', async () => {
    const { client, peer, io } = await shim();
    await peer.write(encodeStream('stdout', utf8('so far')));
    peer.socket.end();
    expect(await textOf(io.stdout)).toBe('so far');
    await expect(io.exited).rejects.toMatchObject({ code: 'connection_ended', isFatal: true });
    expect(io.stdin.destroyed).toBe(true);
    await client.log({ source: 'shim', level: 'info', msg: 'nobody reads this' });
  });

  it('stops reading while nobody reads its output, but not while a command waits', async () => {
    const { client, peer, io } = await shim({ maxUnreadBytes: 2 ** 20 });
    const chunk = encodeStream('stdout', new Uint8Array(50_000));
    // Until the buffers of both sides are full.
    let stuck = false;
    for (let count = 0; count < 100 && !stuck; count++) {
      stuck = !peer.socket.write(chunk);
      for (let turn = 0; turn < 20 && stuck; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        stuck = peer.socket.writableLength > 0;
      }
    }
    expect(stuck).toBe(true);
    expect(io.stdout.readableLength).toBeLessThan(300_000);
    const answer = client.signal(1);
    await peer.frame();
    peer.socket.write(encodeResponse('Signal'));
    await answer;
    expect(io.stdout.readableLength).toBeLessThan(2 ** 20 + 70_000);
    peer.socket.write(encodeProcessExited(0));
    io.stdout.resume();
    expect(await io.exited).toBe(0);
  });

  it('holds no more than its limit for a command', async () => {
    const clock = createFakeClock();
    const { client, peer, io } = await shim({ maxUnreadBytes: 200_000, clock });
    const call = failure(client.signal(1, { timeoutMs: 10 }));
    const chunk = encodeStream('stdout', new Uint8Array(50_000));
    for (let count = 0; count < 40; count++) peer.socket.write(chunk);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(io.stdout.readableLength).toBeLessThan(200_000 + 130_000);
    await clock.advance(10);
    expect(await call).toMatchObject({ code: 'timeout' });
  });
});

describe('the generation', () => {
  it('conformance 79: is detected of a proxy that answers as v3', async () => {
    const path = join(temporaryFolder(), 'proxy.sock');
    const server = createProxyServer();
    await server.listen({ path });
    onTestFinished(() => server.close());
    const client = await connectProxy({ path, generation: 'detect' });
    expect(client.generation).toBe('v3');
    await client.close();
  });

  it('conformance 79: is v2 of a proxy that ends the connection, or answers otherwise', async () => {
    const proxy = await scriptedProxy();
    for (const answer of [undefined, fromHex('0000000000000000000000000000'), encodeResponse('Hyper')]) {
      const connecting = connectProxy({ path: proxy.path, generation: 'detect' });
      const probe = await proxy.accept();
      expect((await probe.frame())[0]).toBe('000203000000000200000032');
      if (answer === undefined) probe.socket.end();
      else await probe.write(answer);
      const client = await connecting;
      expect(client.generation).toBe('v2');
      await client.close();
      await proxy.accept();
    }
  });

  it('conformance 79: is v2 of a proxy that waits for more', async () => {
    const clock = createFakeClock();
    const proxy = await scriptedProxy();
    const connecting = connectProxy({
      path: proxy.path,
      generation: 'detect',
      probeTimeoutMs: 500,
      clock,
      timeoutMs: 0,
    });
    const probe = await proxy.accept();
    await probe.frame();
    await clock.advance(500);
    const client = await connecting;
    expect(client.generation).toBe('v2');
    await probe.ended();
    await client.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not detected over a descriptor, nor after an abort', async () => {
    expect(await failure(connectProxy({ fd: 0, generation: 'detect' }))).toMatchObject({ code: 'invalid_option' });
    const proxy = await scriptedProxy();
    const controller = new AbortController();
    const connecting = connectProxy({ path: proxy.path, generation: 'detect', signal: controller.signal });
    const probe = await proxy.accept();
    await probe.frame();
    controller.abort('enough');
    expect(await failure(connecting)).toBe('enough');
    await probe.ended();
  });
});
