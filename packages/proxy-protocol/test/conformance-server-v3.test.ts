import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createProxyServer } from '../src/server.js';
import { sniffGeneration } from '../src/server/generation-sniffer.js';
import { Tokens } from '../src/server/tokens.js';
import { hyperstartCodes } from '../src/wire/hyperstart/commands.js';
import { encodeControlPacket } from '../src/wire/hyperstart/control-packet.js';
import { encodeV2Request } from '../src/wire/v2/request.js';
import { encodeCommand, encodeProcessExited, encodeResponse, encodeStream } from '../src/wire/v3/frame.js';
import { within } from './support/peers.js';
import { ioPacket, proxyWorld, type ProxyWorld, tokensIn, type V3Peer } from './support/proxy-world.js';

const { error, killcontainer, newcontainer, winsize } = hyperstartCodes;

const unknownContainer = { isError: true, name: 'AttachVM', json: { msg: 'unknown containerID: x' } };
const attachX = encodeCommand('AttachVM', Buffer.from('{"containerId":"x"}'));

/** The frame with some bytes changed: `[index, value]`. */
function changed(frame: Uint8Array, ...changes: [number, number][]): Buffer {
  const bytes = Buffer.from(frame);
  for (const [index, value] of changes) bytes[index] = value;
  return bytes;
}

/** A shim that has the token, and a process that is started on its streams. */
async function running(
  world: ProxyWorld,
  hyperName: 'newcontainer' | 'execcmd' = 'newcontainer',
): Promise<Awaited<ReturnType<ProxyWorld['registered']>> & { shim: V3Peer; token: string }> {
  const registered = await world.registered();
  const [token = ''] = registered.tokens;
  const shim = await world.v3();
  expect((await shim.ask('ConnectShim', { token })).isError).toBe(false);
  const data = hyperName === 'newcontainer' ? { id: 'ct1', process: {} } : { container: 'ct1', process: {} };
  expect((await registered.client.ask('Hyper', { hyperName, tokens: [token], data })).isError).toBe(false);
  return { ...registered, shim, token };
}

describe('v3 frames', () => {
  it('conformance 64: extra words of a header are passed over, fewer than three are refused, and the proxy lives', async () => {
    const world = await proxyWorld({ generations: ['v3'] });
    const client = await world.v3();
    await client.write(
      Buffer.concat([changed(attachX, [2, 6]).subarray(0, 12), Buffer.alloc(12), attachX.subarray(12)]),
    );
    expect(await client.answer()).toMatchObject(unknownContainer);
    for (const words of [2, 0]) {
      const bad = await world.v3();
      await bad.write(changed(attachX, [2, words]));
      expect(await bad.isClosed()).toBe(true);
    }
    await client.write(attachX);
    expect(await client.answer()).toMatchObject(unknownContainer);
  });

  it.each([
    ['version 1', [1, 1], 'frame: bad version 1'],
    ['version 3', [1, 3], 'frame: bad version 3'],
    ['type 4', [6, 4], 'frame: bad type unknown'],
    ['command 7', [7, 7], 'frame: bad opcode (7) for type command'],
  ] as const)('conformance 65: %s ends the connection', async (_what, change, text) => {
    const world = await proxyWorld({ generations: ['v3'] });
    const client = await world.v3();
    await client.write(changed(attachX, [...change]));
    expect(await client.isClosed()).toBe(true);
    expect(world.logger.records.at(-1)?.fields).toMatchObject({ code: 'bad_frame', error: text });
  });

  it.each([
    ['a stream with opcode 4', changed(encodeStream('stdin'), [7, 4])],
    ['a notification with opcode 1', changed(encodeProcessExited(0), [7, 1])],
    ['a response', encodeResponse('Hyper')],
    ['a notification', encodeProcessExited(0)],
    ['stdout', encodeStream('stdout', Buffer.from('x'))],
    ['stdin of someone who is no shim', encodeStream('stdin', Buffer.from('x'))],
  ])('conformance 65: %s ends the connection', async (_what, frame) => {
    const client = await (await proxyWorld()).v3();
    await client.write(frame);
    expect(await client.isClosed()).toBe(true);
  });

  it('conformance 63, 66: reserved bytes and unknown flags are passed over', async () => {
    const client = await (await proxyWorld({ generations: ['v3'] })).v3();
    await client.write(changed(attachX, [3, 9], [4, 9], [5, 9], [6, 0xf0]));
    expect(await client.answer()).toMatchObject(unknownContainer);
  });

  it('conformance 67: a payload beyond the limit ends the connection', async () => {
    const client = await (await proxyWorld({ limits: { maxPayloadBytes: 19 } })).v3();
    await client.write(attachX);
    expect(await client.answer()).toMatchObject(unknownContainer);
    await client.write(encodeCommand('AttachVM', Buffer.from('{"containerId":"xy"}')));
    expect(await client.isClosed()).toBe(true);
  });

  it('conformance 79: each generation is told from the other by nine bytes, in any pieces', async () => {
    const world = await proxyWorld();
    for (const piece of [1, 8, 9, 100]) {
      const v3 = await world.v3();
      const v2 = await world.v2();
      const request = encodeV2Request('attach', { containerId: 'x' });
      for (let at = 0; at < 100; at += piece) {
        await v3.write(attachX.subarray(at, at + piece));
        if (at < request.length) v2.write(request.subarray(at, at + piece));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await v3.answer()).toMatchObject(unknownContainer);
      expect(await v2.answer()).toEqual({ success: false, error: 'unknown containerID: x' });
    }
    // A body that is as long as v3's first four bytes say.
    const long = await world.v2();
    await long.ask('attach', { containerId: 'x'.repeat(0x20300 - 47) });
    expect(sniffGeneration(encodeV2Request('attach', { containerId: 'x'.repeat(0x20300 - 42) }))).toBe('v2');
  });

  it('conformance 79: bytes of the other generation fail fast', async () => {
    const v3 = await (await proxyWorld({ generations: ['v3'] })).v3();
    await v3.write(encodeV2Request('attach', { containerId: 'x' }));
    expect(await v3.isClosed()).toBe(true);
    const v2 = await (await proxyWorld({ generations: ['v2'] })).v3();
    await v2.write(attachX);
    expect(await v2.isClosed()).toBe(true);
  });
});

describe('RegisterVM, AttachVM, UnregisterVM, Hyper', () => {
  it('conformance 69, 70: tokens are of 44 characters, as many as were asked for; none are null', async () => {
    const world = await proxyWorld();
    const { client, tokens } = await world.registered(2);
    expect(new Set(tokens).size).toBe(2);
    const { payload } = await client.ask('AttachVM', { containerId: 'pod-7f' });
    expect(payload.toString()).toBe(`{"io":{"URL":"unix://${world.path}","tokens":null}}`);
    const many = Array.from({ length: 10_000 }, () => Tokens.make());
    expect(new Set(many).size).toBe(10_000);
    expect([...many, ...tokens].every((token) => /^[\w-]{43}=$/.test(token))).toBe(true);
    expect(world.logger.text()).not.toContain(tokens[0]);
  });

  it('a container has so many streams and no more, and a proxy so many containers', async () => {
    const world = await proxyWorld({ limits: { maxSessions: 3, maxContainers: 1 } });
    const { client } = await world.registered(2);
    const refused = await client.ask('AttachVM', { containerId: 'pod-7f', numIOStreams: 2 });
    expect(refused.json).toEqual({ msg: 'too many streams of pod-7f: at most 3 can be open' });
    const { json } = await client.ask('AttachVM', { containerId: 'pod-7f', numIOStreams: 1 });
    expect(tokensIn(json)).toHaveLength(1);
    const other = await client.ask('RegisterVM', (await world.agent()).hello('pod-80'));
    expect(other.json).toEqual({ msg: 'pod-80: 1 containers are registered already' });
  });

  it("an agent's failures are told in the words of 3.0, and its answers are passed on", async () => {
    const answers = [
      encodeControlPacket(hyperstartCodes.ack, '{"ps":1}'),
      encodeControlPacket(error, 'why'),
      encodeControlPacket(hyperstartCodes.ready),
    ];
    const world = await proxyWorld();
    const agent = await world.agent({ answer: () => answers.shift() });
    const client = await world.v3();
    await client.ask('RegisterVM', agent.hello('pod-7f'));
    const ask = async (hyperName: string): Promise<string> =>
      (await client.ask('Hyper', { hyperName, tokens: null })).payload.toString();
    expect(await ask('pscontainer')).toBe('{"ps":1}');
    expect(await ask('ping')).toBe('{"msg":"ERROR received from VM agent, control msg received : why"}');
    expect(await ask('ping')).toBe('{"msg":"CMD ID received 8 not matching expected 9, control msg received : "}');
    await agent.hangUp('ctl');
    await within(untilLost(world));
    expect(await ask('ping')).toBe('{"msg":"No multicast available for CTL channel"}');
  });

  it('a container that v2 registered is known to v3, and the other way round', async () => {
    const world = await proxyWorld();
    const { client: v2, agent } = await world.greeted();
    const v3 = await world.v3();
    const { ioBase } = await v2.allocate(2);
    const { json } = await v3.ask('AttachVM', { containerId: 'pod-7f', numIOStreams: 1 });
    const [token = ''] = tokensIn(json);
    const shim = await world.v3();
    await shim.ask('ConnectShim', { token });
    await v3.ask('Hyper', { hyperName: 'newcontainer', tokens: [token], data: { id: 'ct', process: {} } });
    expect(JSON.parse((await agent.command(0)).payload)).toMatchObject({ process: { stdio: 3, stderr: 4 } });
    expect(ioBase).toBe(1);
    expect(await v3.ask('UnregisterVM', { containerId: 'pod-7f' })).toMatchObject({ isError: false });
    expect((await v2.ask('attach', { containerId: 'pod-7f' })).error).toBe('unknown containerID: pod-7f');
  });
});

describe('tokens and shims', () => {
  it('conformance 71: a token is claimed once at a time; a shim that drops may come again', async () => {
    const world = await proxyWorld();
    const { tokens, agent } = await world.registered();
    const [token = ''] = tokens;
    const shim = await world.v3();
    expect((await shim.ask('ConnectShim', { token: 'nope' })).json).toEqual({ msg: 'unknown token: nope' });
    expect((await shim.ask('ConnectShim', { token })).isError).toBe(false);
    const other = await world.v3();
    expect((await other.ask('ConnectShim', { token })).json).toEqual({ msg: `token already claimed: ${token}` });
    shim.close();
    await within(untilClaimed(other, token));
    await agent.output(3, 'for the second');
    expect(await other.answer()).toMatchObject({ type: 'stream', name: 'stdout' });
  });

  it('output that comes before a shim is kept for it, behind the answer to ConnectShim', async () => {
    const world = await proxyWorld();
    const { tokens, agent } = await world.registered();
    await agent.output(3, 'early');
    await agent.output(4, 'too');
    await agent.output(1, 'of the null session');
    const shim = await world.v3();
    await shim.readWithin(5);
    expect((await shim.ask('ConnectShim', { token: tokens[0] })).name).toBe('ConnectShim');
    expect([await shim.answer(), await shim.answer()].map(({ name, payload }) => [name, payload.toString()])).toEqual([
      ['stdout', 'early'],
      ['stderr', 'too'],
    ]);
  });

  it('conformance 72: commands get the numbers of their token', async () => {
    const world = await proxyWorld();
    const { client, agent, tokens } = await world.registered(3);
    for (const token of tokens) await (await world.v3()).ask('ConnectShim', { token });
    const start = (token: string | undefined, process: object): Promise<{ json: unknown }> =>
      client.ask('Hyper', {
        hyperName: 'newcontainer',
        tokens: token === undefined ? null : [token],
        data: { id: 'ct', process },
      });
    await start(tokens[0], {});
    await start(tokens[1], { terminal: true });
    await start(undefined, {});
    await start(undefined, {});
    const processes = agent.commands.map(({ payload }) => (JSON.parse(payload) as { process: object }).process);
    expect(processes.map((process) => [Reflect.get(process, 'stdio'), Reflect.get(process, 'stderr')])).toEqual([
      [3, 4],
      [5, undefined],
      [1, 2],
      [1, 2],
    ]);
    expect((await start(tokens[2], { stdio: 5 })).json).toEqual({ msg: 'expected process.Stdio to be 0, got 5' });
    expect((await start(tokens[2], { stderr: 6 })).json).toEqual({ msg: 'expected process.Stderr to be 0, got 6' });
    expect((await start('zz', {})).json).toEqual({ msg: 'unknown token zz' });
    expect((await start(tokens[0], {})).json).toEqual({ msg: `token ${tokens[0]} has a process` });
    const two = await client.ask('Hyper', { hyperName: 'execcmd', tokens, data: {} });
    expect(two.json).toEqual({ msg: 'expected 0 or 1 token, got 3' });
    const ping = await client.ask('Hyper', { hyperName: 'ping', tokens: [tokens[0]] });
    expect(ping.json).toEqual({ msg: "ping doesn't need tokens but 1 token(s) were given" });
    expect(agent.commands).toHaveLength(4);
  });

  it('conformance 73: a command waits 30 s for its shim, a signal and stdin for their process', async () => {
    const world = await proxyWorld();
    const { client, tokens } = await world.registered(2);
    client.send('Hyper', { hyperName: 'newcontainer', tokens: [tokens[0]], data: { id: 'ct', process: {} } });
    const [signalling, typing] = [await world.v3(), await world.v3()];
    await signalling.ask('ConnectShim', { token: tokens[1] });
    signalling.send('Signal', { signalNumber: 10 });
    const { json } = await (await world.v3()).ask('AttachVM', { containerId: 'pod-7f', numIOStreams: 1 });
    await typing.ask('ConnectShim', { token: tokensIn(json)[0] });
    typing.stdin('early');
    expect(await typing.readWithin(10)).toHaveLength(0);
    await world.clock.advance(29_999);
    expect((await client.readWithin(5)).length + (await signalling.readWithin(5)).length).toBe(0);
    await world.clock.advance(1);
    expect((await client.answer()).json).toEqual({ msg: `timeout waiting for shim with token ${tokens[0]}` });
    expect((await signalling.answer()).json).toEqual({ msg: `timeout waiting for process with token ${tokens[1]}` });
    expect(await typing.isClosed()).toBe(true);
    // The token can be claimed and started still.
    await (await world.v3()).ask('ConnectShim', { token: tokens[0] });
    const again = { hyperName: 'newcontainer', tokens: [tokens[0]], data: { id: 'ct', process: {} } };
    expect((await client.ask('Hyper', again)).isError).toBe(false);
  });

  it('a command that waits for its shim goes on when the shim comes', async () => {
    const world = await proxyWorld();
    const { client, tokens, agent } = await world.registered();
    client.send('Hyper', { hyperName: 'newcontainer', tokens, data: { id: 'ct', process: {} } });
    expect(await client.readWithin(5)).toHaveLength(0);
    await (await world.v3()).ask('ConnectShim', { token: tokens[0] });
    expect((await client.answer()).isError).toBe(false);
    expect((await agent.command(0)).code).toBe(newcontainer);
    expect(world.clock.pendingTimers).toBeLessThanOrEqual(1);
  });

  it('conformance 74: stdin is held until the process is there, then sent in order; too much at once ends the shim', async () => {
    const world = await proxyWorld();
    const { client, agent, tokens } = await world.registered();
    const shim = await world.v3();
    await shim.ask('ConnectShim', { token: tokens[0] });
    shim.stdin('early');
    shim.stdin('second');
    expect(await agent.inputWithin(5)).toHaveLength(0);
    await client.ask('Hyper', { hyperName: 'newcontainer', tokens, data: { id: 'ct', process: {} } });
    expect(await agent.input(35)).toEqual(Buffer.concat([ioPacket(3, 'early'), ioPacket(3, 'second')]));
    shim.stdin('');
    shim.stdin('x'.repeat(10_228));
    expect(await agent.input(12)).toEqual(ioPacket(3, ''));
    expect(await agent.input(10_240)).toEqual(ioPacket(3, 'x'.repeat(10_228)));
    shim.stdin('x'.repeat(10_229));
    expect(await shim.isClosed()).toBe(true);
  });

  it('conformance 75: after an empty packet on either number, one byte on either is the exit status', async () => {
    const exits: number[] = [];
    const world = await proxyWorld({ hooks: { processExited: ({ exitCode }) => void exits.push(exitCode) } });
    const { agent, shim } = await running(world);
    const got = async (): Promise<unknown[]> => {
      const { type, name, payload } = await shim.answer();
      return [type, name, payload.toString('latin1')];
    };
    await agent.output(3, 'Z');
    expect(await got()).toEqual(['stream', 'stdout', 'Z']);
    await agent.output(4, '');
    await agent.output(3, 'late');
    await agent.output(4, '\x07');
    await agent.output(3, '\x02');
    expect([await got(), await got(), await got()]).toEqual([
      ['stream', 'stdout', 'late'],
      ['notification', 'ProcessExited', '\x07'],
      ['notification', 'ProcessExited', '\x02'],
    ]);
    expect(exits).toEqual([7, 2]);
  });

  it('conformance 76: signals are checked, then go to the first process of a container', async () => {
    const world = await proxyWorld();
    const { agent, shim } = await running(world);
    const refusals: [object, string][] = [
      [{ signalNumber: -1 }, 'invalid signal number -1'],
      [{ signalNumber: 31 }, 'invalid signal number 31'],
      [{ signalNumber: 28 }, 'received SIGWINCH but terminal size is invalid (0,0)'],
      [{ signalNumber: 28, columns: 80 }, 'received SIGWINCH but terminal size is invalid (80,0)'],
      [{ signalNumber: 10, columns: 5, rows: 5 }, 'received a terminal size (5,5) for signal user defined signal 1'],
    ];
    for (const [signal, msg] of refusals) expect((await shim.ask('Signal', signal)).json).toEqual({ msg });
    expect((await shim.ask('Signal', { signalNumber: 15 })).isError).toBe(false);
    expect((await shim.ask('Signal', { signalNumber: 28, columns: 132, rows: 50 })).isError).toBe(false);
    expect(agent.commands.slice(1).map(({ code, payload }) => [code, JSON.parse(payload) as unknown])).toEqual([
      [killcontainer, { container: 'ct1', signal: 15, allProcesses: false }],
      [winsize, { seq: 3, row: 50, column: 132 }],
    ]);
    expect((await (await world.v3()).ask('Signal')).json).toEqual({ msg: "client isn't a shim" });
  });

  it('conformance 76: a signal to another process than the first is refused', async () => {
    const { shim } = await running(await proxyWorld(), 'execcmd');
    expect((await shim.ask('Signal', { signalNumber: 10 })).json).toEqual({
      msg: 'Could not send the signal user defined signal 1: Sending a signal to a process different from the initial container process is not supported',
    });
  });

  it('conformance 76: KILL and TERM before the start are answered with an exit', async () => {
    const world = await proxyWorld();
    const { tokens } = await world.registered(2);
    for (const [index, signalNumber] of [9, 15].entries()) {
      const shim = await world.v3();
      await shim.ask('ConnectShim', { token: tokens[index] });
      shim.send('Signal', { signalNumber });
      expect(await shim.answer()).toMatchObject({ type: 'notification', payload: Buffer.of(0) });
      expect(await shim.answer()).toMatchObject({ type: 'response', name: 'Signal', isError: false });
    }
  });

  it('conformance 77: entries for the log are logged, others end the connection', async () => {
    const world = await proxyWorld();
    const client = await world.v3();
    const log = (entry: object): Uint8Array => encodeStream('log', Buffer.from(JSON.stringify(entry)));
    await client.write(log({ source: 'shim', level: 'warn', msg: 'hot', containerId: 'pod-7f' }));
    await client.ask('AttachVM', { containerId: 'x' });
    expect(world.logger.records).toContainEqual({
      level: 'warn',
      message: 'hot',
      fields: { client: 1, source: 'shim', containerId: 'pod-7f' },
    });
    for (const entry of [
      { source: 'qemu', level: 'warn', msg: 'x' },
      { source: 'shim', level: 'fatal', msg: 'x' },
      { source: 'shim', level: 'warn', msg: '' },
    ]) {
      const bad = await world.v3();
      await bad.write(log(entry));
      expect(await bad.isClosed()).toBe(true);
    }
  });

  it('conformance 78: DisconnectShim is answered by the end of the connection, and its token is used up', async () => {
    const world = await proxyWorld();
    const { agent, shim, token } = await running(world);
    shim.send('DisconnectShim');
    expect(await shim.isClosed()).toBe(true);
    const other = await world.v3();
    expect((await other.ask('ConnectShim', { token })).json).toEqual({ msg: `token already claimed: ${token}` });
    expect((await other.ask('DisconnectShim')).json).toEqual({ msg: "client isn't a shim" });
    // Nobody takes what its process still writes.
    await agent.output(3, 'lost');
    expect((await other.ask('AttachVM', { containerId: 'pod-7f' })).isError).toBe(false);
  });

  it('a lost VM ends the connections of its shims, with what was written before', async () => {
    const world = await proxyWorld();
    const { client, agent, shim } = await running(world);
    await agent.output(3, 'last words');
    await agent.hangUp('io');
    expect((await shim.answer()).payload.toString()).toBe('last words');
    expect(await shim.isClosed()).toBe(true);
    // The control socket goes on alone.
    expect((await client.ask('Hyper', { hyperName: 'ping', tokens: null })).isError).toBe(false);
    const { json } = await client.ask('AttachVM', { containerId: 'pod-7f', numIOStreams: 1 });
    const late = await world.v3();
    expect((await late.ask('ConnectShim', { token: tokensIn(json)[0] })).json).toEqual({ msg: 'VM of pod-7f is lost' });
    await client.ask('UnregisterVM', { containerId: 'pod-7f' });
    expect((await late.ask('ConnectShim', { token: tokensIn(json)[0] })).isError).toBe(true);
  });
});

describe('what a proxy keeps to itself', () => {
  it('no token comes into the log, whatever is refused', async () => {
    const world = await proxyWorld({ timeouts: { waitMs: 1 } });
    const { client, tokens } = await world.registered();
    const [token = ''] = tokens;
    client.send('Hyper', { hyperName: 'newcontainer', tokens, data: { id: 'ct', process: {} } });
    await client.readWithin(5);
    await world.clock.advance(1);
    expect((await client.answer()).json).toEqual({ msg: `timeout waiting for shim with token ${token}` });
    await (await world.v3()).ask('ConnectShim', { token });
    expect((await client.ask('ConnectShim', { token })).isError).toBe(true);
    expect(world.logger.records.length).toBeGreaterThan(3);
    expect(inspect(world.logger.records, { depth: 10 })).not.toContain(token);
  });

  it('a token starts one process, also where two ask at once', async () => {
    const world = await proxyWorld();
    const { client, tokens, agent } = await world.registered();
    const other = await world.v3();
    await other.ask('AttachVM', { containerId: 'pod-7f' });
    const start = { hyperName: 'newcontainer', tokens, data: { id: 'ct', process: {} } };
    client.send('Hyper', start);
    await client.readWithin(5);
    expect((await other.ask('Hyper', start)).json).toEqual({ msg: `token ${tokens[0]} has a process` });
    await (await world.v3()).ask('ConnectShim', { token: tokens[0] });
    expect((await client.answer()).isError).toBe(false);
    expect(agent.commands).toHaveLength(1);
  });

  it('a RegisterVM that asks for too many tokens registers nothing', async () => {
    const world = await proxyWorld({ limits: { maxSessions: 3 } });
    const agent = await world.agent();
    const client = await world.v3();
    const { isError } = await client.ask('RegisterVM', { ...agent.hello('pod-7f'), numIOStreams: 4 });
    expect([isError, world.proxy.containers()]).toEqual([true, []]);
    expect((await client.ask('RegisterVM', { ...agent.hello('pod-7f'), numIOStreams: 3 })).isError).toBe(false);
  });

  it('a VM that has ended takes no room, however it ended', async () => {
    const world = await proxyWorld({ compat: '2.0.0', limits: { maxContainers: 1 } });
    const client = await world.v2();
    for (const end of ['bye', 'ctl', 'io'] as const) {
      const agent = await world.agent();
      expect(await client.ask('hello', agent.hello('pod-7f'))).toEqual({ success: true });
      if (end !== 'bye') {
        await agent.hangUp(end);
        await agent.hangUp(end === 'io' ? 'ctl' : 'io');
        await within(untilLost(world));
        await agent.isClosed('io');
        await client.readWithin(5);
      }
      expect(await client.ask('bye', { containerId: 'pod-7f' })).toEqual({ success: true });
    }
  });

  it("a VM's console is read line by line where that is wanted", async () => {
    const world = await proxyWorld({ readConsole: true });
    const agent = await world.agent();
    const consoleServer = createServer((socket) => socket.end(`boot\r\nø ${'x'.repeat(5000)}\nlast`));
    consoleServer.listen(join(world.folder, 'console'));
    await once(consoleServer, 'listening');
    const client = await world.v2();
    const hello = agent.hello('pod-7f');
    expect((await client.ask('hello', { ...hello, console: join(world.folder, 'console') })).success).toBe(true);
    const lines = (): unknown[] =>
      world.logger.records
        .filter(({ message }) => message === 'console')
        .map(({ fields }) => Reflect.get(fields, 'line'));
    while (lines().length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(lines()).toEqual(['boot', `ø ${'x'.repeat(4094)}`, 'x'.repeat(906)]);
    const without = await client.ask('hello', {
      ...(await world.agent()).hello('pod-80'),
      console: '/run/none/console',
    });
    expect(without.success).toBe(true);
    consoleServer.close();
  });

  it('a hook that throws is logged, and stops nothing', async () => {
    const gone: string[] = [];
    const hooks = {
      containerRegistered: () => {
        throw new Error('not my day');
      },
      containerGone: (_: unknown, reason: string) => void gone.push(reason),
    };
    const world = await proxyWorld({ hooks });
    const { client } = await world.greeted();
    expect((await client.ask('hyper', { hyperName: 'ping' })).success).toBe(true);
    expect(world.logger.records.some(({ message }) => message === 'a hook failed')).toBe(true);
    await world.proxy.close();
    expect(gone).toEqual(['closed']);
  });
});

it('a closed proxy takes nothing any more, and closes once', async () => {
  const world = await proxyWorld();
  const { shim } = await running(world);
  const closing = world.proxy.close();
  expect(await shim.isClosed()).toBe(true);
  await Promise.all([closing, world.proxy.close(), world.proxy[Symbol.asyncDispose]()]);
  await expect(world.proxy.listen({ path: world.path })).rejects.toMatchObject({ code: 'connection_closed' });
  await expect(createProxyServer().close()).resolves.toBeUndefined();
});

async function untilClaimed(shim: V3Peer, token: string): Promise<void> {
  while ((await shim.ask('ConnectShim', { token })).isError) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function untilLost(world: ProxyWorld): Promise<void> {
  while (world.proxy.containers()[0]?.state !== 'lost') await new Promise((resolve) => setTimeout(resolve, 1));
}
