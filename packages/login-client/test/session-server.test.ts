import { once, setMaxListeners } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryLoginStore } from '../src/server.js';
import type { SessionRequest } from '../src/wire/session/request.js';
import { type SessionPlane, startSessionPlane } from './support/session-plane.js';
import { endStream, frameTypes, framesOfAnswer } from './support/h2-frames.js';
import { connectV1, openStream, type StubOptions, type V1Stub, wholeAnswer } from './support/v1-stub.js';
import { connectV2, type V2Stub } from './support/v2-stub.js';

const parsed = (text: string): SessionRequest => JSON.parse(text) as SessionRequest;

/** A probe of the health of the server, as an agent makes it. */
async function probe({ address, ca }: StubOptions, token: string | undefined, path = '/healthz') {
  const options = { host: '127.0.0.1', port: address.port, ca };
  const socket = connectTls(options);
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${authorization}Connection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), cookie: /^set-cookie: ([^;]+)/im.exec(head)?.[1], body };
}

describe('a session server', () => {
  let plane: SessionPlane;
  let agents = 0;
  beforeAll(async () => {
    plane = await startSessionPlane();
  });
  afterAll(() => plane[Symbol.asyncDispose]());

  /** A machine of its own for each test. */
  const newMachine = (version?: string) => plane.machine(`m-${++agents}`, version);

  async function v1(version?: string): Promise<{ stub: V1Stub; id: string; options: StubOptions }> {
    const options = await newMachine(version);
    const stub = await connectV1(options);
    expect(await plane.connected(options.machineId).next()).toMatchObject({ protocol: 'v1' });
    return { stub, id: options.machineId, options };
  }

  async function v2(version = 'v0.13.0-alpha.4'): Promise<{ stub: V2Stub; id: string; options: StubOptions }> {
    const options = await newMachine();
    const stub = connectV2(options);
    stub.hello(version);
    expect((await stub.packets.next()).payload.case).toBe('helloAck');
    expect(await plane.connected(options.machineId).next()).toMatchObject({ protocol: 'v2' });
    return { stub, id: options.machineId, options };
  }

  describe('probes', () => {
    it('#57 #66 are answered 200 for a good token, with a cookie; 401 for a bad one; however many slashes', async () => {
      const machine = await newMachine();
      for (const path of ['/healthz', '//healthz']) {
        const good = await probe(machine, machine.token, path);
        expect([good.status, good.body]).toEqual([200, '{"status":"ok"}']);
        expect(good.cookie).toMatch(/^moorline-attempt=[\w-]{36}$/);
        const bad = await probe(machine, 'sess-BAD', path);
        expect([bad.status, JSON.parse(bad.body)]).toEqual([
          401,
          { code: 'InvalidToken', message: 'invalid token', status: 'InvalidToken', error: 'invalid token' },
        ]);
      }
      expect(await probe(machine, undefined)).toMatchObject({ status: 200, cookie: undefined });
    });
  });

  describe('over version 1', () => {
    it.each(['read first', 'write first'] as const)('#58 answers the read stream at once: %s', async (order) => {
      const options = await newMachine();
      const stub = await connectV1(options, order);
      expect(stub.readHeaders).toMatchObject({ 'content-type': 'application/json', 'x-gpud-server-id': 'cp-1' });
      expect(await plane.connected(options.machineId).next()).toMatchObject({ remoteAddress: '127.0.0.1' });
      expect(stub.frames.length).toBe(0);
      stub.destroy();
    });

    it('#58 asks and is answered; #59 replies are read in any split', async () => {
      const { stub, id } = await v1();
      const asked = [
        plane.sessions.request(id, 'states', { components: ['cpu'] }),
        plane.sessions.request(id, 'metrics', { since: 600_000_000_000 }),
      ];
      const frames = [await stub.frames.next(), await stub.frames.next()];
      expect(frames.map(({ text }) => parsed(text))).toEqual([
        { method: 'states', components: ['cpu'] },
        { method: 'metrics', since: 600_000_000_000 },
      ]);
      const [first, second] = frames.map((frame) => frame.id);
      const data = (payload: string): string => Buffer.from(payload).toString('base64');
      // The second one first: replies come in whatever order.
      const text = `{"req_id":"${second}","data":"${data('{"metrics":[{"component":"cpu","metrics":null}]}')}"}\n{"data":"${data('{"states":[]}')}","req_id":"${first}"}`;
      for (const piece of [text.slice(0, 20), text.slice(20, 150), text.slice(150)]) {
        await new Promise<void>((resolve) => stub.write.write(piece, () => resolve()));
      }
      expect(await Promise.all(asked)).toEqual([{ states: [] }, { metrics: [{ component: 'cpu' }] }]);
      stub.destroy();
    });

    it('#61 fails the one request whose reply does not come, and takes the late reply for nobody’s', async () => {
      const { stub, id } = await v1();
      const never = plane.sessions.request(id, 'events', {}, { timeoutMs: 1000 });
      const kept = plane.sessions.request(id, 'gossip', {}, { timeoutMs: 5000 });
      const [lost, asked] = [await stub.frames.next(), await stub.frames.next()];
      const failed = expect(never).rejects.toMatchObject({ name: 'TimeoutError' });
      await plane.clock.advance(1000);
      await failed;
      const { unclaimedReplies } = plane.sessions.counters;
      stub.reply(lost.id, {});
      stub.reply(asked.id, { gossip_request: { machineID: id } });
      expect(await kept).toEqual({ gossip_request: { machineID: id } });
      expect(plane.sessions.counters.unclaimedReplies).toBe(unclaimedReplies + 1);
      stub.destroy();
    });

    it('an abort fails the request at once, whether it waits or was sent', async () => {
      const { stub, id } = await v1();
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const requests = Array.from({ length: 17 }, () =>
        plane.sessions.request(id, 'packageStatus', {}, { signal: stop.signal }),
      );
      await stub.frames.next();
      stop.abort(new Error('enough'));
      for (const request of requests) await expect(request).rejects.toThrow('enough');
      await expect(plane.sessions.request(id, 'packageStatus', {}, { signal: stop.signal })).rejects.toThrow('enough');
      stub.destroy();
    });

    it('#60 sends what keeps an agent when nothing was asked for a while, and nothing beside requests', async () => {
      const { stub, id } = await v1();
      await plane.clock.advance(40_000);
      const asked = plane.sessions.request(id, 'getToken', {});
      const { id: requestId } = await stub.frames.next();
      stub.reply(requestId, { token: 't' });
      expect(await asked).toEqual({ token: 't' });
      await plane.clock.advance(30_000);
      expect(stub.frames.length).toBe(0);
      for (let minutes = 0; minutes < 6; minutes++) await plane.clock.advance(60_000);
      // At least one a minute, and all of them empty requests.
      const texts = [];
      while (texts.length < 6) texts.push((await stub.frames.next()).text);
      expect(new Set(texts)).toEqual(new Set(['{}']));
      expect(plane.sessions.get(id)).toBeDefined();
      stub.destroy();
    });

    it.each(['destroyed', 'ended'] as const)(
      '#67 a write stream that is %s ends the read stream, and what is pending waits for the next session',
      async (how) => {
        const { stub, id, options } = await v1();
        const pending = plane.sessions.request(id, 'bootstrap', { bootstrap: { script_base64: 'ZWNobyBvdXQ=' } });
        const { id: requestId } = await stub.frames.next();
        if (how === 'destroyed') stub.write.destroy();
        else stub.write.end();
        await stub.readEnded;
        expect(await plane.disconnected(id).next()).toMatchObject({ protocol: 'v1' });
        expect(plane.sessions.get(id)).toBeUndefined();
        // #68 The reply comes in the next session, under its old id.
        const again = await connectV1(options);
        await plane.connected(id).next();
        again.reply(requestId, { bootstrap: { output: 'out\n' } });
        expect(await pending).toEqual({ bootstrap: { output: 'out\n' } });
        stub.destroy();
        again.destroy();
      },
    );

    it('a read stream that breaks ends the write stream', async () => {
      const { stub } = await v1();
      stub.read.destroy();
      expect(await stub.writeAnswered).toBe(200);
      stub.destroy();
    });

    it('#63 a new session takes the place of one whose connections hang', async () => {
      const { stub, id, options } = await v1();
      const asked = plane.sessions.request(id, 'states', {});
      const { id: requestId } = await stub.frames.next();
      const again = await connectV1(options, 'read first');
      await plane.connected(id).next();
      await stub.readEnded;
      expect(await stub.writeAnswered).toBe(200);
      again.reply(requestId, { states: [] });
      expect(await asked).toEqual({ states: [] });
      again.answerAll(({ method }) => ({ error: method }));
      expect(await plane.sessions.request(id, 'reboot', {})).toEqual({ error: 'reboot' });
      stub.destroy();
      again.destroy();
    });

    it('#66 a cookie tells the streams of one attempt from those of one that was given up', async () => {
      const options = await newMachine();
      const old = openStream('write', { ...options, cookie: (await probe(options, options.token)).cookie ?? '' });
      old.flushHeaders();
      const [socket] = (await once(old, 'socket')) as [NodeJS.EventEmitter];
      await once(socket, 'secureConnect');
      const { cookie = '' } = await probe(options, options.token);
      const oldAnswer = wholeAnswer(old);
      const stub = await connectV1({ ...options, cookie: `a=b; ${cookie}` }, 'read first');
      await plane.connected(options.machineId).next();
      // The forgotten one is answered, so that whoever holds it goes on.
      expect((await oldAnswer).status).toBe(200);
      stub.answerAll(() => ({}));
      expect(await plane.sessions.request(options.machineId, 'setHealthy', {})).toEqual({});
      stub.destroy();
    });

    it('a stream whose other never comes is answered in the end', async () => {
      const options = await newMachine();
      const write = openStream('write', options);
      write.flushHeaders();
      const answer = wholeAnswer(write);
      const read = openStream('read', await newMachine());
      read.end();
      const lonely = wholeAnswer(read);
      await once(read, 'response');
      for (let seconds = 0; seconds < 40; seconds += 5) await plane.clock.advance(5000);
      expect([(await lonely).status, (await lonely).body]).toEqual([200, '']);
      await plane.clock.advance(40_000);
      expect((await answer).status).toBe(200);
    });

    it('#69 17 requests at once are 16 at the agent and one that waits here', async () => {
      const { stub, id } = await v1();
      const requests = Array.from({ length: 40 }, (_, index) =>
        plane.sessions.request(id, 'triggerComponent', { component_name: `c${index}` }),
      );
      const first = [];
      for (let count = 0; count < 16; count++) first.push(await stub.frames.next());
      expect(plane.sessions.get(id)).toBeDefined();
      for (const frame of first) stub.reply(frame.id, { error: parsed(frame.text).component_name });
      await Promise.all(requests.slice(0, 16));
      expect(stub.frames.length).toBeLessThanOrEqual(16);
      stub.answerAll((request) => ({ error: (request as SessionRequest).component_name }));
      expect((await Promise.all(requests)).map(({ error }) => error)).toEqual(requests.map((_, index) => `c${index}`));
      stub.destroy();
    });

    it('what waits when the session breaks goes out in the next one, and what was sent does not again', async () => {
      const { stub, id, options } = await v1();
      const requests = Array.from({ length: 18 }, (_, index) =>
        plane.sessions.request(id, 'triggerComponent', { component_name: `c${index}` }, { timeoutMs: 10_000 }),
      );
      const settled = Promise.allSettled(requests);
      for (let count = 0; count < 16; count++) await stub.frames.next();
      stub.destroy();
      await plane.disconnected(id).next();
      const again = await connectV1(options);
      await plane.connected(id).next();
      const sent = [await again.frames.next(), await again.frames.next()];
      expect(sent.map(({ text }) => parsed(text).component_name)).toEqual(['c16', 'c17']);
      for (const frame of sent) again.reply(frame.id, {});
      await requests[17];
      await plane.clock.advance(10_000);
      const results = await settled;
      expect(results.map(({ status }) => status)).toEqual([
        ...Array<string>(16).fill('rejected'),
        'fulfilled',
        'fulfilled',
      ]);
      again.destroy();
    });

    it('#62 #70 refuses with complete JSON answers', async () => {
      const machine = await newMachine();
      for (const type of ['read', 'write']) {
        const bad = await wholeAnswer(openStream(type, { ...machine, token: 'sess-BAD' }).end());
        expect([bad.status, bad.headers['content-type'], JSON.parse(bad.body)]).toMatchObject([
          401,
          'application/json',
          { code: 'InvalidToken', message: 'invalid token' },
        ]);
        // #72 The token of one machine with the id of another.
        const other = await newMachine();
        const mixed = openStream(type, { ...machine, machineId: other.machineId });
        mixed.flushHeaders();
        expect((await wholeAnswer(mixed)).status).toBe(401);
      }
      const neither = await wholeAnswer(openStream('both', machine).end());
      expect([neither.status, JSON.parse(neither.body)]).toMatchObject([400, { code: 'InvalidParameter' }]);
    });

    it('#73 takes a token beyond ASCII as its bytes', async () => {
      const findSessionMachine = (token: string) => Promise.resolve(token === 'sëss' ? { id: 'm-0017' } : undefined);
      await using other = await startSessionPlane({ store: { ...createMemoryLoginStore(), findSessionMachine } });
      const token = Buffer.from('sëss', 'utf8').toString('latin1');
      const stub = await connectV1({ ...(await other.machine()), token });
      expect(await other.connected('m-0017').next()).toMatchObject({ protocol: 'v1' });
      stub.destroy();
    });

    it.each(['hello', '{"req_id":5}', '{"data":"***"}'])('what is no frame ends the session: %s', async (text) => {
      const { stub, id } = await v1();
      stub.write.write(text);
      await stub.readEnded;
      expect(await stub.writeAnswered).toBe(200);
      expect(await plane.disconnected(id).next()).toMatchObject({ protocol: 'v1' });
      stub.destroy();
    });

    it('a reply that is none fails its request alone', async () => {
      const { stub, id } = await v1();
      const asked = plane.sessions.request(id, 'states', {});
      stub.reply((await stub.frames.next()).id, { states: 5 });
      await expect(asked).rejects.toMatchObject({ code: 'bad_reply', details: { machineId: id, method: 'states' } });
      expect(plane.sessions.get(id)).toBeDefined();
      stub.destroy();
    });

    it('#71 asks nothing that the agent is too old for', async () => {
      const { stub, id } = await v1('v0.9.0');
      await expect(plane.sessions.request(id, 'updateToken', { token: 'x' })).rejects.toMatchObject({
        code: 'unsupported_method',
        hint: 'update the agent to v0.10.0 or newer',
      });
      expect(stub.frames.length).toBe(0);
      stub.destroy();
    });
  });

  describe('over version 2', () => {
    it('#71 acknowledges the hello, asks, and is answered', async () => {
      const { stub, id } = await v2();
      expect(plane.sessions.get(id)).toMatchObject({ agentVersion: 'v0.13.0-alpha.4', protocol: 'v2' });
      stub.answerAll(({ payload }) => ({ error: payload.case }));
      expect(await plane.sessions.request(id, 'states', {})).toEqual({ error: 'getHealthStates' });
      expect(await plane.sessions.request(id, 'events', {})).toEqual({ error: 'getEvents' });
      stub.destroy();
    });

    it('leaves of the components those that were asked for, as version 1 does', async () => {
      const { stub, id } = await v2();
      stub.answerAll(() => ({
        states: ['a', 'b'].map((component) => ({ component, states: [{ health: 'Healthy' }] })),
      }));
      expect(await plane.sessions.request(id, 'states', { components: ['b', 'nope'] })).toEqual({
        states: [{ component: 'b', states: [{ health: 'Healthy' }] }, { component: 'nope' }],
      });
      stub.destroy();
    });

    it('#71 sends a drain notice, ends the stream, and takes the late reply on the next one', async () => {
      const { stub, id, options } = await v2();
      const asked = plane.sessions.request(id, 'gossip', {});
      const { requestId } = await stub.packets.next();
      plane.sessions.drain(5000);
      const { payload } = await stub.packets.next();
      expect(payload).toMatchObject({ case: 'drainNotice', value: { reconnectAfterMillis: 5000n } });
      expect(await stub.trailers).toMatchObject({ 'grpc-status': '14' });
      const again = connectV2(options);
      again.hello();
      await again.packets.next();
      again.reply(requestId, { gossip_request: { machineID: id } });
      expect(await asked).toEqual({ gossip_request: { machineID: id } });
      stub.destroy();
      again.destroy();
    });

    it('#71 refuses locally what the version has no packet for, or the agent does not know', async () => {
      const { stub, id } = await v2('v0.12.24');
      for (const [method, params] of [
        ['getToken', {}],
        ['nodeCredentials', { node_credentials: {} }],
      ] as const) {
        await expect(plane.sessions.request(id, method, params)).rejects.toMatchObject({ code: 'unsupported_method' });
      }
      expect(stub.packets.length).toBe(0);
      stub.destroy();
    });

    it('does not send what is larger than the agent takes', async () => {
      const options = await newMachine();
      const stub = connectV2(options);
      stub.hello('v0.12.12', 1000);
      await plane.connected(options.machineId).next();
      const large = plane.sessions.request(options.machineId, 'setHealthy', { components: ['c'.repeat(2000)] });
      await expect(large).rejects.toMatchObject({ code: 'packet_too_large' });
      expect(plane.sessions.get(options.machineId)).toBeDefined();
      stub.destroy();
    });

    it.each([
      ['an agent that says nothing for 30 s', () => undefined],
      ['a result in front of the hello', (stub: V2Stub) => stub.reply('q', {})],
      ['what is no packet', (stub: V2Stub) => stub.send(Uint8Array.of(0xff))],
      ['a message of 4 GiB', (stub: V2Stub) => void stub.stream.write(Uint8Array.of(0, 255, 255, 255, 255))],
    ])('ends the stream of %s with INVALID_ARGUMENT', async (_, act) => {
      const stub = connectV2(await newMachine());
      expect(await stub.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
      act(stub);
      await plane.clock.advance(30_000);
      expect(await stub.trailers).toMatchObject({ 'grpc-status': '3', 'grpc-message': expect.any(String) });
      stub.destroy();
    });

    it('#63 a second stream takes the place of the first', async () => {
      const { stub, id, options } = await v2();
      const again = connectV2(options);
      again.hello();
      expect(await stub.trailers).toMatchObject({ 'grpc-status': '10' });
      await plane.connected(id).next();
      again.answerAll(() => ({}));
      expect(await plane.sessions.request(id, 'reboot', {})).toEqual({});
      stub.destroy();
      again.destroy();
    });

    it('#71 stays up without a word', async () => {
      const { stub, id } = await v2();
      for (let minutes = 0; minutes < 6; minutes++) await plane.clock.advance(60_000);
      expect([plane.sessions.get(id)?.machineId, stub.packets.length]).toEqual([id, 0]);
      stub.destroy();
    });

    it('a machine may change from one version to the other; what waits is judged anew', async () => {
      const { stub, id, options } = await v1();
      const requests = Array.from({ length: 17 }, () => plane.sessions.request(id, 'getToken', {}, { timeoutMs: 0 }));
      await stub.frames.next();
      const again = connectV2(options);
      again.hello();
      await expect(requests[16]).rejects.toMatchObject({ code: 'unsupported_method' });
      await plane.connected(id).next();
      stub.destroy();
      again.destroy();
      for (const request of requests) request.catch(() => undefined);
    });
  });

  it('#65 rotates a token: old and new open meanwhile, and the new one thereafter', async () => {
    const { stub, id, options } = await v1();
    const rotated = plane.sessions.rotateToken(id);
    const { text, id: requestId } = await stub.frames.next();
    const { method, token = '' } = parsed(text);
    expect(method).toBe('updateToken');
    expect((await probe(options, token)).status).toBe(200);
    stub.reply(requestId, {});
    await rotated;
    expect((await probe(options, options.token)).status).toBe(200);
    const again = await connectV1({ ...options, token });
    await plane.connected(id).next();
    again.answerAll(() => ({}));
    expect(await plane.sessions.request(id, 'states', {})).toEqual({});
    stub.destroy();
    again.destroy();
  });

  it('#65 tells of an agent that keeps its token, without the new one', async () => {
    const { stub, id } = await v1();
    stub.answerAll((request) => ({ error: `token validation failed: ${(request as SessionRequest).token}` }));
    await expect(plane.sessions.rotateToken(id)).rejects.toMatchObject({
      code: 'token_not_taken',
      message: `${id} keeps its session token: token validation failed: [redacted]`,
    });
    stub.destroy();
  });

  it('a machine without a session is not asked, and its token is not rotated', async () => {
    const { machineId, token } = await newMachine();
    const missing = { code: 'machine_not_connected', isRetryable: true };
    await expect(plane.sessions.request(machineId, 'states', {})).rejects.toMatchObject(missing);
    await expect(plane.sessions.rotateToken(machineId)).rejects.toMatchObject(missing);
    expect(plane.store.isSessionToken(machineId, token)).toBe(true);
  });

  it('a session can be ended from here, and is listed as long as it is up', async () => {
    const { stub, id } = await v1();
    expect(plane.sessions.list().map(({ machineId }) => machineId)).toContain(id);
    expect([plane.sessions.kick(id), plane.sessions.kick(id)]).toEqual([true, false]);
    await stub.readEnded;
    stub.destroy();
  });
});

describe('what a session server refuses', () => {
  it('#62 agents beyond the number that it takes, with Retry-After; #70 and says so in version 2', async () => {
    await using plane = await startSessionPlane({ maxSessions: 1 });
    const stub = await connectV1(await plane.machine('m-1'));
    await plane.connected('m-1').next();
    const second = await plane.machine('m-2');
    const refused = await wholeAnswer(openStream('read', second).end());
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30']);
    expect(await connectV2(second).headers).toMatchObject({ 'grpc-status': '14', 'grpc-message': 'too many sessions' });
    stub.destroy();
  });

  it('#62 everything once it is closing; what waits fails', async () => {
    await using plane = await startSessionPlane();
    const machine = await plane.machine();
    const stub = await connectV1(machine);
    await plane.connected('m-0017').next();
    const asked = plane.sessions.request('m-0017', 'states', {});
    const failed = expect(asked).rejects.toMatchObject({ code: 'session_closed', isRetryable: true });
    await plane.sessions.close();
    await failed;
    await stub.readEnded;
    expect(await stub.writeAnswered).toBe(200);
    const refused = await wholeAnswer(openStream('write', machine).end());
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    await expect(plane.sessions.request('m-0017', 'states', {})).rejects.toMatchObject({ code: 'session_closed' });
    expect(plane.clock.pendingTimers).toBe(0);
  });

  it('#70 agents whose tokens it cannot look up, and does not call the tokens bad', async () => {
    const findSessionMachine = () => Promise.reject(new Error('the store is gone'));
    await using plane = await startSessionPlane({ store: { ...createMemoryLoginStore(), findSessionMachine } });
    const machine = await plane.machine();
    const refused = await wholeAnswer(openStream('read', machine).end());
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
    expect(refused.body).not.toContain('failed to validate token');
    expect(await connectV2(machine).headers).toMatchObject({ 'grpc-status': '14' });
    expect((await probe(machine, machine.token)).status).toBe(503);
  });

  it('requests beyond those that may wait', async () => {
    await using plane = await startSessionPlane({ maxWaiting: 2 });
    const stub = await connectV1(await plane.machine());
    await plane.connected('m-0017').next();
    const ask = () => plane.sessions.request('m-0017', 'states', {}, { timeoutMs: 0 });
    const requests = Array.from({ length: 18 }, ask);
    await expect(ask()).rejects.toMatchObject({ code: 'too_many_requests', isRetryable: true });
    stub.answerAll(() => ({}));
    await Promise.all(requests);
    stub.destroy();
  });
});

describe('#64 a refusal in version 2', () => {
  const head = ({ token, machineId = '' }: StubOptions) => ({
    ':method': 'POST',
    ':scheme': 'https',
    ':path': '/gpud.session.v2.SessionService/Connect',
    ':authority': '127.0.0.1',
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: `Bearer ${token}`,
    'x-gpud-machine-id': machineId,
  });

  it('is one HEADERS frame that ends the stream: 404 where there is no version 2, so that agents take version 1', async () => {
    await using plane = await startSessionPlane({ protocols: ['v1'] });
    const frames = await framesOfAnswer(await plane.machine(), head(await plane.machine()));
    expect(frames.map(({ type, flags }) => [type, flags & endStream])).toEqual([[frameTypes.headers, endStream]]);
    // The first header of HPACK's own table that is a 404.
    expect(frames[0]?.payload[0]).toBe(0x8d);
    const stub = await connectV1(await plane.machine());
    await plane.connected('m-0017').next();
    stub.destroy();
  });

  it('is one HEADERS frame that ends the stream: of gRPC where the token is bad, or the method is not POST', async () => {
    await using plane = await startSessionPlane();
    const machine = await plane.machine();
    for (const headers of [head({ ...machine, token: 'sess-BAD' }), { ...head(machine), ':method': 'GET' }]) {
      const frames = await framesOfAnswer(machine, headers);
      expect(frames.map(({ type, flags }) => [type, flags & endStream])).toEqual([[frameTypes.headers, endStream]]);
      expect(frames[0]?.payload[0]).toBe(0x88);
    }
    expect(await connectV2({ ...machine, token: 'sess-BAD' }).headers).toMatchObject({
      'grpc-status': '16',
      'grpc-message': 'invalid token',
    });
  });

  it('a server of HTTP/1.1 alone serves version 1; a plain request over HTTP/2 is served too', async () => {
    await using plane = await startSessionPlane({ protocols: ['v2'] });
    const machine = await plane.machine();
    const other = await wholeAnswer(openStream('read', machine).end());
    expect([other.status, JSON.parse(other.body)]).toMatchObject([404, { code: 'NotFound' }]);
  });
});

describe('what machines tell beside their session', () => {
  it('#59 nothing ends a write stream for its age', async () => {
    await using plane = await startSessionPlane();
    expect(plane.server).toMatchObject({ requestTimeout: 0 });
    // A connection that carries nothing ends by itself; agents keep that of their enrolment.
    expect(plane.server.listenerCount('session')).toBeGreaterThan(0);
  });
});
