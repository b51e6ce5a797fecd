import { openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '@moorline/core';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { type FdPassing, fdOfSocket, loadFdPassing, socketFromFd, untilTaken } from '../src/fd.js';
import { type Host, loadLibc } from '../src/fd/libc.js';
import { descriptors, openMode } from './support/descriptors.js';

const isHere = process.platform === 'linux';
const passing = isHere ? await loadFdPassing() : undefined;

describe.runIf(isHere)('descriptors between the two ends of a pair', () => {
  const { socketpair, sendFd, recvFd, setBlocking, close } = passing as FdPassing;

  /** A pair whose ends are closed after the test. */
  function pair(): [number, number] {
    const ends = socketpair();
    onTestFinished(() => ends.forEach((end) => close(end)));
    return ends;
  }

  it('makes pairs that are close-on-exec and blocking', () => {
    for (const end of pair()) expect(openMode(end)).toEqual({ isBlocking: true, isCloseOnExec: true });
  });

  it('conformance 23: gives a duplicate, close-on-exec, of a file whose mode it leaves alone', () => {
    const [one, other] = pair();
    const [given, kept] = pair();
    expect(sendFd(one, given)).toBe('sent');
    const received = recvFd(other);
    if (received === 'again') throw new Error('nothing came');
    onTestFinished(() => close(received.fd));
    expect(received.fd).not.toBe(given);
    expect(openMode(received.fd)).toEqual({ isBlocking: true, isCloseOnExec: true });
    close(given);
    writeSync(kept, 'out');
    writeSync(received.fd, 'in');
    const buffer = Buffer.alloc(8);
    expect(buffer.toString('utf8', 0, readSync(received.fd, buffer))).toBe('out');
    expect(buffer.toString('utf8', 0, readSync(kept, buffer))).toBe('in');
  });

  it('conformance 22: leaves no descriptor behind in 1,000 rounds', () => {
    const [one, other] = pair();
    const before = descriptors();
    for (let round = 0; round < 1000; round++) {
      const [given, kept] = socketpair();
      sendFd(one, given);
      close(given);
      const received = recvFd(other);
      if (received === 'again') throw new Error('nothing came');
      close(received.fd);
      close(kept);
    }
    expect(descriptors()).toEqual(before);
  });

  it('answers again where it would have to wait, and goes on from there', () => {
    const [one, other] = pair();
    expect(recvFd(other)).toBe('again');
    let sent = 0;
    while (sendFd(one, one) === 'sent') sent++;
    expect(sent).toBeGreaterThan(10);
    const first = recvFd(other);
    if (first === 'again') throw new Error('nothing came');
    close(first.fd);
    expect(sendFd(one, one)).toBe('sent');
    for (let left = sent; left > 0; left--) {
      const next = recvFd(other);
      if (next === 'again') throw new Error('nothing came');
      close(next.fd);
    }
    expect(recvFd(other)).toBe('again');
  });

  it('conformance 24: a tag without a descriptor is an error', () => {
    const [one, other] = pair();
    writeSync(one, 'F');
    expect(() => recvFd(other)).toThrow(
      expect.objectContaining({ code: 'fd_missing', text: 'no out of band data read', isFatal: true }),
    );
  });

  it('conformance 28: the end of the stream in place of the tag is an error', () => {
    const [one, other] = pair();
    close(one);
    expect(() => recvFd(other)).toThrow(
      expect.objectContaining({ code: 'connection_ended', text: 'EOF', isFatal: true }),
    );
  });

  it('says which system call failed, and how', () => {
    const [one, other] = pair();
    expect(() => sendFd(one, 99_999)).toThrow(
      expect.objectContaining({ code: 'fd_system_call', details: { call: 'sendmsg', errno: 9, name: 'EBADF' } }),
    );
    close(other);
    expect(() => sendFd(one, one)).toThrow('sendmsg: EPIPE');
    expect(() => recvFd(99_999)).toThrow(expect.objectContaining({ message: 'recvmsg: EBADF', isFatal: true }));
    expect(() => setBlocking(99_999, true)).toThrow('fcntl: EBADF');
    expect(() => close(99_999)).not.toThrow();
  });

  it('turns waiting on and off for every holder of the file', () => {
    const [one, other] = pair();
    setBlocking(one, false);
    expect([openMode(one).isBlocking, openMode(other).isBlocking]).toEqual([false, true]);
    setBlocking(one, true);
    expect(openMode(one).isBlocking).toBe(true);
  });
});

describe.runIf(isHere)('connections of which the descriptor is known', () => {
  const { connect, close } = passing as FdPassing;

  it('connects, non-blocking and close-on-exec, as a stream that Node takes', async () => {
    const path = join(temporaryFolder(), 'socket');
    const server = createServer((socket) => socket.end('hello')).listen(path);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const fd = connect(path);
    if (fd === 'again') throw new Error('the backlog is full');
    expect(openMode(fd)).toEqual({ isBlocking: false, isCloseOnExec: true });
    const socket = socketFromFd(fd);
    expect(fdOfSocket(socket)).toBe(fd);
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    expect(greeting.toString()).toBe('hello');
    socket.end();
    await once(socket, 'close');
    expect(fdOfSocket(socket)).toBeUndefined();
  });

  it('answers again while the backlog is full', async () => {
    const path = join(temporaryFolder(), 'socket');
    const server = createServer().listen({ path, backlog: 1 });
    const accepted: Socket[] = [];
    server.on('connection', (socket) => accepted.push(socket));
    await once(server, 'listening');
    const fds: number[] = [];
    // This process cannot accept before the loop ends.
    for (let fd = connect(path); fd !== 'again'; fd = connect(path)) fds.push(fd);
    expect(fds.length).toBeGreaterThan(0);
    const one = await untilTaken(() => connect(path));
    onTestFinished(() => {
      [...fds, one].forEach(close);
      accepted.forEach((socket) => socket.destroy());
      server.close();
    });
    expect(openMode(one).isCloseOnExec).toBe(true);
  });

  it('refuses what is no socket, what is not there, and paths that do not fit', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const before = descriptors();
    expect(() => connect(join(folder, 'file'))).toThrow(
      expect.objectContaining({
        code: 'connect_failed',
        isRetryable: true,
        cause: expect.objectContaining({ message: 'connect: ECONNREFUSED' }) as unknown,
      }),
    );
    expect(() => connect(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'connect_failed' }));
    expect(() => connect('/'.padEnd(108, 'x'))).toThrow(
      expect.objectContaining({ code: 'socket_path_too_long', text: 'socket path too long: 108 (max 107)' }),
    );
    expect(() => connect('/'.padEnd(107, 'x'))).toThrow(expect.objectContaining({ code: 'connect_failed' }));
    for (const path of ['', 'a\0b']) {
      expect(() => connect(path)).toThrow(expect.objectContaining({ code: 'invalid_option' }));
    }
    expect(descriptors()).toEqual(before);
  });
});

describe.runIf(isHere)('streams over descriptors that came', () => {
  it.each(['/dev/null', import.meta.filename, import.meta.dirname])('closes and refuses %s', (path) => {
    const before = descriptors();
    const fd = openSync(path, 'r');
    expect(() => socketFromFd(fd)).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
    expect(descriptors()).toEqual(before);
  });

  it('refuses numbers that are no descriptor', () => {
    expect(() => socketFromFd(99_999)).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
  });
});

it.runIf(isHere)('passes descriptors in a worker thread, without a warning', async () => {
  const root = join(import.meta.dirname, '..');
  await bundle(root, { 'fd-worker': 'test/support/fd-worker.ts' });
  const worker = new Worker(bundled(root, 'fd-worker'));
  expect(await once(worker, 'message')).toEqual(['done']);
  await worker.terminate();
});

describe('waiting for what is not there yet', () => {
  it('tries in the next turns of the loop, then after pauses that grow to 16 ms', async () => {
    const pauses: number[] = [];
    const clock: Clock = {
      ...systemClock,
      setTimer: (delayMs, callback) => {
        pauses.push(delayMs);
        return systemClock.setTimer(0, callback);
      },
    };
    let tries = 0;
    expect(await untilTaken(() => (++tries < 12 ? 'again' : tries), { clock })).toBe(12);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 16, 16, 16]);
  });

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const taken = untilTaken(() => 'again', { signal: controller.signal });
    controller.abort(new Error('too late'));
    await expect(taken).rejects.toThrow('too late');
  });
});

describe('conformance 35: where descriptors cannot be passed', () => {
  const host: Host = {
    platform: 'linux',
    arch: 'x64',
    endianness: 'LE',
    importKoffi: () => Promise.reject(Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' })),
  };

  it('names the command that installs koffi', async () => {
    await expect(loadLibc(host)).rejects.toMatchObject({ code: 'fd_unavailable', hint: 'npm install koffi' });
  });

  it('names the flag where native parts are forbidden', async () => {
    const importKoffi = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_DLOPEN_DISABLED' }));
    await expect(loadLibc({ ...host, importKoffi })).rejects.toMatchObject({
      code: 'fd_unavailable',
      hint: 'run node with --allow-addons',
    });
  });

  it.each([
    { platform: 'darwin', arch: 'arm64' },
    { platform: 'win32', arch: 'x64' },
    { platform: 'linux', arch: 'arm' },
    { platform: 'linux', arch: 'ppc64', endianness: 'BE' as const },
  ])('does not try on $platform $arch', async (other) => {
    await expect(loadLibc({ ...host, ...other })).rejects.toMatchObject({ code: 'fd_unavailable' });
  });

  it('says so where the functions are not found', async () => {
    const koffi = { load: () => ({ func: () => fail() }), address: () => 0n, errno: () => 0 };
    const fail = () => {
      throw new Error('cannot find function');
    };
    await expect(loadLibc({ ...host, importKoffi: () => Promise.resolve(koffi) })).rejects.toMatchObject({
      code: 'fd_unavailable',
      cause: expect.objectContaining({ message: 'cannot find function' }) as unknown,
    });
  });
});
