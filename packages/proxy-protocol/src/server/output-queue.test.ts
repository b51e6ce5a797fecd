import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OutputQueue } from './output-queue.js';

const folder = mkdtempSync(join(tmpdir(), 'moorline-queue-'));
const path = join(folder, 'a.sock');
const server = createServer();
let ours: Socket;
let theirs: Socket;

beforeAll(async () => {
  server.listen(path);
  const accepted = once(server, 'connection');
  ours = connect(path);
  await once(ours, 'connect');
  [theirs] = (await accepted) as [Socket];
});

afterAll(() => {
  ours.destroy();
  theirs.destroy();
  server.close();
  rmSync(folder, { recursive: true });
});

/** So many bytes of what the other side reads. */
async function read(count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of theirs.iterator({ destroyOnReturn: false })) {
    const piece = chunk as Buffer;
    chunks.push(piece);
    bytes += piece.length;
    if (bytes >= count) break;
  }
  return Buffer.concat(chunks);
}

it('sends a message at once where nothing waits, and behind what waits, as text or as bytes', async () => {
  const unsent = { total: 0, maxTotal: Infinity };
  const queue = new OutputQueue(ours, { unsent });
  queue.send('\u0000\u00ff');
  queue.send(Uint8Array.of(1, 2));
  expect(queue.unsentBytes).toBe(0);
  expect(await read(4)).toEqual(Buffer.from([0, 0xff, 1, 2]));

  const output = Buffer.alloc(2 ** 20, 'o');
  for (let part = 0; part < 4; part++) queue.push(output.subarray(0));
  queue.flush();
  expect(ours.writableNeedDrain).toBe(true);
  queue.send('text \u00f8');
  queue.send(Buffer.from(' bytes'));
  const all = await read(4 * output.length + 12);
  expect(all.subarray(-14).toString('latin1')).toBe('ootext \u00f8 bytes');
  expect([all.length, queue.unsentBytes, unsent.total]).toEqual([4 * output.length + 12, 0, 0]);
});

it('ends a reader to whom one message too much is sent', () => {
  const overflows: number[] = [];
  const unsent = { total: 0, maxTotal: Infinity };
  const queue = new OutputQueue(ours, { unsent, maxBytes: 2 ** 20, onOverflow: (bytes) => overflows.push(bytes) });
  theirs.pause();
  queue.send(Buffer.alloc(2 ** 22));
  expect(overflows).toHaveLength(1);
  queue.send('late');
  expect([overflows.length, unsent.total]).toEqual([1, 0]);
});
