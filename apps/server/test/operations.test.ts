import { request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCluster, aJob } from './a-cluster.js';
import { apiToken, get, post, put, startTestServer, type TestServer } from './support.js';

describe('/metrics', () => {
  let server: TestServer;
  let token = '';
  beforeAll(async () => {
    server = await startTestServer();
    token = await apiToken(server);
    await put(`${server.url}/moorline/v1/clusters/c`, aCluster('c', 'n[1-9]'), token);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const scrape = async () => {
    const response = await get(`${server.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return response.text();
  };

  it('tells of jobs, commits and the process', async () => {
    await post(`${server.url}/api/jobs/start_job/`, aJob(1, 'c', 'n1', 1_700_000_000), token);
    const metrics = await scrape();
    expect(metrics).toMatch(/^moorline_jobs_running 1$/m);
    expect(metrics).toMatch(/^moorline_store_commits_total [1-9]\d*$/m);
    expect(metrics).toMatch(/^process_resident_memory_bytes \d+/m);
  });

  it('counts answers by the pattern of their route, whatever paths and methods clients make up', async () => {
    for (const path of ['/api/jobs/1', '/api/jobs/2', '/api/nope/1', '/nope/1', '/nope/2'])
      await get(server.url + path, token);
    await fetch(`${server.url}/nope`, { method: 'PROPFIND' });
    const metrics = await scrape();
    const count = (labels: string) => {
      const start = `moorline_http_request_duration_seconds_count{${labels}} `;
      return metrics
        .split('\n')
        .find((line) => line.startsWith(start))
        ?.slice(start.length);
    };
    expect(count('method="GET",route="/api/jobs/{id}",status="200"')).toBe('1');
    expect(count('method="GET",route="/api/jobs/{id}",status="422"')).toBe('1');
    expect(count('method="GET",route="/api/*",status="404"')).toBe('1');
    expect(count('method="GET",route="none",status="404"')).toBe('2');
    expect(metrics).not.toContain('nope');
    expect(metrics).not.toContain('PROPFIND');
  });

  it('is for this machine alone: what a proxy hands on is refused, unless the reader is named', async () => {
    const handedOn = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(handedOn.status).toBe(403);
    expect(await handedOn.json()).toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('--metrics-readers'),
    });
    await using open = await startTestServer({ metricsReaders: '192.0.2.7,127.0.0.1' });
    expect((await fetch(`${open.url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(200);
  });
});

describe('the id of a request', () => {
  it('is the one that the client gave where it is a sane one, else one of our own', async () => {
    await using server = await startTestServer();
    const idFor = async (id: string) =>
      (await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idFor('proxy-7:abc.1')).toBe('proxy-7:abc.1');
    for (const bad of ['x'.repeat(129), 'a b', '{"x":1}', '']) {
      expect(await idFor(bad)).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    }
  });
});

describe('a stop while a request is on its way', () => {
  it('waits for the rest of its body, answers it, and has stored it', async () => {
    const server = await startTestServer();
    const token = await apiToken(server);
    await put(`${server.url}/moorline/v1/clusters/c`, aCluster('c', 'n[1-9]'), token);
    const body = JSON.stringify(aJob(7, 'c', 'n1', 1_700_000_000));
    const sending = request(`${server.url}/api/jobs/start_job/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-length': Buffer.byteLength(body), expect: '100-continue' },
    });
    sending.flushHeaders();
    // The server has the request now.
    await once(sending, 'continue');
    sending.write(body.slice(0, 20));
    const stopped = server[Symbol.asyncDispose]();
    await expect
      .poll(() =>
        get(`${server.url}/healthz`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    sending.end(body.slice(20));
    const [response] = await once(sending, 'response');
    expect(await text(response)).toBe('{"msg":"success"}\n');
    await stopped;
  });
});

describe('an answer', () => {
  it('is packed for who asks for it, where it is long enough to gain', async () => {
    await using server = await startTestServer();
    const token = await apiToken(server);
    for (const name of ['a', 'b', 'c'])
      await put(`${server.url}/moorline/v1/clusters/${name}`, aCluster(name, 'n1'), token);
    const ask = (path: string, encoding: string) =>
      fetch(server.url + path, { headers: { authorization: `Bearer ${token}`, 'accept-encoding': encoding } });
    const plain = await ask('/api/clusters/', 'identity');
    const packed = await ask('/api/clusters/', 'gzip');
    expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
    expect(packed.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
    // fetch unpacks.
    expect(await packed.text()).toBe(await plain.text());
    expect((await ask('/api/jobs/', 'gzip')).headers.get('content-encoding')).toBe(null);
  });
});
