import { closeSync, fstatSync, openSync } from 'node:fs';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFdPassing } from '../src/fd/fd-passing.js';
import { socketFromFd } from '../src/fd/socket-from-fd.js';
import { type IoSession, openIoSession } from '../src/index.js';
import { encodeIoPacket } from '../src/wire/hyperstart/io-packet.js';
import { toHex } from './support/splits.js';

const passing = await loadFdPassing().catch(() => undefined);
const utf8 = new TextEncoder();

/** A session of ioBase 41, and the proxy's end of it. */
function pair(): { io: IoSession; proxy: Socket } {
  const [given = -1, kept = -1] = passing?.socketpair() ?? [];
  const io = openIoSession({ ioBase: 41n, fd: given });
  const proxy = socketFromFd(kept);
  proxy.on('error', () => undefined);
  onTestFinished(() => void proxy.destroy());
  onTestFinished(() => io.close());
  return { io, proxy };
}

const packet = (stream: bigint, text: string) => encodeIoPacket(stream, utf8.encode(text));
const end = encodeIoPacket(41n, new Uint8Array(0));
const exit = (status: number, stream = 41n) => encodeIoPacket(stream, Uint8Array.of(status));

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe.skipIf(passing === undefined)('a session of v2', () => {
  it.each([0, 17, 255])('conformance 56: reads output, its end, and the exit status %i', async (status) => {
    const { io, proxy } = pair();
    for (const bytes of [packet(41n, 'hi\n'), packet(42n, 'E!'), packet(41n, '\x03'), end, exit(status)]) {
      proxy.write(bytes);
    }
    expect(await textOf(io.stdout)).toBe('hi\n\x03');
    expect(await textOf(io.stderr)).toBe('E!');
    expect(await io.exited).toBe(status);
    await io.close();
  });

  it('conformance 56: takes the end and the status on either number, and passes other numbers over', async () => {
    const { io, proxy } = pair();
    proxy.write(
      Buffer.concat([packet(40n, '?'), encodeIoPacket(42n, new Uint8Array(0)), packet(41n, 'late'), exit(7, 42n)]),
    );
    expect(await textOf(io.stdout)).toBe('late');
    expect(await io.exited).toBe(7);
  });

  it('reads packets however they are cut', async () => {
    const { io, proxy } = pair();
    const bytes = Buffer.concat([packet(41n, 'one'), packet(41n, 'two'), end, exit(3)]);
    for (const byte of bytes) {
      proxy.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await textOf(io.stdout)).toBe('onetwo');
    expect(await io.exited).toBe(3);
  });

  it('sends input in packets that the agent takes, and its end', async () => {
    const { io, proxy } = pair();
    const sent: Buffer[] = [];
    proxy.on('data', (chunk) => sent.push(chunk));
    io.stdin.write('ls\n');
    io.stdin.end(Buffer.alloc(10_229, 'x'));
    await once(io.stdin, 'finish');
    const expected = [
      '0000000000000029' + '0000000f' + '6c730a',
      '0000000000000029' + '00002800' + '78'.repeat(10_228),
      '0000000000000029' + '0000000d' + '78',
      '0000000000000029' + '0000000c',
    ].join('');
    while (Buffer.concat(sent).length < expected.length / 2) await once(proxy, 'data');
    expect(toHex(Buffer.concat(sent)) === expected).toBe(true);
  });

  it('ends without a status when the proxy ends it', async () => {
    const { io, proxy } = pair();
    proxy.end(packet(41n, 'so far'));
    expect(await textOf(io.stdout)).toBe('so far');
    await expect(io.exited).rejects.toMatchObject({ code: 'vm_lost', isFatal: true });
    io.stdin.write('nobody reads this', () => undefined);
  });

  it('ends with a typed error for a packet beyond all measure', async () => {
    const { io, proxy } = pair();
    proxy.write(Buffer.from('0000000000000029ffffffff', 'hex'));
    await expect(io.exited).rejects.toMatchObject({ code: 'message_too_large' });
    expect(await textOf(io.stdout)).toBe('');
  });

  it('closes its descriptor with close(), which the proxy sees', async () => {
    const { io, proxy } = pair();
    const ended = once(proxy.resume(), 'end');
    await io.close();
    await ended;
    await expect(io.exited).rejects.toMatchObject({ code: 'connection_closed' });
    await io[Symbol.asyncDispose]();
  });

  it('stops reading while nobody reads its output, and goes on afterwards', async () => {
    const { io, proxy } = pair();
    const chunk = packet(41n, 'x'.repeat(10_228));
    let taken = 0;
    const feed = () => {
      while (taken < 400 && proxy.write(chunk)) taken++;
    };
    proxy.on('drain', feed);
    feed();
    await once(io.stdout, 'readable');
    // 400 packets are 4 MB: with nobody reading, the buffers of both sides fill up and the rest stays with the proxy.
    const stuck = await settled(() => proxy.writableLength);
    expect(stuck).toBeGreaterThan(0);
    expect(taken).toBeLessThan(400);
    expect(io.stdout.readableLength).toBeLessThan(300_000);
    let bytes = 0;
    for await (const piece of io.stdout) {
      bytes += piece.length;
      if (bytes >= 200 * 10_228) break;
    }
    // Breaking off destroys the stream: what comes for it holds nothing up any more.
    proxy.off('drain', feed);
    proxy.write(Buffer.concat([packet(42n, 'still here'), end, exit(0)]));
    expect(await textOf(io.stderr)).toBe('still here');
    expect(await io.exited).toBe(0);
  });

  it('is refused for what is no socket, which is closed', () => {
    const fd = openSync(import.meta.filename, 'r');
    expect(() => openIoSession({ ioBase: 1n, fd })).toThrow(expect.objectContaining({ code: 'fd_wrong_kind' }));
    expect(() => fstatSync(fd)).toThrow('EBADF');
    expect(() => closeSync(fd)).toThrow('EBADF');
  });
});

/** A value once it has stayed the same for some turns of the event loop. */
async function settled(look: () => number): Promise<number> {
  let last = look();
  for (let same = 0; same < 50;) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = look();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return last;
}
