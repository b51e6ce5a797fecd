import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createRecordingLogger } from '@moorline/core/testing';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { bind } from './bind.js';
import { bodyLimit, closeListener, createListener, type ListenerLimits } from './create-listener.js';

const limits: ListenerLimits = { maxConnections: 100, headersTimeout: 20_000, requestTimeout: 120_000 };

describe('the listener', () => {
  const open: FastifyInstance[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const app of open.splice(0)) await closeListener(app, 0);
  });

  async function listener(
    change: Partial<ListenerLimits> = {},
    routes: (app: FastifyInstance) => void = () => undefined,
  ) {
    const logger = createRecordingLogger();
    const app = createListener({ limits: { ...limits, ...change }, logger });
    open.push(app);
    app.post('/echo', async (request) => request.body);
    app.get('/fails', async () => {
      throw new Error('the secret of the house');
    });
    routes(app);
    const port = await bind(app, { host: '127.0.0.1', port: 0, nextFreePort: false });
    return { app, port, logger, url: `http://127.0.0.1:${port}` };
  }

  async function dial(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** Everything until the server closes the connection. */
  async function everythingFrom(socket: Socket): Promise<string> {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(socket, 'close');
    return text;
  }

  /** The body of the one answer in a text, whose length must be true. */
  function failureIn(text: string, status: number): unknown {
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} \\w`));
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    return JSON.parse(body);
  }

  it('answers 408 and closes where headers come too slowly', async () => {
    const { port } = await listener({ headersTimeout: 50 });
    const socket = await dial(port);
    socket.write('GET /echo HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(failureIn(await everythingFrom(socket), 408)).toEqual({
      code: 'too_slow',
      message: 'the request came too slowly',
      hint: 'send its headers within 50ms, and all of it within 2m',
    });
  });

  it('answers 408 and closes where a body comes too slowly', async () => {
    const { port } = await listener({ headersTimeout: 50, requestTimeout: 100 });
    const socket = await dial(port);
    socket.write(
      'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a":',
    );
    expect(failureIn(await everythingFrom(socket), 408)).toMatchObject({ code: 'too_slow' });
  });

  it('answers 413 with a hint where the body is too large, whether or not its length was told', async () => {
    const { url } = await listener();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify('x'.repeat(bodyLimit));
    const chunked = new Blob([body]).stream();
    for (const init of [{ body }, { body: chunked, duplex: 'half' as const }]) {
      const response = await fetch(`${url}/echo`, { method: 'POST', headers, ...init });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'body_too_large', hint: 'send 4MiB at most' });
    }
  });

  it('answers 431 where the headers are too large', async () => {
    const { port } = await listener();
    const socket = await dial(port);
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(failureIn(await everythingFrom(socket), 431)).toEqual({
      code: 'headers_too_large',
      message: 'the headers of the request are too large',
      hint: 'send 16KiB of headers at most',
    });
  });

  it('answers 400 to what is no HTTP, and logs it', async () => {
    const { port, logger } = await listener();
    const socket = await dial(port);
    socket.write('\x16\x03\x01 a TLS hello, for one\r\n\r\n');
    expect(failureIn(await everythingFrom(socket), 400)).toEqual({
      code: 'bad_request',
      message: expect.stringMatching(/^this is no HTTP request \(HPE_/),
      hint: expect.stringContaining('without TLS'),
    });
    expect(logger.records).toMatchObject([{ level: 'warn', message: 'refused', fields: { status: 400 } }]);
  });

  it('closes connections beyond the limit and still answers on those within', async () => {
    const { port } = await listener({ maxConnections: 1 });
    const first = await dial(port);
    const second = await dial(port);
    expect(await everythingFrom(second)).toBe('');
    first.write('GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await everythingFrom(first)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('answers what does not exist, and what failed, as { code, message, hint } without what went wrong inside', async () => {
    const { url, logger } = await listener();
    const none = await fetch(`${url}/none?token=abc`);
    expect(none.status).toBe(404);
    expect(await none.json()).toEqual({
      code: 'not_found',
      message: 'there is no GET /none',
      hint: expect.any(String),
    });
    const failed = await fetch(`${url}/fails`);
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret');
    expect(logger.records.some(({ message }) => message === 'a request failed')).toBe(true);
  });

  it('takes a path with doubled slashes at its start for the path', async () => {
    const { url } = await listener({}, (app) => app.get('/healthz', async () => 'ok'));
    expect((await fetch(`${url}//healthz`)).status).toBe(200);
  });

  it('logs each answer under the request id that the answer carries, and no query, header or body', async () => {
    const { url, logger } = await listener();
    const response = await fetch(`${url}/echo?token=abc`, {
      method: 'POST',
      headers: { authorization: 'Bearer abc', 'content-type': 'application/json' },
      body: '{"token":"abc"}',
    });
    await response.arrayBuffer();
    await expect.poll(() => logger.records.length).toBe(1);
    expect(logger.records[0]).toMatchObject({
      level: 'debug',
      message: 'answered',
      fields: { method: 'POST', path: '/echo', status: 200, requestId: response.headers.get('x-request-id') },
    });
    expect(logger.text()).not.toContain('abc');
  });

  /** A route that is answered when the test says so. */
  async function withSlowRoute() {
    let finish: () => void = () => undefined;
    const handled = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let enter: () => void = () => undefined;
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const slow = await listener({}, (routes) =>
      routes.get('/slow', async () => {
        enter();
        await handled;
        return { done: true };
      }),
    );
    return { ...slow, finish, entered };
  }

  it('finishes the open request when it is closed, and does not wait for its connection to be idle for long', async () => {
    const { app, url, finish, entered } = await withSlowRoute();
    const slow = fetch(`${url}/slow`);
    await entered;
    const closed = closeListener(app, 60_000);
    await expect.poll(() => app.server.listening).toBe(false);
    finish();
    expect(await (await slow).json()).toEqual({ done: true });
    await closed;
  });

  it('cuts requests that do not end in time when it is closed', async () => {
    const { app, port } = await withSlowRoute();
    const stuck = await dial(port);
    stuck.write('GET /slow HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const cut = everythingFrom(stuck);
    await closeListener(app, 20);
    expect(await cut).toBe('');
  });
});
