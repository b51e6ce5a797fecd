import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeepAliveFetch } from './keep-alive-fetch.js';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/path`;
}

function keepAliveFetch() {
  const { fetch, close } = createKeepAliveFetch(2);
  onTestFinished(close);
  return fetch;
}

describe('createKeepAliveFetch', () => {
  it('sends method, headers and body, and gives status, headers and text', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += String(chunk)));
      request.on('end', () => {
        response.writeHead(422, { 'content-type': 'text/plain', 'retry-after': '7' });
        response.end(
          `${request.method} ${request.headers['authorization']} ${request.headers['content-length']} ${body}`,
        );
      });
    });
    const response = await keepAliveFetch()(url, {
      method: 'POST',
      headers: { authorization: 'Bearer x' },
      body: 'größe',
    });
    expect(response.status).toBe(422);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.text()).toBe('POST Bearer x 7 größe');
  });

  it('gives an answer without a body', async () => {
    const url = await serve((_, response) => response.writeHead(204).end());
    expect((await keepAliveFetch()(url)).status).toBe(204);
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const fetch = keepAliveFetch();
    for (let time = 0; time < 3; time++) await (await fetch(url)).text();
    expect(ports.size).toBe(1);
  });

  it('rejects where nobody answers, and where an answer is cut off', async () => {
    await expect(keepAliveFetch()('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      response.socket?.end();
    });
    await expect(keepAliveFetch()(url)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('rejects when it is aborted, before and during the request', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    const fetch = keepAliveFetch();
    await expect(fetch(url, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(fetch(url, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
