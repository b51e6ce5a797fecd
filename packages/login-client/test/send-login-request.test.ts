import { createServer as createTcpServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { inspect } from 'node:util';
import { connect } from 'node:net';
import { isTimeoutError } from '@moorline/core';
import { createRecordingLogger } from '@moorline/core/testing';
import { EnvHttpProxyAgent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentedFailures, encodeLoginRequest, sendLoginRequest } from '../src/index.js';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { fetchThrough, fetchTrusting } from './support/certificates.js';
import { type ControlPlane, startControlPlane, success } from './support/control-plane.js';
import { smallRequest } from './support/machine.js';
import { loginErrorOf } from './support/rejection.js';

const send = (server: ControlPlane, more: object = {}, request = smallRequest) =>
  sendLoginRequest(request, { endpoint: server.authority, fetch: server.fetch, timeoutMs: 0, ...more });

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('sendLoginRequest: the request', () => {
  it('#9 carries content type, bearer token, origin without port and a content length', async () => {
    const server = await startControlPlane();
    await send(server);
    const [seen] = server.requests;
    expect(seen).toMatchObject({ method: 'POST', url: '/api/v1/login' });
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer reg-7f3c9a',
      origin: '127.0.0.1',
      'content-length': String(Buffer.byteLength(encodeLoginRequest(smallRequest))),
    });
    expect(seen?.body).toBe(encodeLoginRequest(smallRequest));
  });

  it('#9 sends content type and origin just once, through the fetch of the runtime too', async () => {
    const server = createHttpServer((request, response) => {
      const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      for (const name of ['authorization', 'content-type', 'origin', 'content-length']) {
        expect(names.filter((other) => other === name)).toHaveLength(1);
      }
      expect(request.headers.origin).toBe('127.0.0.1');
      response.end('{"machineID":"m"}');
    });
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const answer = await sendLoginRequest(smallRequest, {
      endpoint: `http://127.0.0.1:${port}`,
      allowInsecureHttp: true,
    });
    expect(answer.machineID).toBe('m');
    server.closeAllConnections();
  });

  it('sends a token beyond ASCII as UTF-8 bytes', async () => {
    const server = await startControlPlane();
    await send(server, {}, { ...smallRequest, token: 'tok-é漢<&>' });
    expect(Buffer.from(server.requests[0]?.headers['authorization'] ?? '', 'latin1').toString()).toBe(
      'Bearer tok-é漢<&>',
    );
  });

  it('#29 refuses a token with a line break before anything is sent', async () => {
    const server = await startControlPlane();
    const error = await loginErrorOf(send(server, {}, { ...smallRequest, token: 'secret-a\nb' }));
    expect(error.code).toBe('bad_token');
    expect(error.message).toContain('net/http: invalid header field value for "Authorization"');
    expect(inspect(error)).not.toContain('secret-a');
    expect(server.requests).toEqual([]);
  });
});

describe('sendLoginRequest: the answer', () => {
  it('#14 #15 #16 takes a 200 that names a machine id, whatever else it says and however it spells', async () => {
    const server = await startControlPlane();
    expect(await send(server)).toEqual({ machineID: 'm-0017', token: 'sess-2Q8k' });
    server.answer({ headers: { 'content-type': 'text/plain' }, body: '{"MachineID":"m","extra":{"a":[1]}}' });
    expect(await send(server)).toEqual({ machineID: 'm' });
  });

  it.each(['{}', 'null', '{"machineID":null}'])('#17 calls the answer %s an empty machine id', async (body) => {
    const error = await loginErrorOf(send(await startControlPlane({ body })));
    expect([error.code, error.message, error.isRetryable]).toEqual([
      'empty_machine_id',
      'login request failed with empty machine ID',
      false,
    ]);
    expect(error.response).toEqual({});
  });

  it('#18 keeps the message beside an empty machine id', async () => {
    const error = await loginErrorOf(
      send(await startControlPlane({ body: '{"machineID":"","message":"not ready yet"}' })),
    );
    expect([error.code, error.response?.message]).toEqual(['empty_machine_id', 'not ready yet']);
  });

  it.each(['', '<html>', '[]', '{"machineID":5}', '{"machineID":"m"}x', '\ufeff{}'])(
    '#19 calls the answer %j undecodable',
    async (body) => {
      const error = await loginErrorOf(send(await startControlPlane({ body })));
      expect([error.code, error.status, error.response, error.isRetryable]).toEqual(['decode', 200, undefined, false]);
      expect(error.message).toMatch(/^error unmarshaling login response: ./);
    },
  );

  it('#20 calls a 201 with a valid body a failure, and does not repeat its session token', async () => {
    const error = await loginErrorOf(send(await startControlPlane({ ...success, status: 201 })));
    expect([error.code, error.status]).toEqual(['unexpected_status', 201]);
    expect(error.message).toBe('unexpected status code 201 ({"machineID":"m-0017","token":"[redacted]"})');
    expect(error.response).toEqual({ machineID: 'm-0017' });
  });

  it('#21 keeps text, status and fields of a documented failure', async () => {
    const body = '{"code":"InvalidToken","message":"invalid token"}';
    const error = await loginErrorOf(send(await startControlPlane({ status: 401, body })));
    expect([error.code, error.status, error.isRetryable]).toEqual(['invalid_token', 401, false]);
    expect(error.message).toBe(`unexpected status code 401 (${body})`);
    expect(error.response).toEqual({ code: 'InvalidToken', message: 'invalid token' });
  });

  it('#22 #23 decodes before it looks at the status', async () => {
    const numeric = await loginErrorOf(send(await startControlPlane({ status: 400, body: '{"code":400}' })));
    expect(numeric.message).toBe(
      'error unmarshaling login response: json: cannot unmarshal number into Go struct field LoginResponse.code of type string',
    );
    const html = await loginErrorOf(send(await startControlPlane({ status: 502, body: '<html>Bad Gateway</html>' })));
    expect([html.code, html.status, html.isRetryable]).toEqual(['decode', 502, true]);
  });

  it.each(documentedFailures)('has a code of its own for failure $number, $code', async (failure) => {
    const text = failure.text.replace('<detail>', 'invalid character').replace('<name>', 'lab-h100');
    const { reason, status } = failure;
    const server = await startControlPlane({
      status,
      body: JSON.stringify({ code: reason, message: text, status: reason, error: text }),
    });
    const error = await loginErrorOf(send(server));
    expect([error.code, error.status, error.isRetryable, error.response?.message]).toEqual([
      failure.code,
      status,
      failure.isRetryable,
      text,
    ]);
  });

  it('tells how long a busy server wants to be left alone', async () => {
    for (const status of [429, 503]) {
      const server = await startControlPlane({
        status,
        headers: { 'retry-after': '3' },
        body: '{"message":"try later"}',
      });
      const error = await loginErrorOf(send(server));
      expect([error.code, error.isRetryable, error.details['retryAfterMs']]).toEqual(['unexpected_status', true, 3000]);
    }
  });

  it('does not repeat the registration token that a server sends back', async () => {
    const body = '{"message":"no such token: reg-7f3c9a"}';
    const error = await loginErrorOf(send(await startControlPlane({ status: 400, body })));
    expect(`${inspect(error, { depth: 9 })} ${JSON.stringify(error)}`).not.toContain('reg-7f3c9a');
    expect(error.response?.message).toBe('no such token: [redacted]');
  });

  it('#28 decodes a gzip answer', async () => {
    const body = gzipSync('{"machineID":"m"}');
    expect(await send(await startControlPlane({ headers: { 'content-encoding': 'gzip' }, body }))).toEqual({
      machineID: 'm',
    });
  });

  it('#30 does not try again by itself', async () => {
    const server = await startControlPlane((_request, response) => {
      response.statusCode = server.requests.length === 1 ? 500 : 200;
      response.end('{"machineID":"m","token":"s"}');
    });
    expect((await loginErrorOf(send(server))).code).toBe('unexpected_status');
    expect(server.requests).toHaveLength(1);
  });

  it('takes an error text of a mebibyte and refuses an endless answer', async () => {
    const message = 'x'.repeat(1024 * 1024);
    const long = await loginErrorOf(send(await startControlPlane({ status: 400, body: JSON.stringify({ message }) })));
    expect(long.response?.message).toBe(message);
    const server = await startControlPlane((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => void response.write(chunk, (error) => (error ? undefined : more()));
      more();
    });
    expect((await loginErrorOf(send(server))).code).toBe('response_too_large');
  });

  it.each([301, 302, 303, 307, 308])('refuses a redirect with %i and sends the token nowhere else', async (status) => {
    const other = await startControlPlane();
    const server = await startControlPlane({
      status,
      headers: { location: `https://${other.authority}/api/v1/login` },
    });
    const error = await loginErrorOf(send(server));
    expect([error.code, error.status, error.isRetryable]).toEqual(['redirect_refused', status, false]);
    expect([server.requests.length, other.requests.length]).toEqual([1, 0]);
  });
});

describe('sendLoginRequest: the way there', () => {
  it('#24 calls a connection that breaks within the answer a body that could not be read', async () => {
    const server = await startControlPlane((_request, response) => {
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"machineID":"m-0017"', () => response.destroy());
    });
    const error = await loginErrorOf(send(server));
    expect([error.code, error.isRetryable, error.response]).toEqual(['body_read', true, undefined]);
    expect(error.message).toMatch(/^error reading response body: /);
  });

  it('#24 calls a connection that ends without an answer, and a refused one, transport errors', async () => {
    const server = await startControlPlane((_request, response) => void response.destroy());
    const cut = await loginErrorOf(send(server));
    expect([cut.code, cut.isRetryable]).toEqual(['transport', true]);
    const port = await listen(createTcpServer().unref());
    const closed = createTcpServer();
    const free = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(free).not.toBe(port);
    const refused = await loginErrorOf(send(server, { endpoint: `127.0.0.1:${free}` }));
    expect([refused.code, refused.details['reason']]).toEqual(['transport', 'ECONNREFUSED']);
    expect(refused.message).toMatch(new RegExp(`^Post "https://127.0.0.1:${free}/api/v1/login": .*ECONNREFUSED`));
  });

  it('#25 sends nothing when it is aborted before', async () => {
    const server = await startControlPlane();
    await expect(send(server, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(server.requests).toEqual([]);
  });

  it('#25 gives up at the deadline, or when aborted, after one request', async () => {
    const controller = new AbortController();
    const server = await startControlPlane(() => controller.abort(new Error('enough')));
    await expect(send(server, { signal: controller.signal })).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
    server.answer(() => undefined);
    const late = await send(server, { timeoutMs: 10 }).catch((error: unknown) => error);
    expect(isTimeoutError(late)).toBe(true);
    expect(String(late)).toContain(`Post "https://${server.authority}/api/v1/login" took longer than 10 ms`);
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  it('#26 trusts a certificate only when told to, and only for its names', async () => {
    const server = await startControlPlane();
    const untrusted = await loginErrorOf(send(server, { fetch: globalThis.fetch }));
    expect([untrusted.code, untrusted.isRetryable]).toEqual(['tls', false]);
    expect(untrusted.hint).toContain('NODE_EXTRA_CA_CERTS');
    expect(server.requests).toEqual([]);
    expect((await send(server)).machineID).toBe('m-0017');

    const elsewhere = await makeCertificate({ dns: ['other.example'] });
    const https = await import('node:https');
    const misnamed = https.createServer(elsewhere, (_request, response) => void response.end('{}'));
    const port = await listen(misnamed);
    onTestFinished(() => void misnamed.close());
    const trusting = fetchTrusting(elsewhere);
    onTestFinished(() => trusting.close());
    const wrongName = await loginErrorOf(send(server, { endpoint: `127.0.0.1:${port}`, fetch: trusting.fetch }));
    expect([wrongName.code, wrongName.details['reason']]).toEqual(['tls', 'ERR_TLS_CERT_ALTNAME_INVALID']);
  });

  it('#26 calls a server without TLS a TLS error', async () => {
    const server = createHttpServer((_request, response) => void response.end('{}'));
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const error = await loginErrorOf(sendLoginRequest(smallRequest, { endpoint: `127.0.0.1:${port}` }));
    expect(error.code).toBe('tls');
  });

  it('#27 goes through the proxy that its fetch was given, and directly where that says so', async () => {
    const server = await startControlPlane();
    const tunnels: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const upstream = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [upstream, socket]) end.on('error', () => undefined);
    });
    const httpsProxy = `http://127.0.0.1:${await listen(proxy)}`;
    onTestFinished(() => void proxy.close());
    const through = (noProxy: string) => {
      const agent = new EnvHttpProxyAgent({
        httpsProxy,
        noProxy,
        requestTls: { ca: server.certificate.cert },
        connect: { ca: server.certificate.cert },
      });
      onTestFinished(() => agent.destroy());
      return fetchThrough(agent);
    };
    await send(server, { fetch: through('localhost,127.0.0.1,::1') });
    expect(tunnels).toEqual([]);
    await send(server, { endpoint: `localhost:${server.port}`, fetch: through('') });
    expect(tunnels).toEqual([`localhost:${server.port}`]);
    expect(server.requests).toHaveLength(2);
  });

  it('#27 says that it was the proxy that refused', async () => {
    const server = await startControlPlane();
    const proxy = createHttpServer();
    proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const agent = new EnvHttpProxyAgent({ httpsProxy: `http://127.0.0.1:${await listen(proxy)}`, noProxy: '' });
    onTestFinished(() => agent.destroy());
    onTestFinished(() => void proxy.close());
    const error = await loginErrorOf(send(server, { fetch: fetchThrough(agent) }));
    expect([error.code, error.isRetryable]).toEqual(['proxy', true]);
    expect(server.requests).toEqual([]);
  });

  it('logs what it does without any secret', async () => {
    const logger = createRecordingLogger();
    await send(await startControlPlane(), { logger });
    expect(logger.records.map(({ message }) => message)).toEqual(['posting login request', 'login answered']);
    expect(logger.text()).not.toMatch(/reg-7f3c9a|sess-2Q8k/);
  });
});
