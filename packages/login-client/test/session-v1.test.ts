import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createGzip } from 'node:zlib';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openIdentity } from '../src/index.js';
import { encodeFrame } from '../src/wire/session/frame.js';
import { decodeUtf8, errorOf, startSession, testIdentity } from './support/session-client.js';
import { type Http1Script, type Pair, type SessionPeer, startSessionPeer } from './support/session-peer.js';
import { readVectors } from './support/vectors.js';

const v1 = { protocol: 'v1' } as const;

/** What came back for a request. */
async function replyOf(pair: Pair): Promise<[string | undefined, string]> {
  const { req_id, data } = await pair.frames.next();
  return [req_id, decodeUtf8(data)];
}

/** Answers one kind of request and serves the others. */
const answering =
  (kind: string, status: number, body: string, headers: Record<string, string> = {}): Http1Script =>
  (_request, response, seen) => {
    if (seen !== kind) return 'serve';
    response.writeHead(status, headers).end(body);
    return 'answered';
  };

const openings = readVectors('session-v1.ndjson').filter(
  (line): line is { requests: { requestLine: string; headers: [string, string][] }[] } =>
    typeof line === 'object' && line !== null && 'requests' in line,
);

describe('the opening of a session of version 1', () => {
  it.skipIf(openings.length === 0)('#74 is that of the real agent, header by header', async () => {
    const peer = await startSessionPeer();
    peer.script = answering('healthz', 200, '{}', { 'set-cookie': 'sticky=abc' });
    startSession(peer, v1);
    await peer.pairs.next();
    const lines = new Map<string, string[]>();
    for (const { kind, request } of peer.requests.waiting) {
      lines.set(kind, [`${request.method} ${request.url} HTTP/${request.httpVersion}`, ...request.rawHeaders]);
    }
    const expected = openings[0]?.requests.map(({ requestLine, headers }) => [
      requestLine,
      ...headers
        .flat()
        .map((text) => text.replace('127.0.0.1:8443', `localhost:${peer.port}`).replace('127.0.0.1', 'localhost')),
    ]);
    expect([lines.get('healthz'), lines.get('read'), lines.get('write')]).toEqual(expected);
  });

  it('#66 gives a cookie of the probe to both streams, and not to the next session', async () => {
    const peer = await startSessionPeer();
    let probes = 0;
    peer.script = (request, response, kind) => {
      if (kind !== 'healthz') return 'serve';
      response.setHeader('set-cookie', probes++ === 0 ? 'sticky=abc; Path=/' : 'other=1; Path=/elsewhere');
      return answering('healthz', 200, '')(request, response, kind);
    };
    const session = startSession(peer, v1);
    const first = await peer.pairs.next();
    expect([first.readRequest.headers.cookie, first.write.headers.cookie]).toEqual(['sticky=abc', 'sticky=abc']);
    session.reconnect();
    const second = await peer.pairs.next();
    expect([second.readRequest.headers.cookie, second.write.headers.cookie]).toEqual([undefined, undefined]);
  });

  it('comes within ten seconds of the start, at random', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock, startDelayMs: undefined, random: () => 0.75 });
    expect(await session.changes.next()).toEqual({ phase: 'starting', protocol: 'v1', delayMs: 7500 });
    await clock.advance(7499);
    expect([session.phase, peer.seen]).toEqual(['starting', []]);
    await clock.advance(1);
    await peer.pairs.next();
  });

  it('#73 carries ids and tokens beyond ASCII as UTF-8', async () => {
    const peer = await startSessionPeer();
    startSession(peer, { ...v1, identity: { machineId: 'm-ä', sessionToken: 'tökén', endpoint: peer.endpoint } });
    const { write } = await peer.pairs.next();
    const sent = (name: string) => Buffer.from(String(write.headers[name]), 'latin1').toString();
    expect([sent('x-gpud-machine-id'), sent('authorization'), sent('token')]).toEqual(['m-ä', 'Bearer tökén', 'tökén']);
  });

  it.each([
    ['a path and a final slash are dropped', (peer: SessionPeer) => `${peer.endpoint}/a/`],
    ['user information is dropped', (peer: SessionPeer) => peer.endpoint.replace('https://', 'https://u:p@')],
    ['a missing host is this one', (peer: SessionPeer) => `:${peer.port}`],
  ])('goes to scheme, host and port of the endpoint alone: %s', async (_what, endpointOf) => {
    const peer = await startSessionPeer();
    startSession(peer, { ...v1, identity: { ...testIdentity, endpoint: endpointOf(peer) } });
    const { readRequest } = await peer.pairs.next();
    expect([readRequest.url, readRequest.headers.host]).toEqual(['/api/v1/session', `localhost:${peer.port}`]);
  });

  it('refuses plain HTTP without the option, for good', async () => {
    const identity = { ...testIdentity, endpoint: 'http://127.0.0.1:1' };
    const peer = await startSessionPeer();
    const session = startSession(peer, { identity });
    expect(await errorOf(session.finished)).toMatchObject({ code: 'insecure_endpoint' });
    expect(session.phase).toBe('closed');
  });

  it('needs a stored session token', async () => {
    const peer = await startSessionPeer();
    const dataDir = temporaryFolder();
    expect(await errorOf(startSession(peer, { dataDir }).finished)).toMatchObject({ code: 'identity_missing' });
    const file = await openIdentity(dataDir);
    file.write({ machineId: 'm', endpoint: peer.endpoint });
    await file.close();
    expect(await errorOf(startSession(peer, { dataDir }).finished)).toMatchObject({ code: 'identity_missing' });
  });
});

describe('requests of version 1', () => {
  it('are answered by their handler, and with {} where there is none', async () => {
    const peer = await startSessionPeer();
    startSession(peer, { ...v1, handlers: { setHealthy: ({ components }) => ({ error: components?.join('+') }) } });
    const pair = await peer.pairs.next();
    pair.ask({ method: 'setHealthy', components: ['a', 'b'] }, 'q-1');
    expect(await replyOf(pair)).toEqual(['q-1', '{"error":"a+b"}']);
    for (const payload of ['{"method":"noSuchMethod"}', '{}', 'null']) {
      pair.ask(payload, 'q-2');
      expect(await replyOf(pair)).toEqual(['q-2', '{}']);
    }
    pair.ask({ method: 'getToken' });
    expect(await replyOf(pair)).toEqual([undefined, '{"token":"sess-2Q8k"}']);
  });

  it('are not answered where they cannot be read, and those behind them are', async () => {
    const peer = await startSessionPeer();
    startSession(peer, v1);
    const pair = await peer.pairs.next();
    for (const bad of ['{"method":5}', '[]', '{"since":"10m"}', '{"start_time":""}', '{} {}', 'hello'])
      pair.ask(bad, 'bad');
    pair.ask({}, 'good');
    expect(await replyOf(pair)).toEqual(['good', '{}']);
  });

  it('are told what a handler threw, without secrets, and when it took too long', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const handlers = {
      reboot: () => {
        throw new Error('must be run as sudo/root, Bearer abc');
      },
      states: () => {
        begin();
        return new Promise<never>(() => undefined);
      },
    };
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    startSession(peer, { ...v1, clock, handlers });
    const pair = await peer.pairs.next();
    pair.ask({ method: 'reboot' }, 'q-1');
    expect(await replyOf(pair)).toEqual(['q-1', '{"error":"must be run as sudo/root, Bearer [redacted]"}']);
    pair.ask({ method: 'states' }, 'q-2');
    pair.ask({}, 'q-3');
    await begun;
    await clock.advance(60_000);
    expect([await replyOf(pair), await replyOf(pair)]).toEqual([
      ['q-2', '{"error":"context deadline exceeded"}'],
      ['q-3', '{}'],
    ]);
  });

  it('wait for each other, but for those that take long', async () => {
    const peer = await startSessionPeer();
    const started: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = (name: string) => async () => {
      started.push(name);
      await held;
      return {};
    };
    startSession(peer, { ...v1, handlers: { gossip: slow('gossip'), states: slow('states'), events: slow('events') } });
    const pair = await peer.pairs.next();
    for (const method of ['gossip', 'states', 'events']) pair.ask({ method }, method);
    pair.ask({ method: 'gossip' }, 'behind');
    // The connection's own order: this one is dropped or queued after the others were.
    pair.ask({ method: 'getToken' }, 'last');
    await new Promise((resolve) => pair.read.write('', resolve));
    while (started.length < 2) await new Promise(setImmediate);
    expect(started).toEqual(['gossip', 'states']);
    release();
    const ids = [];
    for (let count = 0; count < 5; count++) ids.push((await pair.frames.next()).req_id);
    expect([...ids].sort()).toEqual(['behind', 'events', 'gossip', 'last', 'states']);
  });

  it('beyond twenty that wait are dropped', async () => {
    const peer = await startSessionPeer();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    startSession(peer, { ...v1, handlers: { bootstrap: () => held.then(() => ({ bootstrap: { output: 'x' } })) } });
    const pair = await peer.pairs.next();
    const frames = Array.from({ length: 40 }, (_, index) => encodeFrame('{}', `g${index}`)).join('');
    pair.read.write(encodeFrame('{"method":"bootstrap"}', 'slow') + frames);
    const probe = startSession(peer, v1);
    await peer.pairs.next();
    await probe.close();
    release();
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 21; count++) ids.push((await pair.frames.next()).req_id);
    expect(ids).toEqual(['slow', ...Array.from({ length: 20 }, (_, index) => `g${index}`)]);
    pair.ask({}, 'after');
    expect((await pair.frames.next()).req_id).toBe('after');
  });

  it('come gzipped too, if the control plane will have it so', async () => {
    const peer = await startSessionPeer();
    const gzip = createGzip();
    peer.script = (_request, response, kind) => {
      if (kind !== 'read') return 'serve';
      response.writeHead(200, { 'content-encoding': 'gzip' });
      gzip.pipe(response);
      return 'answered';
    };
    startSession(peer, v1);
    let write: IncomingMessage | undefined;
    while (write === undefined) {
      const { kind, request } = await peer.requests.next();
      if (kind === 'write') write = request;
    }
    for (const id of ['gz0', 'gz1']) {
      gzip.write(encodeFrame('{"method":"getToken"}', id));
      gzip.flush();
      const [chunk] = (await once(write, 'data')) as [Buffer];
      expect(String(chunk)).toBe(encodeFrame('{"token":"sess-2Q8k"}', id));
    }
  });
});

interface FrameVector {
  label: string;
  serverWrites: string | (string | number)[];
  agentFrames: string[];
  sessionEnded: boolean;
}

const frameVectors = readVectors('session-v1.ndjson').filter(
  (line): line is FrameVector => typeof line === 'object' && line !== null && 'agentFrames' in line,
);

describe.skipIf(frameVectors.length === 0)('#74 frames that a real agent was sent', () => {
  it.each(frameVectors.map((vector) => [vector.label, vector] as const))('%s', async (_label, vector) => {
    const peer = await startSessionPeer();
    startSession(peer, v1);
    const pair = await peer.pairs.next();
    let came = '';
    pair.write.on('data', (chunk: Buffer) => (came += String(chunk)));
    for (const piece of [vector.serverWrites].flat()) {
      if (typeof piece === 'string') pair.read.write(piece);
      else await new Promise(setImmediate);
    }
    if (vector.sessionEnded) {
      expect([await pair.ends.next(), await pair.ends.next()].sort()).toContain('read closed');
      await peer.pairs.next();
    } else {
      pair.ask({}, 'end of the test');
      while (!came.includes('end of the test')) await once(pair.write, 'data');
    }
    const expected = vector.agentFrames.join('') + (vector.sessionEnded ? '' : encodeFrame('{}', 'end of the test'));
    expect(came).toBe(expected);
  });
});

describe('what ends a session of version 1', () => {
  it.each([
    ['bytes that are no frame', 'hello', 'bad_frame'],
    ['a frame that is an array', '[]', 'bad_frame'],
    ['an id that is a number', '{"data":"e30=","req_id":5}', 'bad_frame'],
    ['data that is not base64', '{"data":"***","req_id":"b"}', 'bad_frame'],
  ])('%s', async (_what, bytes, code) => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v1);
    const pair = await peer.pairs.next();
    pair.read.write(bytes);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code } });
    await peer.pairs.next();
  });

  it('the end of the read stream, in good order', async () => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v1);
    const pair = await peer.pairs.next();
    pair.read.end();
    const change = await session.reaches('waiting');
    expect(change.error).toBeUndefined();
    expect([await pair.ends.next(), await pair.ends.next()].sort()).toEqual(['read closed', 'write ended']);
    await peer.pairs.next();
  });

  it.each([
    ['both sockets', (pair: Pair) => [pair.read.socket, pair.write.socket]],
    ['the read socket', (pair: Pair) => [pair.read.socket]],
    ['the write socket, which the original does not notice', (pair: Pair) => [pair.write.socket]],
  ])('the loss of %s', async (_what, socketsOf) => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v1);
    const pair = await peer.pairs.next();
    for (const socket of socketsOf(pair)) socket?.destroy();
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_lost' } });
    await peer.pairs.next();
  });

  it.each([
    ['200 and an end', (pair: Pair) => pair.writeResponse.end()],
    ['200 without an end', (pair: Pair) => pair.writeResponse.writeHead(200).flushHeaders()],
  ])('an answer to the write stream: %s', async (_what, answer) => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v1);
    answer(await peer.pairs.next());
    const change = await session.reaches('waiting');
    expect(change.error).toBeUndefined();
    await peer.pairs.next();
  });

  it('is no informational answer to the write stream', async () => {
    const peer = await startSessionPeer();
    startSession(peer, v1);
    const pair = await peer.pairs.next();
    pair.writeResponse.writeEarlyHints({ link: '</a>' });
    pair.ask({}, 'q-1');
    expect(await replyOf(pair)).toEqual(['q-1', '{}']);
  });

  it('#60 two minutes without a frame, and nothing less', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock });
    const pair = await peer.pairs.next();
    await session.reaches('connected');
    for (const alive of [encodeFrame('{}', 'ka'), '{}']) {
      await clock.advance(119_000);
      pair.read.write(alive);
      pair.ask({}, 'seen');
      while ((await pair.frames.next()).req_id !== 'seen');
    }
    await clock.advance(119_999);
    expect(session.phase).toBe('connected');
    expect(pair.ends.waiting).toEqual([]);
    await clock.advance(1);
    expect([await pair.ends.next(), await pair.ends.next()].sort()).toEqual(['read closed', 'write ended']);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_silent' } });
  });

  it('a silence that blanks and half a frame do not break', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock });
    const pair = await peer.pairs.next();
    await session.reaches('connected');
    pair.read.write(' \n{"data":"e30="');
    await clock.advance(120_000);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_silent' } });
  });
});
