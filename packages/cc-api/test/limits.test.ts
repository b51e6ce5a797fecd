import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCcHandler, createTokenVerifier } from '@moorline/cc-api/server';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { ask, errorBody, j } from './support/ask.js';
import { demo } from './support/clusters.js';
import { decodeMetrics } from './support/line-protocol.js';
import { serve, type Served } from './support/serve.js';

const tooLong = errorBody('Request Entity Too Large', 'the body is longer than 1000 bytes').trimEnd();

describe('bodies', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve({ limits: { bodyBytes: 1000 } });
  });
  afterAll(() => served.close());

  it('may be as long as the limit and no longer', async () => {
    const post = (body: string) => ask(served, '/api/jobs/start_job/', { method: 'POST', body });
    const body = JSON.stringify(j(1)).padEnd(1000);
    expect((await post(body)).status).toBe(201);
    const refused = await post(`${body} `);
    expect([refused.status, refused.text.trimEnd()]).toEqual([413, tooLong]);
  });

  it('are cut off at the limit where they do not say how long they are', async () => {
    const socket = connect(Number(new URL(served.baseUrl).port), '127.0.0.1');
    const answered = text(socket);
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    socket.write(
      `POST /api/write HTTP/1.1\r\nhost: x\r\nx-auth-token: ${served.tokens.token('A')}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    expect(await answered).toContain('413');
  });

  it('are not read from who may not send them', async () => {
    const socket = connect(Number(new URL(served.baseUrl).port), '127.0.0.1');
    const answered = text(socket);
    // The announced body never comes: the answer does.
    socket.write('POST /api/write HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\nconnection: close\r\n\r\n');
    expect(await answered).toMatch(/^HTTP\/1.1 401 /);
  });

  it('that break off are no success, and do no harm', async () => {
    const socket = connect(Number(new URL(served.baseUrl).port), '127.0.0.1');
    await once(socket, 'connect');
    const body = '{"jobId":99,';
    socket.write(
      `POST /api/jobs/start_job/ HTTP/1.1\r\nhost: x\r\nx-auth-token: ${served.tokens.token('A')}\r\ncontent-length: 900\r\n\r\n${body}`,
      () => socket.destroy(),
    );
    await once(socket, 'close');
    const { status, text: jobs } = await ask(served, '/api/jobs/');
    expect([status, JSON.parse(jobs).jobs.map(({ jobId }: { jobId: number }) => jobId)]).toEqual([200, [1]]);
    expect(served.logger.records.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    [undefined],
    ['application/json'],
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['garbage'],
  ])('are read whatever they are called: %s', async (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const { status } = await ask(served, '/api/write', {
      method: 'POST',
      headers,
      body: 'load_one,cluster=demo,host=n01 value=1 5',
    });
    expect(status).toBe(200);
  });
});

describe('createCcHandler', () => {
  it('answers web-standard requests as the Fastify plugin does', async () => {
    const served = await serve({ limits: { bodyBytes: 1000 } });
    const { tokens, clock } = served;
    const handler = createCcHandler({
      backend: createInMemoryBackend({ clusters: [demo], clock }),
      verifyToken: createTokenVerifier({ publicKey: tokens.keys.publicKey, clock }),
      decodeMetrics,
      limits: { bodyBytes: 1000 },
      clock,
    });
    const token = { 'x-auth-token': tokens.token('A') };
    const requests: [string, RequestInit][] = [
      ['/api/jobs/start_job/', { method: 'POST', headers: token, body: JSON.stringify(j(1)) }],
      ['/api/jobs/start_job/', { method: 'POST', headers: token, body: 'x'.repeat(1001) }],
      ['/api/jobs/?state=running', { headers: token }],
      ['/api/jobs/1%2F2', { headers: token }],
      ['/api/jobs/', {}],
      ['/api/nope', {}],
      ['/api/jobs/start_job/', {}],
      ['/api/nodestate/', { method: 'PUT', headers: token, body: 'null' }],
    ];
    for (const [path, init] of requests) {
      const web = await handler(new Request(`http://x${path}`, init), { remoteAddress: '127.0.0.1' });
      const fastify = await fetch(served.baseUrl + path, init);
      expect([path, web.status, await web.text()]).toEqual([path, fastify.status, await fastify.text()]);
      const own = ['content-length', 'date', 'connection', 'keep-alive'];
      const headers = [...fastify.headers].filter(([name]) => !own.includes(name));
      expect([path, [...web.headers]]).toEqual([path, headers]);
    }
    await served.close();
  });

  it('cuts off a stream at the limit', async () => {
    const { tokens, clock, close } = await serve();
    const handler = createCcHandler({
      backend: createInMemoryBackend({ clusters: [demo], clock }),
      verifyToken: createTokenVerifier({ publicKey: tokens.keys.publicKey, clock }),
      decodeMetrics,
      limits: { bodyBytes: 1000 },
    });
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(600));
      },
    });
    const init = { method: 'POST', body, duplex: 'half' as const, headers: { 'x-auth-token': tokens.token('A') } };
    const response = await handler(new Request('http://x/api/write', init), { remoteAddress: '::1' });
    expect([response.status, (await response.text()).trimEnd()]).toEqual([413, tooLong]);
    expect(pulled).toBeLessThan(5);
    await close();
  });
});

async function text(socket: ReturnType<typeof connect>): Promise<string> {
  let all = '';
  for await (const chunk of socket) all += String(chunk);
  return all;
}
