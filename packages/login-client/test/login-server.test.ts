import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type RequestOptions } from 'node:http';
import { connect as connectH2, createSecureServer } from 'node:http2';
import { connect } from 'node:net';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  documentedFailures,
  type DocumentedFailureCode,
  encodeLoginRequest,
  type LoginRequest,
  loginPath,
} from '../src/index.js';
import {
  createLoginHandler,
  createLoginListener,
  createMemoryLoginStore,
  type LoginServerOptions,
  type LoginStore,
} from '../src/server.js';
import { makeCertificate } from '../../../tools/testenv/certificates.js';
import { smallRequest } from './support/machine.js';

const newcomer: LoginRequest = { ...smallRequest, machineID: '', nodeGroup: 'lab-h100' };

function stage(options: Partial<LoginServerOptions> = {}) {
  const memory = createMemoryLoginStore();
  memory.addRegistration({ token: 'reg-7f3c9a', workspace: 'a', nodeGroup: 'lab-h100' });
  memory.addRegistration({ token: 'reg-groupless', workspace: 'a' });
  memory.addRegistration({ token: 'reg-other', workspace: 'b', nodeGroup: 'lab-b' });
  const handler = createLoginHandler({ store: memory, generateMachineId: () => 'm-0017', ...options });
  const post = async (body: string | LoginRequest, headers: Record<string, string> = {}, remoteAddress?: string) => {
    const text = typeof body === 'string' ? body : encodeLoginRequest(body);
    const request = new Request(`https://cp.example${loginPath}`, { method: 'POST', headers, body: text });
    const response = await handler(request, { remoteAddress });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return { memory, handler, post };
}

/** A store whose one method fails, as when its database is away. */
function failing(memory: LoginStore, method: keyof LoginStore): LoginStore {
  const broken = () => Promise.reject(new Error('database is away, asked for reg-7f3c9a'));
  return { ...memory, [method]: broken };
}

describe('createLoginHandler: the documented failures', () => {
  const asked: Partial<Record<DocumentedFailureCode, Partial<LoginRequest>>> = {
    machine_info_missing: { machineInfo: undefined },
    token_required: { token: '' },
    machine_or_group_required: { token: 'reg-groupless', nodeGroup: '' },
    invalid_token: { token: 'reg-unknown' },
    machine_not_found: { machineID: 'm-9999' },
    node_group_mismatch: { machineID: 'm-0001', nodeGroup: 'other' },
    node_group_not_found: { nodeGroup: 'lab-x' },
    machine_not_owned: { machineID: 'm-0001', token: 'reg-other', nodeGroup: '' },
    node_group_not_owned: { nodeGroup: 'lab-b' },
    machine_lookup_failed: { machineID: 'm-0001' },
    machine_update_failed: { machineID: 'm-0001', nodeGroup: '' },
  };
  const broken: Partial<Record<DocumentedFailureCode, keyof LoginStore>> = {
    token_validation_failed: 'findRegistration',
    session_token_lookup_failed: 'issueSessionToken',
    machine_lookup_failed: 'findMachine',
    machine_update_failed: 'updateMachine',
    node_group_lookup_failed: 'findNodeGroup',
    machine_add_failed: 'addMachine',
  };

  it.each(documentedFailures)('#50 answers failure $number, $code', async ({ code, status, reason, text }) => {
    const logger = createRecordingLogger();
    const { memory } = stage();
    const registration = await memory.findRegistration('reg-7f3c9a');
    if (registration === undefined) throw new Error('no registration');
    await memory.addMachine({ id: 'm-0001', workspace: 'a', nodeGroup: 'lab-h100' }, registration, smallRequest);
    const method = broken[code];
    const { post } = stage({
      store: method === undefined ? memory : failing(memory, method),
      logger: code === 'login_failed' ? failingLogger : logger,
      ...(code === 'id_generation_failed' ? { generateMachineId: () => Promise.reject(new Error('no entropy')) } : {}),
    });
    const answer = await post(code === 'cannot_parse_json' ? '{"token":' : { ...newcomer, ...asked[code] });
    const message = text.replace('<detail>', 'unexpected end of JSON input').replace('<name>', 'lab-x');
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ code: reason, message, status: reason, error: message, machineID: '' });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(logger.text()).not.toContain('reg-');
  });

  /** Fails at what comes after all checks. */
  const failingLogger = {
    ...createRecordingLogger(),
    info: () => {
      throw new Error('disk full');
    },
  };

  it("#50 says in Go's words what is wrong with a body of the wrong shape", async () => {
    const { post } = stage();
    const answer = await post('{"token":5}');
    expect(answer.body['message']).toBe(
      'cannot parse json, json: cannot unmarshal number into Go struct field LoginRequest.token of type string',
    );
  });

  it('refuses a registration that was used up between look-up and enrolment', async () => {
    const { memory } = stage();
    const { post } = stage({ store: { ...memory, addMachine: () => Promise.resolve(undefined) } });
    expect((await post(newcomer)).status).toBe(401);
  });
});

describe('createLoginHandler: success', () => {
  it('#52 enrols a newcomer into the group it names, and each time anew', async () => {
    let count = 0;
    const { memory, post } = stage({ generateMachineId: () => `m-${++count}` });
    const first = await post(newcomer);
    expect(first.status).toBe(200);
    expect(Object.keys(first.body)).toEqual(['machineID', 'token']);
    expect(first.body['machineID']).toBe('m-1');
    expect(memory.isSessionToken('m-1', String(first.body['token']))).toBe(true);
    expect((await post(newcomer)).body['machineID']).toBe('m-2');
    expect(memory.machines().map(({ id, workspace, nodeGroup }) => [id, workspace, nodeGroup])).toEqual([
      ['m-1', 'a', 'lab-h100'],
      ['m-2', 'a', 'lab-h100'],
    ]);
  });

  it('enrols a newcomer that names no group into that of its registration', async () => {
    const { memory, post } = stage();
    expect((await post({ ...newcomer, nodeGroup: '' })).status).toBe(200);
    expect(memory.machines()[0]?.nodeGroup).toBe('lab-h100');
  });

  it('#51 answers a known machine with its own id and keeps what it says of itself', async () => {
    const { memory, post } = stage();
    await post(newcomer);
    const again = await post({ ...smallRequest, provider: 'aws' });
    expect([again.status, again.body['machineID']]).toEqual([200, 'm-0017']);
    expect(memory.machines()[0]?.request.provider).toBe('aws');
  });

  it('takes a known machine that names its group by another name that the store knows', async () => {
    const { memory } = stage();
    const findNodeGroup = (name: string) => memory.findNodeGroup(name === 'ng-1' ? 'lab-h100' : name);
    const { post } = stage({ store: { ...memory, findNodeGroup } });
    expect((await post({ ...newcomer, nodeGroup: 'ng-1' })).status).toBe(200);
    expect(memory.machines()[0]?.nodeGroup).toBe('lab-h100');
    expect((await post({ ...smallRequest, nodeGroup: 'ng-1' })).status).toBe(200);
  });

  it('gives the store no registration token to keep', async () => {
    const { memory, post } = stage();
    await post(newcomer);
    await post(smallRequest);
    expect(JSON.stringify(memory.machines())).not.toContain('reg-7f3c9a');
  });

  it('#54 takes quantities of any form and sizes beyond 2^53', async () => {
    const { memory, post } = stage();
    const device = '{"name":"w:/x","type":"nfs","size":9223372036854775807,"used":1}';
    const body = `{"token":"reg-7f3c9a","nodeGroup":"lab-h100","resources":{"cpu":"1k","memory":"8G","x":"abc"},"machineInfo":{"diskInfo":{"blockDevices":[${device}]}}}`;
    expect((await post(body)).status).toBe(200);
    expect(memory.machines()[0]?.request.machineInfo?.diskInfo?.blockDevices?.[0]?.size).toBe(2 ** 63);
  });

  it('#55 takes an old agent that sends no Authorization header, and another scheme for none', async () => {
    const { post } = stage();
    expect((await post(newcomer)).status).toBe(200);
    expect((await post(newcomer, { authorization: 'Basic eDp5' })).status).toBe(200);
  });

  it('#73 compares the header with the token of the body as bytes', async () => {
    const { memory, post } = stage();
    memory.addRegistration({ token: 'tok-é漢à', workspace: 'a', nodeGroup: 'lab-h100' });
    const latin1 = Buffer.from('tok-é漢à').toString('latin1');
    expect((await post({ ...newcomer, token: 'tok-é漢à' }, { authorization: `Bearer ${latin1}` })).status).toBe(200);
    const other = await post({ ...newcomer, token: 'tok-é漢à' }, { authorization: 'Bearer reg-7f3c9a' });
    expect([other.status, other.body['message']]).toEqual([401, 'invalid token']);
  });

  it('logs who came, and no secret', async () => {
    const logger = createRecordingLogger();
    const { post } = stage({ logger });
    const { body } = await post(newcomer, { authorization: 'Bearer reg-7f3c9a' }, '203.0.113.24');
    await post({ ...newcomer, token: 'reg-unknown' });
    expect(logger.records.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'machine enrolled'],
      ['warn', 'login refused: invalid token'],
    ]);
    expect(logger.text()).toContain('203.0.113.24');
    expect(logger.text()).not.toMatch(/reg-/);
    expect(logger.text()).not.toContain(String(body['token']));
  });
});

describe('createLoginHandler: what is no login', () => {
  it('#53 answers other methods and paths in JSON', async () => {
    const { handler } = stage();
    const get = await handler(new Request(`https://cp.example${loginPath}`));
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await get.json()).toMatchObject({ code: 'MethodNotAllowed', message: 'method not allowed', machineID: '' });
    const lost = await handler(new Request('https://cp.example/api/v1/logout', { method: 'POST' }));
    expect([lost.status, await lost.json()]).toMatchObject([404, { code: 'NotFound', error: 'not found' }]);
    const doubled = await handler(new Request('https://cp.example//api/v1//login', { method: 'POST', body: '{}' }));
    expect(doubled.status).toBe(400);
  });

  it('#53 refuses a body beyond its bound with 413, announced or not', async () => {
    const { post, handler } = stage({ maxBodyBytes: 1000 });
    const announced = await post('x'.repeat(1001), { 'content-length': '1001' });
    expect([announced.status, announced.body['code']]).toEqual([413, 'RequestTooLarge']);
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(600)) });
    const init = { method: 'POST', body, duplex: 'half' as const };
    const endless = await handler(new Request(`https://cp.example${loginPath}`, init));
    expect(endless.status).toBe(413);
    expect((await post('x'.repeat(1000))).status).toBe(400);
  });

  it('answers a body that does not come in time with 408', async () => {
    const clock = createFakeClock();
    const { handler } = stage({ clock });
    const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' as const };
    const answering = handler(new Request(`https://cp.example${loginPath}`, init));
    await clock.advance(30_000);
    expect((await answering).status).toBe(408);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('createLoginHandler: limits on failures', () => {
  it('turns an address away after its failures, and lets it in again after the window', async () => {
    const clock = createFakeClock();
    const { post } = stage({ clock, addressLimit: { maxFailures: 2, windowMs: 60_000 } });
    const wrong = { ...newcomer, nodeGroup: 'lab-x' };
    expect((await post(wrong, {}, '203.0.113.24')).status).toBe(404);
    expect((await post({ ...newcomer, token: 'guess' }, {}, '::ffff:203.0.113.24')).status).toBe(401);
    const away = await post(newcomer, {}, '203.0.113.24');
    expect([away.status, away.body['code'], away.headers.get('retry-after')]).toEqual([429, 'TooManyRequests', '60']);
    expect((await post(newcomer, {}, '203.0.113.25')).status).toBe(200);
    await clock.advance(60_000);
    expect((await post(newcomer, {}, '203.0.113.24')).status).toBe(200);
  });

  it('turns an invalid token away from whatever address, without asking the store, and no valid one', async () => {
    let asked = 0;
    const { memory } = stage();
    const store = { ...memory, findRegistration: (token: string) => (asked++, memory.findRegistration(token)) };
    const { post } = stage({ store, tokenLimit: { maxFailures: 2, windowMs: 60_000 } });
    for (const last of [1, 2])
      expect((await post({ ...newcomer, token: 'expired' }, {}, `203.0.113.${last}`)).status).toBe(401);
    expect((await post({ ...newcomer, token: 'expired' }, {}, '203.0.113.3')).status).toBe(429);
    expect(asked).toBe(2);
    expect((await post(newcomer, {}, '203.0.113.3')).status).toBe(200);
  });

  it('counts neither malformed requests nor failures of its own', async () => {
    const { memory } = stage();
    const { post } = stage({
      store: failing(memory, 'findMachine'),
      addressLimit: { maxFailures: 1, windowMs: 60_000 },
    });
    for (const body of ['x', { ...newcomer, token: '' }, smallRequest]) await post(body, {}, '203.0.113.24');
    expect((await post(newcomer, {}, '203.0.113.24')).status).toBe(200);
  });
});

describe('createLoginListener', () => {
  async function serve(options: Partial<LoginServerOptions> = {}): Promise<number> {
    const store = createMemoryLoginStore();
    store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab-h100' });
    const server = createServer(createLoginListener({ store, generateMachineId: () => 'm-0017', ...options }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as { port: number }).port;
  }

  function post(
    port: number,
    body: string | Buffer,
    options: RequestOptions = {},
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { port, host: '127.0.0.1', path: loginPath, method: 'POST', ...options },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  it('answers over HTTP/1.1, many times on one connection', async () => {
    const port = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (const path of [loginPath, `${loginPath}?again=1`, `/${loginPath}`]) {
      const { status, text } = await post(port, encodeLoginRequest(newcomer), { agent, path });
      expect([status, JSON.parse(text)]).toMatchObject([200, { machineID: 'm-0017' }]);
    }
    expect((await post(port, '', { agent, path: '/' })).status).toBe(404);
    expect((await post(port, '', { agent, method: 'PUT' })).status).toBe(405);
  });

  it('delivers its 413 to a client that goes on sending', async () => {
    const port = await serve({ maxBodyBytes: 1000 });
    const { status, text } = await post(port, Buffer.alloc(4 * 1024 * 1024));
    expect([status, JSON.parse(text)]).toMatchObject([413, { code: 'RequestTooLarge' }]);
    const chunked = await post(port, Buffer.alloc(4 * 1024 * 1024), { headers: { 'transfer-encoding': 'chunked' } });
    expect(chunked.status).toBe(413);
  });

  it('survives clients that leave in the middle of a body', async () => {
    const logger = createRecordingLogger();
    let refused: () => void = () => undefined;
    const noticed = new Promise<void>((resolve) => (refused = resolve));
    const warn = (...args: Parameters<typeof logger.warn>) => (logger.warn(...args), refused());
    const port = await serve({ logger: { ...logger, warn } });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`POST ${loginPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"token":`);
    socket.destroySoon();
    await noticed;
    expect(logger.records[0]?.message).toBe('login refused: cannot parse json, unexpected EOF');
    expect((await post(port, encodeLoginRequest(newcomer))).status).toBe(200);
  });

  it('knows the address of its peer', async () => {
    const port = await serve({ addressLimit: { maxFailures: 1, windowMs: 60_000 } });
    expect((await post(port, encodeLoginRequest({ ...newcomer, token: 'guess' }))).status).toBe(401);
    expect((await post(port, encodeLoginRequest(newcomer))).status).toBe(429);
  });

  it('answers over HTTP/2, as real agents ask', async () => {
    const certificate = await makeCertificate();
    const store = createMemoryLoginStore();
    store.addRegistration({ token: 'reg-7f3c9a', nodeGroup: 'lab-h100' });
    const server = createSecureServer(
      { ...certificate, allowHTTP1: true },
      createLoginListener({ store, maxBodyBytes: 50_000 }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connectH2(`https://127.0.0.1:${(server.address() as { port: number }).port}`, {
      ca: certificate.cert,
    });
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const ask = async (headers: Record<string, string>, body: string) => {
      const stream = client.request({ ':method': 'POST', ...headers });
      stream.end(body);
      let status = 0;
      stream.on('response', (answered) => (status = answered[':status'] ?? 0));
      let text = '';
      stream.setEncoding('utf8');
      for await (const chunk of stream) text += String(chunk);
      return { status, body: JSON.parse(text) as Record<string, unknown> };
    };
    const headers = { ':path': loginPath, authorization: 'Bearer reg-7f3c9a', 'content-type': 'application/json' };
    expect(await ask(headers, encodeLoginRequest(newcomer))).toMatchObject({ status: 200 });
    expect(await ask({ ':path': '/api/v1/x' }, '')).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(await ask(headers, 'x'.repeat(100_000))).toMatchObject({ status: 413 });
    const leaving = client.request({ ':method': 'POST', ...headers });
    leaving.on('error', () => undefined);
    leaving.write('{"token":');
    leaving.close(8);
    await once(leaving, 'close');
    expect(await ask(headers, encodeLoginRequest(newcomer))).toMatchObject({ status: 200 });
  });
});
