import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasPython, startPython } from '../../../tools/testenv/python.js';
import { soak } from '../../../tools/testenv/scale.js';
import { temporaryFolder, temporaryFolderOfFile } from '../../../tools/testenv/temporary-folder.js';
import { type FdPassing, fdOfSocket, loadFdPassing, socketFromFd, untilTaken } from '../src/fd.js';
import { descriptors, openMode } from './support/descriptors.js';

const isHere = process.platform === 'linux' && hasPython;
const passing = isHere ? await loadFdPassing() : undefined;

describe.runIf(isHere)("descriptors to and from Python's standard library", () => {
  const { connect, socketpair, sendFd, recvFd, close } = passing as FdPassing;
  const path = join(temporaryFolderOfFile(), 'peer.sock');
  let python: ChildProcess;
  beforeAll(async () => {
    python = await startPython(join(import.meta.dirname, 'support/fd_peer.py'), path);
  });
  afterAll(async () => {
    python.kill();
    await once(python, 'exit');
  });

  /** A connection to the peer that has said its wish; what it says is read as it is due, never further. */
  async function ask(wish: object) {
    const fd = await untilTaken(() => connect(path));
    onTestFinished(() => close(fd));
    writeSync(fd, `${JSON.stringify(wish)}\n`);
    const one = Buffer.alloc(1);
    return {
      fd,
      async exactly(bytes: number): Promise<string> {
        let text = '';
        while (text.length < bytes) text += await untilTaken(() => readByte(fd, one));
        return text;
      },
      async line(): Promise<string> {
        let text = '';
        while (!text.endsWith('\n')) text += await untilTaken(() => readByte(fd, one));
        return text;
      },
      receive: () => untilTaken(() => recvFd(fd)),
    };
  }

  async function receiveOne(kind: string): Promise<number> {
    const { fd } = await (await ask({ do: 'send', kind })).receive();
    onTestFinished(() => close(fd));
    return fd;
  }

  it("conformance 19: gives a pipe's read end, which is read at the other side", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'from the file');
    const peer = await ask({ do: 'receive', read: true });
    await peer.line();
    const file = openSync(join(folder, 'file'), 'r');
    expect(sendFd(peer.fd, file)).toBe('sent');
    close(file);
    expect(JSON.parse(await peer.line())).toMatchObject({ data: 'F', fds: 1, content: 'from the file' });
  });

  it('conformance 20: takes a descriptor that comes behind JSON, in one piece and in pieces', async () => {
    for (const before of ['{"success":true,"data":{"ioBase":1}}', '']) {
      const peer = await ask({ do: 'send', kind: 'pipe', before, after: 'next' });
      expect(await peer.exactly(before.length)).toBe(before);
      const { fd } = await peer.receive();
      onTestFinished(() => close(fd));
      expect(readFileSync(fd, 'utf8')).toBe('through the pipe');
      expect(await peer.exactly(4)).toBe('next');
    }
  });

  it('conformance 23: both ways: what comes is close-on-exec, what goes is blocking there', async () => {
    expect(openMode(await receiveOne('socket'))).toMatchObject({ isCloseOnExec: true, isBlocking: true });
    const peer = await ask({ do: 'receive', write: 'through it' });
    await peer.line();
    const [given, kept] = socketpair();
    sendFd(peer.fd, given);
    close(given);
    expect(JSON.parse(await peer.line())).toMatchObject({ fds: 1, blocking: true });
    const stream = socketFromFd(kept);
    const [data] = (await once(stream, 'data')) as [Buffer];
    expect(data.toString()).toBe('through it');
    await once(stream.resume(), 'end');
    stream.end();
    await once(stream, 'close');
  });

  it('conformance 22: leaves nothing behind on either side in many rounds of each way', async () => {
    const rounds = soak(200, 1000);
    const count = async () => Number(await (await ask({ do: 'count' })).line());
    const receiver = await ask({ do: 'receive', rounds });
    const sender = await ask({ do: 'send', kind: 'socket', rounds });
    await receiver.line();
    const there = await count();
    const before = descriptors();
    for (let round = 0; round < rounds; round++) {
      const [given, kept] = socketpair();
      sendFd(receiver.fd, given);
      close(given);
      close(kept);
      await receiver.line();
      const { fd } = await sender.receive();
      close(fd);
      writeSync(sender.fd, '.');
    }
    expect(descriptors()).toEqual(before);
    // The peer may still have the connection on which it was asked before.
    expect(await count()).toBeLessThanOrEqual(there + 1);
  });

  it('conformance 21: between two processes of Node, both ways', async () => {
    const server = createServer({ pauseOnConnect: true }).listen(join(temporaryFolder(), 'node.sock'));
    await once(server, 'listening');
    const script = join(import.meta.dirname, 'support/fd-child.ts');
    const args = ['--import', 'tsx', '--conditions', '@moorline/source', script, String(server.address())];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const exited = once(child, 'exit');
    const [connection] = (await once(server, 'connection')) as [Socket];
    onTestFinished(() => {
      connection.destroy();
      server.close();
    });
    const peer = fdOfSocket(connection) ?? -1;

    const [given, kept] = socketpair();
    expect(sendFd(peer, given)).toBe('sent');
    close(given);
    const toChild = socketFromFd(kept);
    toChild.write('a word');
    expect(String((await once(toChild, 'data'))[0])).toBe('heard a word');
    toChild.destroy();

    const fromChild = socketFromFd((await untilTaken(() => recvFd(peer))).fd);
    expect(String((await once(fromChild, 'data'))[0])).toBe('from the child');
    fromChild.destroy();
    expect((await exited)[0]).toBe(0);
  });

  it.each([
    ['conformance 24: a tag without a descriptor', { do: 'say', text: 'F' }, 'fd_missing', 'no out of band data read'],
    ['conformance 25: another byte', { tag: 'G' }, 'fd_bad_tag', "couldn't read fd passing tag"],
    ['conformance 26: two at once', { count: 2 }, 'fd_bad_control', 'unexpected number of fds (2)'],
    ['as many as there is room for', { count: 12 }, 'fd_bad_control', 'unexpected number of fds (12)'],
    ['conformance 27: more than there is room for', { count: 20 }, 'fd_truncated', undefined],
    ['the most that Linux sends', { count: 253 }, 'fd_truncated', undefined],
    ['conformance 28: the end', { do: 'say', text: '' }, 'connection_ended', 'EOF'],
  ])('%s is an error, and all that came is closed', async (_, wish, code, text) => {
    const peer = await ask({ do: 'send', kind: '/dev/null', ...wish });
    const before = descriptors();
    await expect(peer.receive()).rejects.toMatchObject({
      code,
      isFatal: true,
      ...(text === undefined ? {} : { text }),
    });
    expect(descriptors()).toEqual(before);
  });

  describe('conformance 29: whatever comes is taken, and what is no stream is refused without harm', () => {
    it.each(['file', 'tty', 'memfd', 'eventfd', 'folder', 'pipe', 'datagram', '/dev/null', '/dev/zero'])(
      '%s',
      async (kind) => {
        const { fd } = await (await ask({ do: 'send', kind })).receive();
        expect(openMode(fd).isCloseOnExec).toBe(true);
        const before = descriptors();
        expect(() => socketFromFd(fd)).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
        expect(descriptors()).toEqual(before.filter((each) => !each.startsWith(`${fd} `)));
      },
    );

    it('a socket that listens is a stream on which nothing comes', async () => {
      const before = descriptors();
      const { fd } = await (await ask({ do: 'send', kind: 'listening' })).receive();
      const stream = socketFromFd(fd);
      stream
        .on('error', () => undefined)
        .resume()
        .write('to nobody');
      stream.destroy();
      await once(stream, 'close');
      expect(descriptors()).toHaveLength(before.length + 1);
    });

    it('a file and a memory are read as files', async () => {
      for (const [kind, content] of [
        ['file', 'in the file'],
        ['memfd', 'in memory'],
      ] as const) {
        const { fd } = await (await ask({ do: 'send', kind })).receive();
        const pieces = (await createReadStream('', { fd }).toArray()) as Buffer[];
        expect(Buffer.concat(pieces).toString()).toBe(content);
      }
    });
  });
});

function readByte(fd: number, into: Buffer): string | 'again' {
  try {
    if (readSync(fd, into) === 1) return into.toString();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 'again';
    throw error;
  }
  throw new Error('the peer ended the connection');
}
