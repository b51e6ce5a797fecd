import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import type { socketFromFd } from '../src/fd.js';
import { fdOfSocket } from '../src/fd.js';
import { createProxyServer } from '../src/server.js';
import { activatedFd } from '../src/server/listen.js';
import { encodeCommand } from '../src/wire/v3/frame.js';
import { encodeRegisterVm } from '../src/wire/v3/payloads.js';
import { ScriptedAgent, V3Peer } from './support/proxy-world.js';
import { within } from './support/peers.js';

const packageFolder = join(import.meta.dirname, '..');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function newProxy(): ReturnType<typeof createProxyServer> {
  const proxy = createProxyServer();
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A frame's answer from whatever listens there. */
async function answerAt(path: string): Promise<unknown> {
  const socket = connect({ path, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const peer = new V3Peer(socket);
  await peer.write(encodeCommand('AttachVM', Buffer.from('{"containerId":"x"}')));
  return (await peer.answer()).json;
}

const answer = { msg: 'unknown containerID: x' };

describe('a proxy that listens', () => {
  it('conformance 62: makes the folder 0750 and the socket 0660, and replaces what is there', async () => {
    const path = join(temporaryFolder(), 'run', 'cc', 'proxy.sock');
    await newProxy().listen({ path });
    expect([modeOf(join(path, '..')), modeOf(path)]).toEqual(['750', '660']);
    const stale = join(temporaryFolder(), 'proxy.sock');
    writeFileSync(stale, 'stale');
    await newProxy().listen({ path: stale });
    expect(await answerAt(stale)).toEqual(answer);
  });

  it('conformance 62: refuses a path of 108 bytes, and takes one of 107', async () => {
    const folder = temporaryFolder();
    const path = (bytes: number): string => join(folder, 'x'.repeat(bytes - folder.length - 1));
    await expect(newProxy().listen({ path: path(108) })).rejects.toMatchObject({
      code: 'socket_path_too_long',
      text: 'socket path too long: 108 (max 107)',
    });
    await newProxy().listen({ path: path(107) });
    expect(await answerAt(path(107))).toEqual(answer);
  });

  it('conformance 62: takes one socket of systemd and no more, and only where it is meant', async () => {
    const LISTEN_PID = String(process.pid);
    expect(activatedFd({ LISTEN_PID, LISTEN_FDS: '1' })).toBe(3);
    expect(() => activatedFd({ LISTEN_PID, LISTEN_FDS: '2' })).toThrow('too many activated sockets (2)');
    expect(activatedFd({ LISTEN_PID: '1', LISTEN_FDS: '1' })).toBeUndefined();
    expect(activatedFd({ LISTEN_PID, LISTEN_FDS: '0' })).toBeUndefined();
    expect(activatedFd({ LISTEN_PID, LISTEN_FDS: 'x' })).toBeUndefined();
    const path = join(temporaryFolder(), 'proxy.sock');
    await newProxy().listen({ path, env: { LISTEN_PID: '1', LISTEN_FDS: '1' } });
    expect(await answerAt(path)).toEqual(answer);
    const env = { LISTEN_PID, LISTEN_FDS: '2' };
    await expect(newProxy().listen({ path, env })).rejects.toMatchObject({ code: 'bad_activation' });
  });

  it('conformance 62: takes the socket that systemd hands over, and tells shims its path', async () => {
    await bundle(packageFolder, { 'activated-proxy': 'test/support/activated-proxy.ts' });
    const folder = temporaryFolder();
    const path = join(folder, 'activated.sock');
    const moved = join(folder, 'moved.sock');
    const listening = createServer().listen(path);
    await once(listening, 'listening');
    const child = fork(bundled(packageFolder, 'activated-proxy'), {
      env: { ...process.env, LISTEN_FDS: '1' },
      stdio: ['ignore', 'inherit', 'inherit', fdOfSocket(listening) ?? 'ignore', 'ipc'],
    });
    onTestFinished(async () => {
      child.disconnect();
      await once(child, 'exit');
    });
    // Only the child accepts. Closing removes the socket's file by its name: it has another one by then.
    renameSync(path, moved);
    listening.close();
    await once(child, 'message');
    const agent = new ScriptedAgent(join(folder, 'vm'), {});
    await agent.listen();
    onTestFinished(() => agent.close());
    const client = new V3Peer(await connected(moved));
    await client.write(encodeCommand('RegisterVM', encodeRegisterVm(agent.hello('pod-7f'))));
    expect((await client.answer()).json).toEqual({ io: { URL: `unix://${path}`, tokens: null } });
  });

  it('says what it cannot listen on', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'proxy.sock'));
    await expect(newProxy().listen({ path: join(folder, 'proxy.sock') })).rejects.toMatchObject({
      code: 'listen_failed',
    });
    await expect(newProxy().listen({})).rejects.toMatchObject({ code: 'invalid_option' });
    await expect(newProxy().listen({ fd: 9999 })).rejects.toMatchObject({ code: 'listen_failed' });
  });

  it('takes no more connections than it may', async () => {
    const path = join(temporaryFolder(), 'proxy.sock');
    const proxy = createProxyServer({ limits: { maxConnections: 2 } });
    onTestFinished(() => proxy.close());
    await proxy.listen({ path });
    expect([await answerAt(path), await answerAt(path)]).toEqual([answer, answer]);
    const third = await connected(path);
    await within(once(third, 'close'));
  });
});

async function connected(path: string): Promise<ReturnType<typeof socketFromFd>> {
  const socket = connect({ path });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}
