import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeClock } from '@moorline/core/testing';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fluxError, type FluxEvent, isRpcError, postEvent, type PostEventOptions } from '../src/index.js';
import {
  daemonPing,
  daemonPingRefused,
  eventsAccepted,
  eventsRefused,
  eventsUnauthorized,
  eventsUnexpectedStatus,
  upgradeRefused,
} from '../src/msw.js';
import { createEventsHandler, type EventsHandlerOptions } from '../src/server.js';
import { dialDaemon, isDialError, isEndpointDeprecated } from '../src/transports.js';

const event: FluxEvent = {
  id: 3,
  serviceIDs: ['orchard:deployment/pear'],
  type: 'sync',
  startedAt: '2021-03-04T05:06:07.000000089Z',
  endedAt: '2021-03-04T05:06:08Z',
  logLevel: 'info',
  metadata: { commits: [{ revision: 'abc', message: 'm <b>' }], includes: { other: true } },
};

interface Receiver {
  url: string;
  taken: { event: FluxEvent; tenant: string }[];
  requests: { path: string; headers: Record<string, string | string[] | undefined>; body: string }[];
}

/** The handler on a real server. */
async function startReceiver(options: Partial<EventsHandlerOptions> = {}): Promise<Receiver> {
  const taken: Receiver['taken'] = [];
  const requests: Receiver['requests'] = [];
  const handle = createEventsHandler({
    authenticate: ({ token }) => (token === 's3cret' ? 'berth-7' : undefined),
    onEvent: (received, tenant) => void taken.push({ event: received, tenant }),
    ...options,
  });
  const server = createServer((request, response) => {
    const { method = 'GET', url = '', headers } = request;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      requests.push({ path: url, headers, body: body.toString() });
      const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
      const init = { method, headers: given, ...(body.length > 0 && { body }) };
      void handle(new Request(`http://127.0.0.1${url}`, init)).then(async (answer) => {
        response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
        response.end(await answer?.text());
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, requests };
}

const post = (url: string, options: Partial<PostEventOptions> = {}): Promise<void> =>
  postEvent(event, { url, allowInsecureHttp: true, token: 's3cret', ...options });

const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const outcome = await promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  return outcome;
};

describe('postEvent and its handler', () => {
  it('carry an event, with the headers of the original', async () => {
    const { url, taken, requests } = await startReceiver({ basePath: '/api/flux/' });
    await post(`${url.replace('http', 'ws')}/api/flux`, { userAgent: 'fluxd/1.25.4' });
    expect(taken).toEqual([{ event, tenant: 'berth-7' }]);
    const [request] = requests;
    expect(request?.path).toBe('/api/flux/v6/events');
    expect(request?.headers).toMatchObject({
      authorization: 'Scope-Probe token=s3cret',
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'fluxd/1.25.4',
    });
    expect(request?.body).toContain('"message":"m \\u003cb\\u003e"');
  });

  it('send no Authorization without a token, and refuse it with 401', async () => {
    const { url, taken, requests } = await startReceiver();
    const error = await failureOf(post(url, { token: '' }));
    expect(requests[0]?.headers['authorization']).toBeUndefined();
    expect(error).toMatchObject({
      code: 'unauthorized',
      application: { type: 'user', error: 'unauthorized' },
      details: { status: 401 },
    });
    expect(taken).toEqual([]);
  });

  it.each([
    ['missing', 404],
    ['user', 422],
    ['server', 500],
  ] as const)('answer an application error of type %s with %i, and read it back', async (type, status) => {
    const thrown = fluxError({ type, message: 'no such "berth"', help: 'Line one.\nLine two.' });
    const { url } = await startReceiver({
      onEvent: () => {
        throw new Error('wrapped', { cause: thrown });
      },
    });
    const error = await failureOf(post(url));
    expect(isRpcError(error) && error.application).toEqual(thrown.application);
    const headers = { Authorization: 'Scope-Probe token=s3cret' };
    const body = JSON.stringify(event);
    const plain = await fetch(`${url}/v6/events`, { method: 'POST', body, headers: { ...headers, Accept: '' } });
    expect([plain.status, plain.headers.get('content-type')]).toEqual([status, 'text/plain; charset=utf-8']);
    const help = await fetch(`${url}/v6/events`, {
      method: 'POST',
      body,
      headers: { ...headers, Accept: 'text/plain' },
    });
    expect([help.status, await help.text()]).toEqual([status, 'Line one.\nLine two.']);
  });

  it('cover every other error of the receiver, as the original does', async () => {
    const { url } = await startReceiver({ onEvent: () => Promise.reject(new Error('disk full')) });
    expect(await failureOf(post(url))).toMatchObject({ code: 'application', application: { error: 'disk full' } });
  });

  it.each(['', '{', '[]', '{"type":""}', '{"type":"party"}', '{"type":"sync","metadata":5}'])(
    'refuse the body %j with 400',
    async (body) => {
      const { url, taken } = await startReceiver();
      const headers = { Authorization: 'Scope-Probe token=s3cret', Accept: 'application/json' };
      const answer = await fetch(`${url}/v6/events`, { method: 'POST', body, headers });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ type: 'user', error: expect.stringMatching(/./) as string });
      expect(taken).toEqual([]);
    },
  );

  it('refuse a body that is too large with 413, and other methods with 405', async () => {
    const { url } = await startReceiver({ maxBodyBytes: 100 });
    expect(await failureOf(post(url))).toMatchObject({ application: { error: 'the event is too large' } });
    const handle = createEventsHandler({ authenticate: () => 't', onEvent: () => undefined, maxBodyBytes: 100 });
    const body = new Blob(['x'.repeat(60), 'x'.repeat(60)]).stream();
    const unknownLength = new Request('http://h/v6/events', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect((await handle(unknownLength))?.status).toBe(413);
    expect((await fetch(`${url}/v6/events`)).status).toBe(405);
    expect((await fetch(`${url}/v6/eventss`, { method: 'POST' })).status).toBe(404);
  });

  it('check the token and the event before anything is sent', async () => {
    const { url, requests } = await startReceiver();
    expect(await failureOf(post(url, { token: 'a\nb' }))).toMatchObject({ code: 'bad_token' });
    expect(await failureOf(post(url, { allowInsecureHttp: false }))).toMatchObject({ code: 'insecure_endpoint' });
    const wrong = { ...event, startedAt: 'yesterday' };
    expect(await failureOf(postEvent(wrong, { url, allowInsecureHttp: true }))).toMatchObject({
      code: 'invalid_payload',
    });
    expect(requests).toEqual([]);
  });

  it('end at the deadline, and at an abort with its reason', async () => {
    let arrived: () => void = () => undefined;
    const hasArrived = (): Promise<void> => new Promise((resolve) => (arrived = resolve));
    const { url } = await startReceiver({
      onEvent: () => {
        arrived();
        return new Promise(() => undefined);
      },
    });
    const clock = createFakeClock();
    const first = hasArrived();
    const late = failureOf(post(url, { clock }));
    await first;
    await clock.advance(10_000);
    expect(await late).toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const second = hasArrived();
    const aborted = failureOf(post(url, { signal: controller.signal }));
    await second;
    controller.abort(new Error('enough'));
    expect(await aborted).toEqual(new Error('enough'));
    expect(clock.pendingTimers).toBe(0);
  });

  it('say so when nobody answers, or a redirect does', async () => {
    expect(await failureOf(post('http://127.0.0.1:1'))).toMatchObject({ code: 'event_failed', isRetryable: true });
    const server = createServer((_request, response) => response.writeHead(307, { Location: '/elsewhere' }).end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const error = await failureOf(post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    expect(error).toMatchObject({ code: 'event_refused', isRetryable: false, details: { status: 307 } });
  });
});

describe('mocks', () => {
  const mocks = setupServer();
  beforeAll(() => mocks.listen({ onUnhandledRequest: 'bypass' }));
  afterEach(() => mocks.resetHandlers());
  afterAll(() => mocks.close());

  const base = 'https://cloud.example/api/flux';

  it.each([200, 201, 202, 204] as const)('take events in with %i', async (status) => {
    const seen: unknown[] = [];
    mocks.use(eventsAccepted({ status, base, onEvent: (body) => seen.push(body) }));
    await post(base);
    expect(seen).toEqual([event]);
  });

  it('refuse events as the original does', async () => {
    mocks.use(eventsRefused({ type: 'missing', error: 'no such tenant' }, { base }));
    expect(await failureOf(post(base))).toMatchObject({
      code: 'application',
      application: { type: 'missing', help: 'no such tenant', error: 'no such tenant' },
    });
    mocks.use(eventsUnauthorized());
    expect(await failureOf(post(base))).toMatchObject({ code: 'unauthorized' });
    mocks.use(eventsUnexpectedStatus({ status: 502 }));
    expect(await failureOf(post(base))).toMatchObject({
      code: 'event_refused',
      message: 'POST https://cloud.example/api/flux/v6/events: 502 Bad Gateway Bad Gateway',
      isRetryable: true,
    });
  });

  it.each([200, 400, 401, 403, 404, 410, 426, 500, 503])('refuse daemons with %i', async (status) => {
    mocks.use(upgradeRefused(status, { base }));
    const error = await failureOf(dialDaemon({ url: base }));
    expect(isDialError(error) && error.status).toBe(status);
    expect(isEndpointDeprecated(error)).toBe(status === 410);
  });

  it('answer the ping of a user', async () => {
    mocks.use(daemonPing({ base, isConnected: false }));
    expect(await (await fetch(`${base}/v11/ping`)).json()).toEqual({ connected: false });
    mocks.use(daemonPingRefused('the daemon is too old'));
    const refused = await fetch(`${base}/v11/ping`);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ type: 'user', error: 'the daemon is too old' });
  });
});
