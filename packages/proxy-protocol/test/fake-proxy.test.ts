import { existsSync, openSync, closeSync } from 'node:fs';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectProxy, openIoSession } from '../src/index.js';
import { createFakeProxy, type FakeAnswer, type FakeProxyOptions } from '../src/testing.js';
import { descriptors } from './support/descriptors.js';

async function fake(options?: FakeProxyOptions) {
  const proxy = await createFakeProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function v2(answer?: FakeProxyOptions['answer']) {
  const proxy = await fake({ answer });
  const client = await connectProxy({ path: proxy.path });
  onTestFinished(() => client.close());
  return { proxy, client };
}

async function v3(answer?: FakeProxyOptions['answer']) {
  const proxy = await fake({ generation: 'v3', answer });
  const client = await connectProxy({ path: proxy.path, generation: 'v3' });
  onTestFinished(() => client.close());
  return { proxy, client };
}

const hello = { containerId: 'c', ctlSerial: '/ctl', ioSerial: '/io' };

describe('a fake proxy of v2', () => {
  it('answers as one with which all is well, and has what was asked', async () => {
    const { proxy, client } = await v2();
    expect(await client.hello(hello)).toEqual({ version: 1 });
    await client.hyper('ping');
    await client.bye('c');
    expect(proxy.requests).toEqual([
      { connection: 1, name: 'hello', data: hello },
      { connection: 1, name: 'hyper', data: { hyperName: 'ping' } },
      { connection: 1, name: 'bye', data: { containerId: 'c' } },
    ]);
  });

  it('plays the process of a session', async () => {
    const { proxy, client } = await v2();
    const opened = proxy.nextSession();
    const io = openIoSession(await client.allocateIo(2));
    const session = await opened;
    expect(session.ioBase).toBe(io.ioBase);
    io.stdin.end('a line\nmore');
    expect(await session.stdin.readLine()).toBe('a line');
    expect(await session.stdin.readLine()).toBe('more');
    expect(await session.stdin.readLine()).toBeUndefined();
    await session.write('out');
    await session.write('bad', 'stderr');
    await session.exit(7);
    expect(await io.exited).toBe(7);
    expect(String(await io.stdout.toArray())).toBe('out');
    expect(String(await io.stderr.toArray())).toBe('bad');
    expect((await client.allocateIo(1)).ioBase).toBe(3n);
  });

  it('refuses, and says whatever a test wants', async () => {
    const answers: FakeAnswer[] = [{ error: 'no', data: {} }, { raw: Buffer.from('00000002000000007b7d', 'hex') }, {}];
    const { client } = await v2(() => answers.shift());
    await expect(client.bye('c')).rejects.toMatchObject({ text: 'no' });
    await expect(client.bye('c')).rejects.toMatchObject({ text: 'unknown error' });
    await client.bye('c');
  });

  it('stays silent, ends, and ends behind an answer', async () => {
    const { proxy, client } = await v2(({ name }) => (name === 'attach' ? 'silence' : 'close'));
    const asked = proxy.nextRequest('attach');
    const waiting = client.attach('c');
    await asked;
    proxy.disconnect();
    await expect(waiting).rejects.toMatchObject({ isFatal: true });
    const second = await connectProxy({ path: proxy.path });
    await expect(second.bye('c')).rejects.toMatchObject({ code: 'connection_ended' });

    const last = await v2(() => ({ isLast: true }));
    await last.client.bye('c');
    expect((await last.client.ended).code).toBe('connection_ended');
  });

  it('sends a descriptor behind any answer', async () => {
    const file = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(file));
    const { client } = await v2(() => ({ data: { ioBase: 9 }, fd: file }));
    const before = descriptors();
    const allocation = await client.allocateIo(1);
    expect(allocation).toMatchObject({ ioBase: 9n });
    expect(() => openIoSession(allocation)).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
    expect(descriptors()).toEqual(before);
  });

  it('ends a connection that sends what is no request', async () => {
    const { proxy, client } = await v2();
    const other = await connectProxy({ path: proxy.path, generation: 'v3' });
    await expect(other.ping({ timeoutMs: 0 })).rejects.toMatchObject({ isFatal: true });
    await client.bye('c');
  });
});

describe('a fake proxy of v3', () => {
  it('answers as one with which all is well, and plays the process of a shim', async () => {
    const { proxy, client } = await v3();
    const { url, tokens } = await client.registerVm({ ...hello, numIOStreams: 1 });
    expect(url).toBe(`unix://${proxy.path}`);
    const [token = ''] = tokens;
    expect(token).toHaveLength(44);
    expect((await client.attachVm({ containerId: 'c' })).tokens).toEqual([]);
    const opened = proxy.nextSession();
    const io = await client.connectShim(token);
    const session = await opened;
    expect(session.token).toBe(token);
    io.stdin.end('in');
    expect(await session.stdin.readLine()).toBe('in');
    await session.write('out');
    await session.write('bad', 'stderr');
    await session.exit(3);
    expect(await io.exited).toBe(3);
    expect(String(await io.stdout.toArray())).toBe('out');
    await client.disconnectShim();
    expect(proxy.requests.map(({ name }) => name)).toEqual(['RegisterVM', 'AttachVM', 'ConnectShim', 'DisconnectShim']);
  });

  it('refuses, answers with data, and with bytes', async () => {
    const answers: FakeAnswer[] = [
      { error: 'no' },
      { data: Buffer.from('done') },
      { raw: [Buffer.alloc(6), Buffer.alloc(6)] },
    ];
    const { client } = await v3(() => answers.shift());
    await expect(client.ping()).rejects.toMatchObject({ text: 'no' });
    expect(Buffer.from(await client.ping()).toString()).toBe('done');
    await expect(client.ping()).rejects.toMatchObject({ code: 'bad_frame' });
  });

  it('sends what nobody asked for', async () => {
    const { proxy, client } = await v3();
    await client.ping();
    proxy.sendRaw(Buffer.alloc(12));
    expect((await client.ended).code).toBe('bad_frame');
  });
});

it('leaves nothing behind when it is closed', async () => {
  const before = descriptors();
  const proxy = await createFakeProxy();
  const client = await connectProxy({ path: proxy.path });
  const io = openIoSession(await client.allocateIo(1));
  await proxy.close();
  await client.ended;
  await expect(io.exited).rejects.toMatchObject({ code: 'vm_lost' });
  await io.close();
  if (!io.stdout.closed) await once(io.stdout.resume(), 'close');
  expect(descriptors()).toEqual(before);
  expect(existsSync(proxy.path)).toBe(false);
});
