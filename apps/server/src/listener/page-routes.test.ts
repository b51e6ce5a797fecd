import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createRecordingLogger } from '@moorline/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolderOfFile } from '../../../../tools/testenv/temporary-folder.js';
import { bind } from './bind.js';
import { closeListener, createListener } from './create-listener.js';
import { addPageRoutes } from './page-routes.js';

const limits = { maxConnections: 100, headersTimeout: 20_000, requestTimeout: 120_000 };
const index = `<!doctype html><script type="module" src="./assets/app-1a2b.js"></script>${' '.repeat(2000)}`;
const script = `export const text = '${'x'.repeat(5000)}';`;
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

describe('the page over real HTTP', () => {
  const folder = temporaryFolderOfFile();
  let app: FastifyInstance;
  let port: number;
  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'assets/app-1a2b.js'), script);
    writeFileSync(join(folder, 'assets/plain-3c4d.js'), script);
    writeFileSync(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(script));
    writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    app = createListener({ limits, basePath: '/hpc', logger: createRecordingLogger() });
    app.get('/jobs/taken', async () => 'an answer of somebody else');
    addPageRoutes(app, { folder, basePath: '/hpc' });
    port = await bind(app, { host: '127.0.0.1', port: 0, nextFreePort: false });
  });
  afterAll(() => closeListener(app, 0));

  /** Unlike fetch it unpacks nothing and asks for what it is told. */
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      request({ port, path, headers, method, agent: false }, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
          reject,
        );
      })
        .on('error', reject)
        .end();
    });

  it('says in plain words how it is built where it is not, and is there once it is', async () => {
    const before = await ask('/', html);
    expect(before).toMatchObject({ status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(String(before.body)).toContain('npm run build --workspace @moorline/web');
    expect(await ask('/jobs/17', html)).toMatchObject({ status: 404 });
    writeFileSync(join(folder, 'index.html'), index);
    expect(await ask('/', html)).toMatchObject({ status: 200 });
  });

  it('comes with its own policy, is asked for anew each time, and is not sent again unchanged', async () => {
    const first = await ask('/');
    expect(String(first.body)).toBe(index);
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const again = await ask('/', { 'if-none-match': String(first.headers.etag) });
    expect(again).toMatchObject({ status: 304, headers: { etag: first.headers.etag } });
    expect(again.body).toHaveLength(0);
    const packed = await ask('/', { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(packed.body))).toBe(index);
  });

  it.each(['/jobs', '/jobs/17?from=x', '/clusters/lab/nodes/n1', `/clusters/lab/nodes/${'n'.repeat(300)}`])(
    'is what a browser gets at %s',
    async (path) => {
      const { status, body } = await ask(path, html);
      expect(status).toBe(200);
      const [source = ''] = /[^"]+app-1a2b\.js/.exec(String(body)) ?? [];
      expect(new URL(source, `http://h${path}`).pathname).toBe('/assets/app-1a2b.js');
    },
  );

  it.each([
    ['/jobs/17', {}],
    ['/jobs/17', { accept: 'application/json' }],
    ['/api/nowhere', html],
    ['/moorline/v1/nowhere', html],
    ['/v11/nowhere', html],
    ['/assets/gone-9z.js', html],
    ['/gone.svg', html],
  ])('is not what is missing at %s for %j', async (path, headers) => {
    const { status, body } = await ask(path, headers);
    expect(status).toBe(404);
    expect(JSON.parse(String(body))).toMatchObject({ code: 'not_found', hint: expect.any(String) });
  });

  it('does not come before those who answer, and not for what is sent', async () => {
    expect(String((await ask('/jobs/taken', html)).body)).toBe('an answer of somebody else');
    expect((await ask('/jobs/17', html, 'POST')).status).toBe(404);
    expect(await ask('/jobs/17', html, 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('has files that are kept for ever, packed as they lie there or on the way', async () => {
    const plain = await ask('/assets/app-1a2b.js');
    expect(String(plain.body)).toBe(script);
    expect(plain.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/\/javascript/),
      vary: 'accept-encoding',
    });
    const asBuilt = await ask('/assets/app-1a2b.js', { 'accept-encoding': 'gzip, br' });
    expect(asBuilt.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringMatching(/\/javascript/),
    });
    expect(String(brotliDecompressSync(asBuilt.body))).toBe(script);
    const onTheWay = await ask('/assets/plain-3c4d.js', { 'accept-encoding': 'gzip, br' });
    expect(onTheWay.headers['content-encoding']).toBe('gzip');
    expect(String(gunzipSync(onTheWay.body))).toBe(script);
    expect(await ask('/favicon.svg')).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'public, max-age=0', 'content-type': expect.stringMatching(/^image\/svg/) },
    });
  });

  it.each(['/assets/../index.html', '/assets/%2e%2e/index.html', '/assets/..%2findex.html', '/.env', '/index.html'])(
    'gives no file at %s',
    async (path) => {
      expect((await ask(path)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('works below the base path, whether or not a proxy takes it away', async () => {
    const { status, body } = await ask('/hpc/jobs/17', html);
    expect(status).toBe(200);
    const [source = ''] = /[^"]+app-1a2b\.js/.exec(String(body)) ?? [];
    expect(new URL(source, 'http://h/hpc/jobs/17').pathname).toBe('/hpc/assets/app-1a2b.js');
    expect((await ask('/hpc/assets/app-1a2b.js')).status).toBe(200);
    expect(await ask('/hpc?x=1', html)).toMatchObject({ status: 308, headers: { location: '/hpc/?x=1' } });
    expect((await ask('/hpc/', html)).status).toBe(200);
  });
});
