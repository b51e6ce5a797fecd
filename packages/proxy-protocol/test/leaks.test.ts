import { readSync, writeSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { type FdPassing, loadFdPassing, untilTaken } from '../src/fd.js';
import { connectProxy, openIoSession } from '../src/index.js';
import { createTestProxy, type TestProxyOptions } from '../src/testing.js';
import { encodeV2Message } from '../src/wire/v2/message.js';
import { encodeV2Request } from '../src/wire/v2/request.js';
import { encodeV2Response } from '../src/wire/v2/response.js';
import { descriptors } from './support/descriptors.js';

const isHere = process.platform === 'linux';
const passing = (isHere ? await loadFdPassing() : undefined) as FdPassing;

async function running(options?: TestProxyOptions) {
  const proxy = await createTestProxy(options);
  onTestFinished(() => proxy.close());
  const client = await connectProxy({ path: proxy.path });
  onTestFinished(() => client.close());
  await client.hello(proxy.container('c'));
  await client.newContainer({ id: 'c', process: { args: ['sleep'] } });
  return { proxy, client };
}

describe.runIf(isHere)('descriptors of both halves, which are in one process here', () => {
  const patience = { timeout: soak(30_000, 3_600_000) };
  it('are as many after many allocateIo round trips as before, and each carries data both ways', patience, async () => {
    const { proxy, client } = await running();
    const before = descriptors();
    const rounds = soak(1000, 100_000);
    for (let round = 0; round < rounds; round++) {
      const allocation = await client.allocateIo(2);
      expect(allocation.ioBase).toBe(BigInt(round * 2 + 1));
      // A process for each would be a test of processes.
      if (round % 100 !== 0) {
        passing.close(allocation.fd);
        continue;
      }
      const io = openIoSession(allocation);
      const stdio = allocation.ioBase;
      await client.execCmd({ container: 'c', process: { args: ['cat'], stdio, stderr: stdio + 1n } });
      io.stdin.end(`round ${round}`);
      expect(await Promise.all([io.stdout.toArray().then(String), io.exited])).toEqual([`round ${round}`, 0]);
      await io.close();
    }
    await expect.poll(() => proxy.server.containers()[0]?.sessions).toBe(0);
    expect(descriptors()).toEqual(before);
  });

  it('conformance 34: are closed, both ends, when the client is gone before the tag is sent', async () => {
    const clients: number[] = [];
    const sendFd: FdPassing['sendFd'] = (socketFd, given) => {
      // Between the answer and the tag.
      clients.forEach(passing.close);
      return passing.sendFd(socketFd, given);
    };
    const { proxy } = await running({ fdPassing: () => Promise.resolve({ ...passing, sendFd }) });
    const before = descriptors();
    const fd = await raw(proxy.path);
    clients.push(fd);
    writeSync(fd, encodeV2Request('attach', { containerId: 'c' }));
    writeSync(fd, encodeV2Request('allocateIO', { nStreams: 2 }));
    await expect.poll(() => proxy.server.containers()[0]?.sessions).toBe(0);
    await expect.poll(descriptors).toEqual(before);
  });

  it('are closed when the client is gone with one in flight', async () => {
    const { proxy, client } = await running();
    const before = descriptors();
    for (let round = 0; round < 50; round++) {
      const fd = await raw(proxy.path);
      writeSync(fd, encodeV2Request('attach', { containerId: 'c' }));
      writeSync(fd, encodeV2Request('allocateIO', { nStreams: 1 }));
      // Now at once, now when it has been sent, which a later call's answer tells.
      if (round % 2 === 0) await client.ping();
      passing.close(fd);
    }
    await expect.poll(() => proxy.server.containers()[0]?.sessions).toBe(0);
    await expect.poll(descriptors).toEqual(before);
  });
});

describe.runIf(isHere)('conformance 33: a client that does not read', () => {
  it('gets answers and tags in order, those that found the buffer full too', async () => {
    let again = 0;
    const sendFd: FdPassing['sendFd'] = (socketFd, fd) => {
      const result = passing.sendFd(socketFd, fd);
      if (result === 'again') again++;
      return result;
    };
    const { proxy } = await running({ fdPassing: () => Promise.resolve({ ...passing, sendFd }) });
    const before = descriptors();
    const most = answersThatFit();
    // One of these leaves room for the answer, and none for the tag.
    for (let refusals = most - 6; refusals <= most + 3; refusals++) await overfill(proxy.path, refusals);
    expect(again).toBeGreaterThan(0);
    await expect.poll(() => proxy.server.containers()[0]?.sessions).toBe(0);
    await expect.poll(descriptors).toEqual(before);
  });

  const noData = encodeV2Message({ id: 'attach' }, 'a request without data');
  const refusal = encodeV2Response(undefined, 'unexpected end of JSON input');

  /** How many refusals a socket takes that nobody reads. */
  function answersThatFit(): number {
    const [one, other] = passing.socketpair();
    passing.setBlocking(one, false);
    let count = 0;
    while (unlessAgain(() => writeSync(one, refusal)) !== 'again') count++;
    passing.close(one);
    passing.close(other);
    return count;
  }

  /** Has so many refusals wait, then an answer with a tag and one more; reads them when the server has written all it can. */
  async function overfill(path: string, refusals: number): Promise<void> {
    const fd = await raw(path);
    const attach = encodeV2Request('attach', { containerId: 'c' });
    const requests = Array<Uint8Array>(refusals).fill(noData);
    writeSync(fd, Buffer.concat([attach, ...requests, encodeV2Request('allocateIO', { nStreams: 1 }), attach]));
    // The server serves another in the meantime, and has nothing more to do for this one when that is over.
    const other = await connectProxy({ path });
    for (let i = 0; i < 50; i++) await other.attach('c');
    await other.close();
    expect(await answer(fd)).toContain('"version":1');
    for (let i = 0; i < refusals; i++) expect(await answer(fd)).toContain('unexpected end');
    expect(await answer(fd)).toContain('ioBase');
    const received = await untilTaken(() => passing.recvFd(fd));
    expect(await answer(fd)).toContain('"version":1');
    passing.close(received.fd);
    passing.close(fd);
  }
});

const raw = (path: string): Promise<number> => untilTaken(() => passing.connect(path));

/** The body of the next answer; nothing behind it is read. */
async function answer(fd: number): Promise<string> {
  const header = await exactly(fd, 8);
  return (await exactly(fd, header.readUInt32BE(0))).toString();
}

async function exactly(fd: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  for (let have = 0; have < bytes;) {
    const count = await untilTaken(() => unlessAgain(() => readSync(fd, buffer, have, bytes - have, null)));
    if (count === 0) throw new Error('the server ended the connection');
    have += count;
  }
  return buffer;
}

function unlessAgain(call: () => number): number | 'again' {
  try {
    return call();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 'again';
    throw error;
  }
}
