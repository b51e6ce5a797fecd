import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, inflateSync } from 'node:zlib';
import { createRecordingLogger } from '@moorline/core/testing';
import { ccFastifyPlugin } from '@moorline/cc-api/fastify';
import { createInMemoryBackend } from '@moorline/cc-api/testing';
import { parseCluster } from '@moorline/cc-api';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind } from './bind.js';
import { closeListener, createListener } from './create-listener.js';

const limits = { maxConnections: 100, headersTimeout: 20_000, requestTimeout: 120_000 };

/** Its description is about ten kilobytes long. */
const demo = parseCluster({
  name: 'demo',
  metricConfig: Array.from({ length: 30 }, (_, index) => ({ name: `metric_${index}`, timestep: 60 })),
  subClusters: [{ name: 'main', nodes: '*' }],
});

describe('answers over real HTTP', () => {
  let app: FastifyInstance;
  let port: number;
  beforeAll(async () => {
    app = createListener({ limits, logger: createRecordingLogger() });
    app.register(ccFastifyPlugin, {
      backend: createInMemoryBackend({ clusters: [demo] }),
      verifyToken: async () => ({ ok: true, principal: { subject: 'slurm', roles: new Set(['api']) } }),
      decodeMetrics: () => ({ samples: [] }),
    });
    app.register(async (routes) => {
      // Of three bytes each: 1,023 and 1,026 bytes.
      const kept = new TextEncoder().encode('x'.repeat(50_000));
      routes.get('/kept', (_, reply) => reply.header('vary', 'Origin').type('application/json').send(kept));
      for (const length of [341, 342]) routes.get(`/euros/${length}`, () => '€'.repeat(length));
    });
    port = await bind(app, { host: '127.0.0.1', port: 0, nextFreePort: false });
  });
  afterAll(() => closeListener(app, 0));

  /** Node's fetch would ask for compression and undo it by itself. */
  async function ask(path: string, encoding: string | undefined, method = 'GET') {
    const headers = { 'x-auth-token': 't', ...(encoding === undefined ? {} : { 'accept-encoding': encoding }) };
    return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>(
      (resolve, reject) => {
        const sent = request({ port, path, method, headers, host: '127.0.0.1' }, (response) => {
          buffer(response).then(
            (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
            reject,
          );
        });
        sent.on('error', reject).end();
      },
    );
  }

  it.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ] as const)('are compressed with %s where they are long and the client asks for it', async (encoding, undo) => {
    const plain = await ask('/api/clusters/', undefined);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.length).toBeGreaterThan(8000);
    const compressed = await ask('/api/clusters/', encoding);
    expect([compressed.status, compressed.headers['content-encoding']]).toEqual([200, encoding]);
    expect(compressed.headers['content-type']).toBe('application/json');
    expect(compressed.headers.vary?.toLowerCase()).toBe('origin, accept-encoding');
    expect(compressed.headers['x-content-type-options']).toBe('nosniff');
    expect(compressed.body.length).toBeLessThan(plain.body.length / 4);
    expect(undo(compressed.body)).toEqual(plain.body);
  });

  it('are compressed from 1,024 bytes on, whatever their characters take', async () => {
    const [shorter, longer] = [await ask('/euros/341', 'gzip'), await ask('/euros/342', 'gzip')];
    expect([shorter.headers['content-encoding'], shorter.body.length]).toEqual([undefined, 1023]);
    expect([longer.headers['content-encoding'], gunzipSync(longer.body).length]).toEqual(['gzip', 1026]);
  });

  it.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ] as const)('are compressed with %s again and again where the same bytes are sent', async (encoding, undo) => {
    const [first, again] = [await ask('/kept', encoding), await ask('/kept', encoding)];
    expect(again.body).toEqual(first.body);
    expect(again.headers['content-length']).toBe(String(again.body.length));
    expect([again.headers['content-encoding'], again.headers.vary]).toEqual([encoding, first.headers.vary]);
    expect(undo(again.body)).toEqual((await ask('/kept', undefined)).body);
  });

  it.each([
    ['of an encoding that it does not know', 'GET', '/api/clusters/', 'br', 200],
    ['that are short', 'GET', '/api/jobs/', 'gzip', 200],
    ['without a body', 'POST', '/api/write', 'gzip', 200],
    ['to HEAD', 'HEAD', '/api/clusters/', 'gzip', 405],
  ])('are left as they are: those %s', async (_, method, path, encoding, status) => {
    const answer = await ask(path, encoding, method);
    expect([answer.status, answer.headers['content-encoding']]).toEqual([status, undefined]);
    if (method === 'GET') expect(answer.headers['content-length']).toBe(String(answer.body.length));
  });
});
