import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { compressedOnce } from './compressed-once.js';

let app: FastifyInstance;
let compressed = 0;
beforeEach(() => (compressed = 0));
beforeAll(async () => {
  app = fastify();
  const onSend = compressedOnce((_request, reply, payload, done) => {
    compressed++;
    reply.headers({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    const bytes = gzipSync(payload as Buffer);
    done(null, reply.request.url === '/stream' ? Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]) : bytes);
  });
  const kept = new TextEncoder().encode('kept '.repeat(1000));
  const long = kept.slice();
  app.get('/kept', { onSend }, () => kept);
  app.get('/stream', { onSend }, () => long);
  app.get('/other', { onSend }, () => kept.slice());
  app.get('/text', { onSend }, () => 'text');
  // A part of memory that other buffers have parts of.
  app.get('/shared', { onSend }, () => Buffer.from(kept.buffer, 0, 50));
  app.get('/failed', { onSend }, (_, reply) => reply.code(500).send(kept));
});
afterAll(() => app.close());

const ask = async (path: string, wish = 'gzip') => {
  const { headers, rawPayload } = await app.inject({ path, headers: { 'accept-encoding': wish } });
  expect([headers['content-encoding'], headers.vary]).toEqual(['gzip', 'accept-encoding']);
  expect(headers['content-length']).toBe(String(rawPayload.length));
  return gunzipSync(rawPayload).toString();
};

it('compresses the same bytes once for each wish, of four at most', async () => {
  for (const wish of ['gzip', 'gzip, deflate', 'gzip', 'a', 'gzip, deflate', 'b', 'a', 'b']) {
    expect(await ask('/kept', wish)).toBe('kept '.repeat(1000));
  }
  expect(compressed).toBe(4);
  await ask('/kept', 'c');
  await ask('/kept', 'c');
  expect(compressed).toBe(6);
});

it('keeps what comes as a stream, too', async () => {
  expect([await ask('/stream'), await ask('/stream')]).toEqual(Array(2).fill('kept '.repeat(1000)));
  expect(compressed).toBe(1);
});

it.each(['/other', '/text', '/shared', '/failed'])('compresses what may be other bytes each time: %s', async (path) => {
  const first = await ask(path);
  expect(await ask(path)).toBe(first);
  expect(compressed).toBe(2);
});
