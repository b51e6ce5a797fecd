import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasPython, runPython, startPython } from '../../../tools/testenv/python.js';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { loadFdPassing } from '../src/fd.js';
import { connectProxy, isProxyError, openIoSession, type ProxyClient } from '../src/index.js';
import { createTestProxy, type TestProxyOptions } from '../src/testing.js';
import { descriptors } from './support/descriptors.js';

const isHere = process.platform === 'linux' && hasPython;
const script = (name: string): string => join(import.meta.dirname, 'support', name);

describe.runIf(isHere)("our server with a client on Python's standard library", () => {
  async function run(generation: 'v2' | 'v3', options?: TestProxyOptions): Promise<Record<string, unknown>> {
    const proxy = await createTestProxy(options);
    onTestFinished(() => proxy.close());
    const { path, vm } = proxy;
    const report = await runPython(script('proxy_client.py'), path, vm.ctlSerial, vm.ioSerial, generation);
    return JSON.parse(report) as Record<string, unknown>;
  }

  it.each([
    ['2.0.0', { success: true }],
    ['2.2', { success: true, data: { version: 1 } }],
  ] as const)('speaks v2 as %s, with a descriptor that carries data both ways', async (compat, greeting) => {
    expect(await run('v2', { compat })).toEqual({
      hello: greeting,
      again: { success: false, error: 'pod: container already registered' },
      base: 1,
      blocking: true,
      newcontainer: { success: true },
      out: 'through the session',
      err: 'err\n',
      status: 0,
      attach: greeting,
      unknown: { success: false, error: 'unknown containerID: none' },
      'second base': 3,
      bye: { success: true },
    });
  });

  it('speaks v3, with a shim', async () => {
    expect(await run('v3')).toEqual({
      url: expect.stringMatching(/^unix:\/\/\//) as string,
      shim: { failed: false, payload: '' },
      newcontainer: { failed: false, payload: '' },
      out: 'through the shim',
      err: 'err\n',
      status: 0,
      claimed: { failed: true, payload: expect.stringContaining('token already claimed: ') as string },
      unknown: { failed: true, payload: '{"msg":"unknown containerID: none"}' },
      disconnect: '',
      unregister: { failed: false, payload: '' },
    });
  });
});

describe.runIf(isHere)("our client with a proxy on Python's standard library", () => {
  const path = join(temporaryFolderOfFile(), 'proxy.sock');
  let python: ChildProcess;
  beforeAll(async () => {
    python = await startPython(script('proxy_server.py'), path);
    // What is loaded at the first descriptor is not counted with those of a test.
    await loadFdPassing();
  });
  afterAll(async () => {
    python.kill();
    await once(python, 'exit');
  });

  async function attached(mode: string): Promise<ProxyClient> {
    const client = await connectProxy({ path });
    onTestFinished(() => client.close());
    await client.attach(mode);
    return client;
  }

  /** A session whose other end sends everything back. */
  async function checkSession(client: ProxyClient, text: string): Promise<void> {
    const io = openIoSession(await client.allocateIo(2));
    io.stdin.end(text);
    const [output, status] = await Promise.all([io.stdout.toArray(), io.exited]);
    expect([Buffer.concat(output as Buffer[]).toString(), status]).toEqual([text, 5]);
    await io.close();
  }

  it.each(['coalesced', 'in-pieces'])('conformance 20: takes a descriptor that comes %s', async (mode) => {
    const client = await attached(mode);
    await checkSession(client, 'a word');
    await checkSession(client, 'x'.repeat(50_000));
    await client.hyper('ping');
  });

  it('conformance 22: leaves no descriptor behind on either side', async () => {
    const client = await attached('');
    const countThere = async () =>
      client.hyper('version').then(
        () => NaN,
        (error: unknown) => Number(isProxyError(error) ? error.text : NaN),
      );
    const [before, there] = [descriptors(), await countThere()];
    for (let round = soak(100, 5000); round > 0; round--) await checkSession(client, 'both ways');
    expect(descriptors()).toEqual(before);
    // Its threads may be about to close the last ones.
    expect(await countThere()).toBeLessThanOrEqual(there + 4);
  });

  it.each([
    ['conformance 24', 'no-fd', 'fd_missing'],
    ['conformance 25', 'wrong-tag', 'fd_bad_tag'],
    ['conformance 26', 'two-fds', 'fd_bad_control'],
    ['conformance 27', 'many-fds', 'fd_truncated'],
    ['conformance 28', 'no-tag', 'connection_ended'],
    ['conformance 30', 'fd-first', 'desynchronized'],
  ])('%s: %s ends the connection, and all that came is closed', async (_, mode, code) => {
    const before = descriptors();
    const client = await attached(mode);
    await expect(client.allocateIo(1)).rejects.toMatchObject({ code, isFatal: true });
    await client.ended;
    await expect(client.hyper('ping')).rejects.toMatchObject({ code: 'connection_unusable' });
    await client.close();
    await expect.poll(descriptors).toEqual(before);
  });

  it.each(['/dev/null', '/proc/self/exe'])('conformance 29: %s is refused, and the next call works', async (mode) => {
    const client = await attached(mode);
    const before = descriptors();
    const allocation = await client.allocateIo(1);
    expect(() => openIoSession(allocation)).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
    expect(descriptors()).toEqual(before);
    await client.hyper('ping');
  });

  it.each([
    ['conformance 31', 'refused'],
    ['conformance 32', 'refused-with-base'],
  ])('%s: allocateIO %s leaves the connection usable', async (_, mode) => {
    const client = await attached(mode);
    const before = descriptors();
    await expect(client.allocateIo(2)).rejects.toMatchObject({ code: 'refused', text: 'not now' });
    expect(descriptors()).toEqual(before);
    await client.attach('');
    await checkSession(client, 'a word');
  });

  it('conformance 36: eight clients that wait take nothing from the pool that reads files', async () => {
    const waiting = Array.from({ length: 8 }, async () => {
      const client = await connectProxy({ path });
      onTestFinished(() => client.close());
      return { client, hello: client.hello({ containerId: 'waits', ctlSerial: '/ctl', ioSerial: '/io' }) };
    });
    const hellos = (await Promise.all(waiting)).map(({ hello }) => hello.catch((error: unknown) => error));
    let isAnswered = false;
    void Promise.race(hellos).then(() => (isAnswered = true));
    // Were a thread of the pool held by each of them, these would come only after their answers: never.
    await Promise.all([readFile(import.meta.filename), readFile(import.meta.filename)]);
    expect(isAnswered).toBe(false);
  });
});
