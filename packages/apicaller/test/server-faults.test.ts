import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { facade } from '@moorline/apicaller/server';
import { connectInMemory } from '@moorline/apicaller/testing';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { soak } from '../../../tools/testenv/scale.js';
import { loginParams, machineNonce, passwords, RawClient, startController } from './support/controller.js';
import { modelTag, modelUuid } from './support/logged-in.js';

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** A client's frame with a mask of zeros, under which the payload is itself. */
function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, 0x80 | (length[0] ?? 0), ...length.slice(1), 0, 0, 0, 0]), payload]);
}

const upgradeRequest = (path: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: controller',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n');

async function rawTcp(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('a connection that is cut', () => {
  it('anywhere in a login leaves nothing behind', async () => {
    const clock = createFakeClock();
    const { controller, port } = await startController({ clock });
    const login = { 'request-id': 1, type: 'Admin', version: 3, request: 'Login' };
    const params = loginParams('machine-0', passwords.machine, machineNonce);
    const session = Buffer.concat([
      Buffer.from(upgradeRequest(`/model/${modelUuid}/api`)),
      maskedFrame(JSON.stringify({ ...login, params })),
      maskedFrame('{"request-id":2,"type":"Pinger","version":1,"request":"Ping","params":{}}'),
    ]);
    for (let cut = 0; cut <= session.length; cut += soak(9, 1)) {
      const socket = await rawTcp(port);
      socket.end(session.subarray(0, cut));
      socket.resume();
      await once(socket, 'close');
    }
    await expect.poll(() => [...controller.clients].length).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('before the model was found leaves nothing behind', async () => {
    let found: (facts: object) => void = () => undefined;
    let asked: () => void = () => undefined;
    const wasAsked = new Promise<void>((resolve) => (asked = resolve));
    const { controller, port } = await startController({
      findModel: () => {
        asked();
        return new Promise<object>((resolve) => (found = resolve));
      },
    });
    const socket = await rawTcp(port);
    socket.write(upgradeRequest(`/model/${modelUuid}/api`));
    await wasAsked;
    socket.resetAndDestroy();
    await once(socket, 'close');
    found({});
    await expect.poll(() => [...controller.clients].length).toBe(0);
  });
});

describe('a hostile message', () => {
  const open = async () => {
    const own = facade({ name: 'X', versions: [1], methods: { Echo: (params) => params } });
    const started = await startController({ facades: [own] });
    const client = await RawClient.open(started.url);
    await client.logIn('user-admin', passwords.admin, '');
    return { ...started, client };
  };

  it('of 200,000 arrays in one another is answered with an error, and the connection stays', async () => {
    const { client } = await open();
    client.send(`{"request-id":2,"type":"X","version":1,"request":"Echo","params":{"a":${deep(200_000)}}}`);
    expect(JSON.parse(await client.next())).toMatchObject({
      'request-id': 2,
      error: expect.stringContaining('cannot encode the result'),
    });
    client.send(`{"request-id":3,"type":"X","version":1,"request":"Echo","params":${deep(200_000)}}`);
    expect(JSON.parse(await client.next())).toMatchObject({
      'request-id': 3,
      error: expect.stringContaining('cannot unmarshal array'),
    });
    expect(await client.call(4, 'Pinger', 1, 'Ping')).toEqual({ 'request-id': 4, response: {} });
    client.send(deep(200_000));
    expect(await client.closed).toBe(1000);
  });

  it('with __proto__ in it changes nothing but itself', async () => {
    const { client } = await open();
    client.send(
      '{"request-id":2,"__proto__":{"type":"Y"},"type":"X","version":1,"request":"Echo","params":{"__proto__":{"a":1}}}',
    );
    expect(await client.next()).toBe('{"request-id":2,"response":{"__proto__":{"a":1}}}\n');
    for (const [id, name] of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].entries()) {
      const failed = { error: `no such request - method X(1).${name} is not implemented` };
      expect(await client.call(3 + id, 'X', 1, name)).toMatchObject(failed);
      expect(await client.call(9 + id, name, 1, 'Echo')).toMatchObject({ 'error-code': 'not implemented' });
    }
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('of 300 MB is refused when it is announced', async () => {
    const { client, controller } = await open();
    const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x12, 0xa0, 0, 0, 0, 0, 0, 0]);
    (client.socket as unknown as { _socket: Socket })._socket.write(header);
    expect(await client.closed).toBe(1009);
    await expect.poll(() => [...controller.clients].length).toBe(0);
  });
});

describe('limits', () => {
  it('begins no more calls of one connection than may run at once', async () => {
    const waiting: (() => void)[] = [];
    const own = facade({
      name: 'X',
      versions: [1],
      methods: { Wait: () => new Promise<void>((resolve) => waiting.push(resolve)) },
    });
    const { controller } = await startController({ facades: [own], maxInFlight: 2 });
    const admin = { tag: 'user-admin', password: passwords.admin, modelTag };
    const connection = await connectInMemory(controller, admin);
    const calls = Promise.all(Array.from({ length: 5 }, () => connection.apiCall('X', 1, '', 'Wait')));
    await expect.poll(() => waiting.length).toBe(2);
    for (let done = 0; done < 5; done++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(done);
      expect([...controller.clients][0]?.inFlight).toBeLessThanOrEqual(2);
      waiting[done]?.();
    }
    expect(await calls).toHaveLength(5);
    await connection.close();
  });

  it('takes no more calls of a peer that does not read its answers', async () => {
    let begun = 0;
    const text = 'x'.repeat(100_000);
    const own = facade({ name: 'X', versions: [1], methods: { Big: () => ((begun += 1), { text }) } });
    const { url } = await startController({ facades: [own], maxUnsentBytes: 1024 * 1024 });
    const client = await RawClient.open(url);
    await client.logIn('user-admin', passwords.admin, '');
    client.socket.pause();
    const count = 600;
    const padding = 'y'.repeat(1000);
    for (let id = 2; id < count + 2; id++) {
      client.send({ 'request-id': id, type: 'X', version: 1, request: 'Big', params: { padding } });
    }
    let last = -1;
    await expect.poll(() => (begun === last ? begun : ((last = begun), -1)), { interval: 50 }).toBeGreaterThan(0);
    expect(begun).toBeLessThan(count / 2);
    client.socket.resume();
    for (let id = 2; id < count + 2; id++) expect(await client.next()).toContain(`{"request-id":${id},`);
    expect(begun).toBe(count);
  });

  it('refuses connections beyond the limit with 503', async () => {
    const { url } = await startController({ maxConnections: 1 });
    const first = await RawClient.open(url);
    await expect(RawClient.open(url)).rejects.toThrow('503');
    first.socket.close();
    await first.closed;
    await expect.poll(async () => (await RawClient.open(url).catch(() => undefined)) !== undefined).toBe(true);
  });
});

describe('upgrade requests', () => {
  it.each(['/', '/api', `/model/${modelUuid}/api`, `/environment/${modelUuid}/api`, '/api?x=1'])(
    '%s is taken',
    async (path) => {
      const { port } = await startController();
      const client = await RawClient.open(`ws://127.0.0.1:${port}${path}`);
      expect(await client.call(1, 'Admin', 3, 'RedirectInfo')).toMatchObject({ error: 'not redirected' });
    },
  );

  it.each(['/other', '/model/api', '/model/a/b/api', '/apis', '/model//api'])('%s is left to others', async (path) => {
    const { port } = await startController();
    await expect(RawClient.open(`ws://127.0.0.1:${port}${path}`)).rejects.toThrow('socket hang up');
  });

  it('are taken below a path of one’s own alone', async () => {
    const { port } = await startController({ basePath: '/controller/' });
    await RawClient.open(`ws://127.0.0.1:${port}/controller/api`);
    await expect(RawClient.open(`ws://127.0.0.1:${port}/api`)).rejects.toThrow('socket hang up');
  });

  it('of another protocol get 400, and 500 where the models cannot be asked', async () => {
    const logger = createRecordingLogger();
    const { port } = await startController({ logger, findModel: () => Promise.reject(new Error('no database')) });
    const headers = { Connection: 'Upgrade', Upgrade: 'other' };
    const request = get({ host: '127.0.0.1', port, path: '/api', headers });
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(400);
    await expect(RawClient.open(`ws://127.0.0.1:${port}/model/${modelUuid}/api`)).rejects.toThrow('500');
    expect(logger.records.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('may have any origin, and any sub-protocol, of which none is taken', async () => {
    const { url } = await startController();
    const socket = new WebSocket(url, { headers: { Origin: 'https://evil.example', 'Sec-WebSocket-Protocol': 'x' } });
    // `ws` itself misses the answer that it has not asked for by its option.
    const [error] = (await Promise.race([once(socket, 'error'), once(socket, 'open')])) as [Error | undefined];
    expect(error).toBeUndefined();
    expect(socket.protocol).toBe('');
    socket.terminate();
  });
});
