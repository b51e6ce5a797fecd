import { type ApiInfo, apiOpen, type DialError, isDialError, type OpenOptions } from '@moorline/apicaller';
import { createFakeClock } from '@moorline/core/testing';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { captures } from './support/captures.js';
import { loginResult, modelTag, modelUuid } from './support/logged-in.js';
import { type StubConnection, startStub, type StubOptions } from './support/stub-controller.js';
import { hasVectors } from './support/vectors.js';

/** Lets everybody log in, to the model that they have dialled. */
const welcome = (connection: StubConnection): void => {
  connection.onText = () => {
    const isModel = connection.request.url?.includes('/model/') === true;
    const response = { ...loginResult, 'model-tag': isModel ? modelTag : undefined };
    connection.sendText(JSON.stringify({ 'request-id': 1, response }));
  };
};

const inOrder: OpenOptions = { order: (addresses) => addresses, retryDelayMs: 0 };

async function open(info: Partial<ApiInfo> & { addrs: readonly string[] }, options: OpenOptions = {}) {
  const connection = await apiOpen(
    { tag: 'machine-0', password: 'pw', nonce: 'n', modelTag, ...info },
    { ...inOrder, ...options },
  );
  onTestFinished(() => connection.close());
  return connection;
}

const refused = (dialling: Promise<unknown>): Promise<DialError> =>
  dialling.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as DialError,
  );

/** A peer that takes TCP and says nothing. */
async function silentPeer(): Promise<{ address: string; sockets: Socket[]; ended: () => Promise<unknown> }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const ended = (): Promise<unknown> =>
    Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, ended };
}

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

/** A server that answers upgrades with this. */
const answering = (
  status: string,
  body = '',
  more: StubOptions = {},
): Promise<{ address: string; certificate: { cert: string } }> =>
  startStub({
    ...more,
    onUpgrade: (_, socket: Duplex) => {
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return true;
    },
  });

describe('an info that cannot be dialled', () => {
  const validating = 'validating info for opening an API connection:';
  it.each<[string, Partial<ApiInfo>, string]>([
    ['#22 without addresses', { addrs: [] }, `${validating} missing addresses not valid`],
    ['with a faulty address', { addrs: ['no such host'] }, `${validating} host address: no such host not valid`],
    ['with port 0', { addrs: ['h:0'] }, `${validating} host address: h:0 not valid`],
    ['with a faulty tag', { tag: 'zzz' }, `${validating} "zzz" is not a valid tag`],
    ['with a faulty model', { modelTag: 'machine-0' }, `${validating} "machine-0" is not a valid model tag`],
    ['that skips the login, with a tag', { skipLogin: true }, `${validating} specifying Tag and SkipLogin not valid`],
  ])('%s', async (_, info, message) => {
    await expect(open({ addrs: ['127.0.0.1:1'], ...info })).rejects.toMatchObject({ code: 'invalid_info', message });
  });

  it('with something else than a certificate', async () => {
    await expect(open({ addrs: ['127.0.0.1:1'], caCert: 'not pem' })).rejects.toMatchObject({
      code: 'bad_ca_certificate',
      message: 'cert pool creation failed: cannot parse certificate "not pem": no certificates found',
    });
  });

  it('without TLS, unless told to', async () => {
    const stub = await startStub({ isPlain: true, onConnection: welcome });
    const addrs = [`ws://${stub.address}`];
    await expect(open({ addrs })).rejects.toMatchObject({
      code: 'insecure_address',
      hint: expect.stringContaining('allowInsecureWs: true') as string,
    });
    await open({ addrs }, { allowInsecureWs: true });
    await expect(open({ addrs: ['ws://192.0.2.1:1'] }, { allowInsecureWs: true })).rejects.toMatchObject({
      code: 'insecure_address',
      hint: expect.stringContaining("allowInsecureWs: 'any'") as string,
    });
    expect(stub.connections).toHaveLength(1);
  });
});

describe('the request', () => {
  const headersOf = ({ rawHeaders }: IncomingMessage): string[] => rawHeaders.filter((_, index) => index % 2 === 0);

  it('#31 carries what the original sends, and nothing else', async () => {
    const stub = await startStub({ onConnection: welcome });
    await open({ addrs: [stub.address], caCert: stub.certificate.cert });
    const { request } = stub.connections[0] ?? {};
    const [name, lines] = captures('client-dial.ndjson').find(([, all]) => all.some((line) => 'headers' in line)) ?? [];
    const captured = lines?.find((line) => 'headers' in line)?.['headers'] as string[] | undefined;
    const wanted = captured?.map((header) => header.split(':')[0]) ?? [
      ...['Host', 'User-Agent', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Upgrade'],
    ];
    expect(headersOf(request as IncomingMessage).sort()).toEqual(wanted.sort());
    expect(request?.headers['user-agent']).toBe('Go-http-client/1.1');
    expect(request?.headers.host).toBe(stub.address);
    expect((request?.socket as TLSSocket).servername).toBe('juju-apiserver');
    expect(hasVectors).toBe(name !== undefined);
  });

  it.each([
    ['#23 for a model', '', modelTag, `/model/${modelUuid}/api`],
    ['#23 for the controller', '', undefined, '/api'],
    ['#23 under a prefix', '/foo/', modelTag, `/foo/model/${modelUuid}/api`],
  ])('%s', async (_, prefix, model, path) => {
    const stub = await startStub({ onConnection: welcome });
    const addrs = [`wss://${stub.address}${prefix}`];
    const connection = await open({ addrs, caCert: stub.certificate.cert, modelTag: model });
    expect(stub.connections[0]?.request.url).toBe(path);
    expect(connection.addr).toBe(`wss://${stub.address}${prefix.replace(/\/$/, '')}`);
  });
});

describe('certificates', () => {
  const x509 = 'unable to connect to API: tls: failed to verify certificate: x509: ';

  it('#24 are good with the name of controllers, whatever the address', async () => {
    const stub = await startStub({ onConnection: welcome });
    await open({ addrs: [stub.address], caCert: stub.certificate.cert });
  });

  it.each([
    ['without that name', { dns: ['controller.example.test'] }, "juju-apiserver. is not in the cert's altnames"],
    [
      'with a common name alone',
      { dns: [], ip: [] },
      'certificate relies on legacy Common Name field, use SANs instead',
    ],
  ])('#24 %s are refused, and not tried again', async (_, names, why) => {
    const certificate = await makeCertificate(names);
    const stub = await startStub({ certificate, onConnection: welcome });
    const error = await refused(open({ addrs: [stub.address], caCert: certificate.cert }, { retryDelayMs: 10 }));
    expect(error).toMatchObject({ code: 'certificate_invalid', isRetryable: false });
    expect(error.message.startsWith(x509)).toBe(true);
    expect(error.message).toContain(why);
    expect(stub.connections).toHaveLength(0);
  });

  it('#25 of another authority are looked at again with the name for the world; the first failure counts', async () => {
    const stub = await startStub({ certificate: await makeCertificate({ dns: ['public.example.test'] }) });
    const pinned = await makeCertificate({ dns: ['juju-apiserver'] });
    const info = { addrs: [stub.address], caCert: pinned.cert };
    const plain = await refused(open(info));
    expect(stub.accepted).toBe(1);
    const named = await refused(open({ ...info, sniHostName: 'public.example.test' }));
    expect(stub.accepted).toBe(1 + 2);
    expect([plain.code, named.code]).toEqual(['certificate_invalid', 'certificate_invalid']);
    expect(named.message).toBe(plain.message);
  });

  it('are the runtime’s business where no authority is given', async () => {
    const stub = await startStub({ onConnection: welcome });
    expect((await refused(open({ addrs: [stub.address] }))).code).toBe('certificate_invalid');
    await open({ addrs: [stub.address] }, { rejectUnauthorized: false });
  });
});

describe('several addresses', () => {
  it('#26 are begun one after the other; the first that is up wins, and the others are left', async () => {
    const clock = createFakeClock();
    const silent = await silentPeer();
    const stub = await startStub({ onConnection: welcome });
    const opening = open(
      { addrs: [silent.address, stub.address], caCert: stub.certificate.cert },
      { clock, dialAddressIntervalMs: 200 },
    );
    while (silent.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(199);
    expect(stub.connections).toHaveLength(0);
    await clock.advance(1);
    const connection = await opening;
    expect(connection.addr).toBe(`wss://${stub.address}`);
    await silent.ended();
  });

  it('#27 are all begun at once with an interval of 0', async () => {
    const clock = createFakeClock();
    const silent = await silentPeer();
    const stub = await startStub({ onConnection: welcome });
    const addrs = [silent.address, stub.address];
    await open({ addrs, caCert: stub.certificate.cert }, { clock, dialAddressIntervalMs: 0 });
    await silent.ended();
  });

  it('#28 that all fail: of the failures the one that tells more', async () => {
    const busy = await answering('503 Service Unavailable', ' busy \n');
    const dead = await nobody();
    for (const addrs of [
      [dead, busy.address],
      [busy.address, dead],
    ]) {
      const error = await refused(open({ addrs, caCert: busy.certificate.cert }, { dialAddressIntervalMs: 0 }));
      expect(error).toMatchObject({
        ...{ code: 'dial_failed', message: 'unable to connect to API: busy (Service Unavailable)', status: 503 },
      });
    }
    const none = await refused(open({ addrs: [dead] }));
    expect(none).toMatchObject({ code: 'dial_refused', isRetryable: true });
    expect(none.message).toMatch(/^unable to connect to API: .*ECONNREFUSED/);
  });

  it('are tried in another order each time, unless told otherwise', async () => {
    const stub = await startStub({ onConnection: welcome });
    const other = await startStub({ onConnection: welcome });
    const addrs = [stub.address, other.address];
    for (let round = 0; round < 40 && (stub.connections.length === 0 || other.connections.length === 0); round++) {
      const info = { addrs, caCert: stub.certificate.cert, tag: 'machine-0', password: 'p', modelTag };
      await (await apiOpen(info, { dialAddressIntervalMs: 1000 })).close();
    }
    expect([stub.connections.length > 0, other.connections.length > 0]).toEqual([true, true]);
  });
});

describe('hosts', () => {
  it('are resolved to all their addresses, each dialled once, and remembered', async () => {
    const stub = await startStub({ onConnection: welcome });
    const remembered = new Map<string, readonly string[]>();
    const dnsCache = {
      lookup: (host: string) => remembered.get(host) ?? [],
      add: (host: string, ips: readonly string[]) => void remembered.set(host, ips),
    };
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return ['fe80::1%eth0', '127.0.0.1', '127.0.0.1'];
    };
    const info = { addrs: [`controller.test:${stub.port}`], caCert: stub.certificate.cert };
    const connection = await open(info, { dnsCache, resolve });
    expect(stub.connections[0]?.request.headers.host).toBe(`controller.test:${stub.port}`);
    expect(connection.addr).toBe(`wss://controller.test:${stub.port}`);
    expect(remembered.get('controller.test')).toEqual(['127.0.0.1', '127.0.0.1']);
    await open(info, { dnsCache, resolve });
    expect(asked).toEqual(['controller.test']);
  });

  it('are resolved anew where all that was remembered has failed', async () => {
    const stub = await startStub({ onConnection: welcome });
    const asked: string[] = [];
    const added: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return ['127.0.0.1'];
    };
    const dnsCache = {
      lookup: () => ['127.0.0.2'],
      add: (_: string, ips: readonly string[]) => void added.push(...ips),
    };
    await open({ addrs: [`controller.test:${stub.port}`], caCert: stub.certificate.cert }, { dnsCache, resolve });
    expect([asked, added]).toEqual([['controller.test'], ['127.0.0.1']]);
  });

  it('that have no address fail', async () => {
    const resolve = () => Promise.reject(new Error('getaddrinfo ENOTFOUND nowhere.test'));
    expect(await refused(open({ addrs: ['nowhere.test:1'] }, { resolve }))).toMatchObject({
      ...{ code: 'dial_failed', message: 'unable to connect to API: getaddrinfo ENOTFOUND nowhere.test' },
    });
    expect((await refused(open({ addrs: ['nowhere.test:1'] }, { resolve: async () => [] }))).code).toBe('dial_failed');
  });
});

describe('an answer that is no websocket', () => {
  it.each([
    ['200 OK', 'hi', 'hi (OK)'],
    ['301 Moved Permanently', 'x', 'x (Moved Permanently)'],
    ['401 Unauthorized', 'who?', 'who? (Unauthorized)'],
    ['404 Not Found', '', ' (Not Found)'],
    ['599 Odd', 'odd', 'odd ()'],
  ])('%s', async (status, body, text) => {
    const stub = await answering(status, body);
    const error = await refused(open({ addrs: [stub.address], caCert: stub.certificate.cert }));
    expect(error.message).toBe(`unable to connect to API: ${text}`);
    expect(isDialError(error) && error.status).toBe(Number(status.slice(0, 3)));
  });
});

describe('attempts', () => {
  /** Opens to a busy server in fake time, and gives when it was asked, in milliseconds. */
  async function busyTimes(options: OpenOptions): Promise<{ at: number[]; error: DialError; tookMs: number }> {
    const clock = createFakeClock();
    const began = clock.monotonic();
    const at: number[] = [];
    const stub = await startStub({
      onUpgrade: (_, socket) => {
        at.push(clock.monotonic() - began);
        socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy');
        return true;
      },
    });
    let error: DialError | undefined;
    const opening = refused(open({ addrs: [stub.address], caCert: stub.certificate.cert }, { clock, ...options }));
    void opening.then((refusal) => (error = refusal));
    const isOver = (): boolean => error !== undefined;
    for (let asked = 0; !isOver(); asked++) {
      // One attempt is over when the clock is asked for the next, or the whole is.
      while (!isOver() && (at.length <= asked || clock.pendingTimers < timersBetweenAttempts(options))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!isOver()) await clock.advance(500);
    }
    return { at, error: await opening, tookMs: clock.monotonic() - began };
  }
  const timersBetweenAttempts = ({ timeoutMs = 1, dialTimeoutMs = 0 }: OpenOptions): number =>
    1 + Number(timeoutMs > 0) + Number(dialTimeoutMs > 0);

  it('#29 are made once without a delay', async () => {
    expect((await busyTimes({ retryDelayMs: 0 })).at).toEqual([0]);
  });

  it.each<[string, OpenOptions]>([
    ['the whole', { timeoutMs: 2000 }],
    ['dialling', { dialTimeoutMs: 2000 }],
  ])('#29 are made for as long as %s may take', async (_, limits) => {
    const { at, error, tookMs } = await busyTimes({ retryDelayMs: 500, ...limits, dialAddressIntervalMs: 0 });
    expect(at).toEqual([0, 500, 1000, 1500]);
    expect(error.message).toBe('unable to connect to API: busy (Service Unavailable)');
    expect(tookMs).toBeLessThanOrEqual(2000);
  });

  it.each<[string, OpenOptions]>([
    ['dialling', { dialTimeoutMs: 800 }],
    ['the whole', { timeoutMs: 800 }],
  ])('#30 end in time where the peer says nothing: the limit of %s', async (_, limits) => {
    const clock = createFakeClock();
    const silent = await silentPeer();
    const opening = refused(open({ addrs: [silent.address] }, { clock, dialAddressIntervalMs: 0, ...limits }));
    while (silent.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(800);
    expect(await opening).toMatchObject({
      ...{ code: 'dial_timeout', message: 'unable to connect to API: context deadline exceeded', isRetryable: true },
    });
    await silent.ended();
    expect(clock.pendingTimers).toBe(0);
  });

  it('end at once when they are aborted, and leave nothing', async () => {
    const silent = await silentPeer();
    const life = new AbortController();
    const opening = open({ addrs: [silent.address] }, { signal: life.signal });
    while (silent.sockets.length === 0) await new Promise((resolve) => setImmediate(resolve));
    life.abort('enough');
    await expect(opening).rejects.toBe('enough');
    await silent.ended();
    await expect(open({ addrs: [silent.address] }, { signal: life.signal })).rejects.toBe('enough');
    expect(silent.sockets).toHaveLength(1);
  });
});
