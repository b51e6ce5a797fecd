import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { loadFdPassing } from '../src/fd.js';
import { connectProxy, isProxyError, openIoSession, type ProxyClient, type V3ProxyClient } from '../src/index.js';
import { createFakeProxy, createTestProxy, type FakeProxy, hyperstartCodes, type TestProxy } from '../src/testing.js';
import { ControlReader, encodeControlPacket } from '../src/wire/hyperstart/control-packet.js';
import { captures, type CapturedGeneration, type CaptureLine } from './support/captures.js';
import { descriptors } from './support/descriptors.js';

const isHere = process.platform === 'linux';
const generations: CapturedGeneration[] = ['2.0.0', '2.2.4', '3.0.23'];
/** Of each message every byte is a place to cut it at; `npm test` takes some of them, others for each message. */
const cutEvery = soak(29, 1);

/** Different messages of the captures, at most 1200 bytes, with a name for failures. */
function messages(
  isWanted: (line: CaptureLine) => boolean,
): { name: string; generation: 'v2' | 'v3'; bytes: Uint8Array }[] {
  const found = new Map<string, { name: string; generation: 'v2' | 'v3'; bytes: Uint8Array }>();
  for (const captured of generations) {
    const generation = captured === '3.0.23' ? 'v3' : 'v2';
    for (const { name, lines } of captures(captured)) {
      for (const line of lines) {
        const { bytes } = line;
        if (bytes.length === 0 || bytes.length > 1200 || line.fd || !isWanted(line)) continue;
        const key = `${generation} ${Buffer.from(bytes).toString('hex')}`;
        if (!found.has(key)) found.set(key, { name: `${captured} ${name}`, generation, bytes });
      }
    }
  }
  return [...found.values()];
}

/** Where to cut a message: before its last byte, and not before its first. */
function* cutsOf(length: number, seed: number): Generator<number> {
  for (let cut = 1 + (seed % cutEvery); cut < length; cut += cutEvery) yield cut;
}

describe.runIf(isHere && captures('2.2.4').length > 0)('captured messages, cut', () => {
  let proxy: TestProxy;
  let fake: Record<'v2' | 'v3', FakeProxy>;
  /** When all that listens does, and nobody is connected. */
  let before: string[];
  let raw: Uint8Array = new Uint8Array(0);
  beforeAll(async () => {
    await loadFdPassing();
    proxy = await createTestProxy();
    const options = { answer: () => ({ raw, isLast: true }) };
    fake = { v2: await createFakeProxy(options), v3: await createFakeProxy({ ...options, generation: 'v3' }) };
    before = descriptors();
  });
  afterAll(async () => {
    await proxy.close();
    await fake.v2.close();
    await fake.v3.close();
  });

  it('of clients and shims: our server ends the connection, and goes on', { timeout: 600_000 }, async () => {
    let cuts = 0;
    for (const [index, { name, bytes }] of messages(({ from }) => from === 'client' || from === 'shim').entries()) {
      for (const cut of cutsOf(bytes.length, index)) {
        const socket = connect({ path: proxy.path, allowHalfOpen: true });
        socket.on('error', () => undefined).resume();
        socket.end(bytes.subarray(0, cut));
        await once(socket, 'close').catch((error: unknown) => {
          throw new Error(`${name}, cut at ${cut}`, { cause: error });
        });
        cuts++;
      }
    }
    expect(cuts).toBeGreaterThan(100);
    await expect.poll(descriptors).toEqual(before);
    await expectToServe(proxy);
  });

  it('of proxies: our client fails with an error of its own', { timeout: 600_000 }, async () => {
    const codes = new Set<string>();
    for (const [index, message] of messages(({ from, conn }) => from === 'proxy' && /^[cs]\d/.test(conn)).entries()) {
      for (const cut of cutsOf(message.bytes.length, index)) {
        raw = message.bytes.subarray(0, cut);
        const { path } = fake[message.generation];
        const client = await connectProxy({ path, generation: message.generation });
        const error = await client.ping().catch((reason: unknown) => reason);
        if (!isProxyError(error) || !error.isFatal) throw new Error(`${message.name}, cut at ${cut}`, { cause: error });
        codes.add(error.code);
        await client.ended;
      }
    }
    expect([...codes].sort()).toEqual(expect.arrayContaining(['truncated_body', 'truncated_header']));
    await expect.poll(descriptors).toEqual(before);
  });

  it('of agents: our server tells its client, or goes on waiting for the rest until the agent is gone', async () => {
    const control = messages(({ from, conn }) => from === 'vm' && conn.startsWith('ctl'));
    const io = messages(({ from, conn }) => from === 'vm' && conn.startsWith('io'));
    for (const [channel, all] of [
      ['ctl', control],
      ['io', io],
    ] as const) {
      for (const [index, { name, bytes }] of all.entries()) {
        for (const cut of cutsOf(bytes.length, index)) {
          await expectLoss(`${name}, ${channel} cut at ${cut}`, async (client, agentProxy) => {
            agentProxy.vm.sendRaw(channel, bytes.subarray(0, cut));
            agentProxy.vm.disconnect();
            await expect.poll(() => agentProxy.server.containers()[0]?.state).not.toBe('running');
            return client.ping();
          });
        }
      }
    }
    await expect.poll(descriptors).toEqual(before);
  });

  /** Of one proxy with a machine that is connected; whatever `act` does, its promise is rejected with an error of ours. */
  async function expectLoss(
    what: string,
    act: (client: ProxyClient, proxy: TestProxy) => Promise<unknown>,
  ): Promise<void> {
    const client = await connectProxy({ path: proxy.path });
    await client.hello(proxy.container('lost'));
    const error = await act(client, proxy).catch((reason: unknown) => reason);
    if (!isProxyError(error)) throw new Error(what, { cause: error });
    expect(error.code).toMatch(/^(?:refused|vm_lost)$/);
    await client.bye('lost').catch(() => undefined);
    await client.close();
  }
});

describe.runIf(isHere)('lengths and flags that are not the protocol', () => {
  const cases: [string, string, string][] = [
    ['v2: a body of 4 GiB', 'ffffffff00000000', 'v2'],
    ['v2: a body of 1 MiB and one byte', '0010000100000000', 'v2'],
    ['v2: flags', '0000000200000001', 'v2'],
    ['v2: all flags', '00000002ffffffff', 'v2'],
    ['v3: a payload of 4 GiB', '000203000000000200000000'.replace(/0{8}$/, 'ffffffff'), 'v3'],
    ['v3: the longest header, cut', '0002ff000000000200000000', 'v3'],
  ];

  it.each(cases)('%s ends a connection to our server', async (_, hex) => {
    const proxy = await createTestProxy();
    onTestFinished(() => proxy.close());
    const socket = connect({ path: proxy.path, allowHalfOpen: true });
    let answer = 0;
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (answer += chunk.length));
    // Nine bytes tell the generation.
    socket.end(Buffer.from(`${hex}7b7d`, 'hex'));
    await once(socket, 'close');
    expect(answer).toBe(0);
    await expectToServe(proxy);
  });

  it.each(cases)('%s ends a connection of our client', async (_, hex, generation) => {
    const proxy = await createFakeProxy({
      generation: generation === 'v3' ? 'v3' : 'v2',
      answer: () => ({ raw: Buffer.from(hex, 'hex'), isLast: true }),
    });
    onTestFinished(() => proxy.close());
    const client = await connectProxy({ path: proxy.path, generation: generation === 'v3' ? 'v3' : 'v2' });
    const error: unknown = await client.ping().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ProxyError', isFatal: true });
    await client.ended;
  });

  it.each(['ctl', 'io'] as const)(
    'a packet of 4 GiB on the %s socket loses the VM, and nothing else',
    async (channel) => {
      const proxy = await createTestProxy();
      onTestFinished(() => proxy.close());
      const client = await connectProxy({ path: proxy.path });
      onTestFinished(() => client.close());
      await client.hello(proxy.container('c'));
      const io = openIoSession(await client.allocateIo(1));
      proxy.vm.sendRaw(
        channel,
        Buffer.from(channel === 'ctl' ? '00000009ffffffff' : '0000000000000001ffffffff', 'hex'),
      );
      await expect.poll(() => proxy.server.containers()[0]?.state).toBe('lost');
      await expect(client.ping()).rejects.toMatchObject({ code: 'refused' });
      await client.bye('c');
      await io.close();
      await expectToServe(proxy);
    },
  );

  it.each(['v2', 'v3'] as const)('a header in two pieces is a header (%s)', async (generation) => {
    const proxy = await createTestProxy();
    onTestFinished(() => proxy.close());
    const whole = captures(generation === 'v2' ? '2.2.4' : '3.0.23')
      .find(({ name }) => name === 'attach-unknown')
      ?.lines.find(({ from }) => from === 'client');
    if (whole === undefined) return;
    for (const at of [1, 4, 6, 8, 9]) {
      const socket = connect(proxy.path);
      onTestFinished(() => void socket.destroy());
      socket.setNoDelay(true);
      socket.write(whole.bytes.subarray(0, at));
      // By the answer to another, this piece has been read.
      await expectToServe(proxy);
      socket.write(whole.bytes.subarray(at));
      expect(String((await once(socket, 'data'))[0])).toContain('unknown containerID');
    }
  });
});

describe.runIf(isHere)('an agent that dies', () => {
  const folder = temporaryFolderOfFile();

  /** When it dies, what it did before, and what its client is told. */
  const steps: [string, (agent: ScriptedAgent) => void, RegExp][] = [
    ['before its control socket is connected to', (agent) => agent.ctlServer.close(), /connect/],
    ['before its I/O socket is connected to', (agent) => agent.ioServer.close(), /connect/],
    ['as soon as it is connected to', (agent) => agent.onControl((socket) => socket.destroy()), /lost|ended|closed/],
    ['within READY', (agent) => agent.onControl((socket) => socket.end(Buffer.alloc(4))), /lost|ended|closed/],
    ['with an error in place of READY', (agent) => agent.onControl((socket) => socket.end(packet('error'))), /ERROR/],
  ];

  it.each(steps)('%s is an error of hello, and the name is free again', async (_, prepare, text) => {
    const proxy = await createTestProxy();
    onTestFinished(() => proxy.close());
    const client = await connectProxy({ path: proxy.path });
    onTestFinished(() => client.close());
    const before = descriptors();
    const agent = await scriptedAgent(folder);
    prepare(agent);
    await expect(client.hello({ containerId: 'c', ...agent.paths })).rejects.toMatchObject({
      code: 'refused',
      text: expect.stringMatching(text) as string,
    });
    await agent.close();
    expect(proxy.server.containers()).toEqual([]);
    await expect.poll(descriptors).toEqual(before);
    await client.hello(proxy.container('c'));
    await client.ping();
  });

  it.each([
    ['as soon as it has a command', []],
    ['when it has said that it reads', [packet('next', '\0\0\0\x08')]],
    ['within its answer', [packet('next', '\0\0\0\x08'), packet('ack').subarray(0, 5)]],
  ])('%s is an error of hyper, and of every later one', async (_, answers) => {
    const proxy = await createTestProxy();
    onTestFinished(() => proxy.close());
    const client = await connectProxy({ path: proxy.path });
    onTestFinished(() => client.close());
    const agent = await scriptedAgent(folder);
    onTestFinished(() => agent.close());
    agent.onControl((socket) => {
      socket.write(packet('ready'));
      const reader = new ControlReader(() => {
        for (const answer of answers) socket.write(answer);
        agent.die();
      });
      socket.on('data', (chunk: Uint8Array) => reader.push(chunk));
    });
    await client.hello({ containerId: 'c', ...agent.paths });
    const io = openIoSession(await client.allocateIo(2));
    await expect(client.ping()).rejects.toMatchObject({ code: 'refused' });
    await expect(io.exited).rejects.toMatchObject({ code: 'vm_lost' });
    await expect(client.ping()).rejects.toMatchObject({ code: 'refused' });
    await expect(client.allocateIo(1)).rejects.toMatchObject({ code: 'refused' });
    await expect(client.hello(proxy.container('c'))).rejects.toMatchObject({ text: 'c: container already registered' });
    await client.bye('c');
    await client.hello(proxy.container('c'));
    await client.ping();
  });

  it.each(['v2', 'v3'] as const)('while a process runs ends its streams without a status (%s)', async (generation) => {
    const proxy = await createTestProxy();
    onTestFinished(() => proxy.close());
    const before = descriptors();
    const client = await connectProxy({ path: proxy.path, generation });
    const { io, close } = await startedProcess(client, proxy);
    expect(String((await once(io.stdout, 'data'))[0])).toMatch(/^(?:y\n)+/);
    proxy.vm.disconnect();
    io.stdout.resume();
    await expect(io.exited).rejects.toMatchObject({ isFatal: true });
    await close();
    await client.close();
    await client.ended;
    await proxy.vm.processes[0]?.exited;
    await expect.poll(descriptors).toEqual(before);
  });

  async function startedProcess(client: ProxyClient | V3ProxyClient, proxy: TestProxy) {
    const process = { args: ['yes'] };
    if (client.generation === 'v2') {
      await client.hello(proxy.container('c'));
      const allocation = await client.allocateIo(2);
      const io = openIoSession(allocation);
      const { ioBase } = allocation;
      await client.newContainer({ id: 'c', process: { ...process, stdio: ioBase, stderr: ioBase + 1n } });
      return { io, close: () => io.close() };
    }
    const { tokens } = await client.registerVm({ ...proxy.container('c'), numIOStreams: 1 });
    const [token = ''] = tokens;
    const shim = await connectProxy({ path: proxy.path, generation: 'v3' });
    const io = await shim.connectShim(token);
    await client.newContainer({ id: 'c', process }, { token });
    return { io, close: () => shim.close() };
  }
});

/** That it still does what a proxy does. */
async function expectToServe(proxy: TestProxy): Promise<void> {
  const client = await connectProxy({ path: proxy.path });
  await expect(client.attach('nobody')).rejects.toMatchObject({ text: 'unknown containerID: nobody' });
  await client.close();
  await client.ended;
}

interface ScriptedAgent {
  paths: { ctlSerial: string; ioSerial: string };
  ctlServer: ReturnType<typeof createServer>;
  ioServer: ReturnType<typeof createServer>;
  /** What it does when the proxy has connected to its control socket. Default: nothing. */
  onControl(act: (socket: Socket) => void): void;
  /** Ends both connections. */
  die(): void;
  close(): Promise<void>;
}

let agents = 0;

/** Two sockets of an agent that does what a test says, and nothing else. */
async function scriptedAgent(folder: string): Promise<ScriptedAgent> {
  const name = join(folder, String(++agents));
  const sockets = new Set<Socket>();
  let act: (socket: Socket) => void = () => undefined;
  const server = (onConnection: (socket: Socket) => void) =>
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).resume();
      onConnection(socket);
    });
  const ctlServer = server((socket) => act(socket));
  const ioServer = server(() => undefined);
  const paths = { ctlSerial: `${name}.ctl`, ioSerial: `${name}.io` };
  await Promise.all([
    once(ctlServer.listen(paths.ctlSerial), 'listening'),
    once(ioServer.listen(paths.ioSerial), 'listening'),
  ]);
  const die = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    paths,
    ctlServer,
    ioServer,
    onControl: (given) => void (act = given),
    die,
    async close() {
      die();
      await Promise.all([ctlServer, ioServer].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}

function packet(name: keyof typeof hyperstartCodes, payload = ''): Uint8Array {
  return encodeControlPacket(hyperstartCodes[name], payload);
}
