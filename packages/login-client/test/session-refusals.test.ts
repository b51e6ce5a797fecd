import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openIdentity } from '../src/index.js';
import { decodeUtf8, startSession, testIdentity } from './support/session-client.js';
import { type Http1Script, type SessionPeer, startSessionPeer } from './support/session-peer.js';

const v1 = { protocol: 'v1' } as const;
const half = (): number => 0.5;

/** Answers one kind of request and serves the others. */
const answering =
  (kind: string, status: number, body: string, headers: Record<string, string> = {}): Http1Script =>
  (_request, response, seen) => {
    if (seen !== kind) return 'serve';
    response.writeHead(status, headers).end(body);
    return 'answered';
  };

async function dataDirFor(peer: SessionPeer): Promise<string> {
  const dataDir = temporaryFolder();
  const file = await openIdentity(dataDir);
  file.write({ ...testIdentity, endpoint: peer.endpoint });
  await file.close();
  return dataDir;
}

async function stored(dataDir: string) {
  const file = await openIdentity(dataDir);
  const states = file.sessionStates().map(({ success, message }) => [success, message]);
  const token = file.read()?.sessionToken;
  await file.close();
  return { states, token };
}

/** The first wait of a session, and what is recorded by then. */
async function firstWait(peer: SessionPeer) {
  const dataDir = await dataDirFor(peer);
  const session = startSession(peer, { ...v1, dataDir });
  const change = await session.reaches('waiting');
  await session.close();
  return { change, ...(await stored(dataDir)) };
}

const invalidToken =
  '{"code":"InvalidToken","message":"invalid token","status":"InvalidToken","error":"invalid token"}';
const unvalidated = '{"code":"InternalFailure","message":"failed to validate token"}';

describe('a refused session of version 1', () => {
  it.each([
    ['healthz', 204, '', 'session_refused', 'No Content', []],
    ['healthz', 302, '', 'session_refused', 'Found', []],
    ['healthz', 404, '{}', 'session_refused', '{}', []],
    ['healthz', 500, '{"message":"boom"}', 'session_refused', 'boom', []],
    ['healthz', 401, invalidToken, 'session_unauthorized', 'invalid token', [`HTTP 401: ${invalidToken}`]],
    [
      'healthz',
      403,
      '{"message":"not yours"}',
      'session_unauthorized',
      'not yours',
      ['HTTP 403: {"message":"not yours"}'],
    ],
    [
      ...(['healthz', 500, unvalidated, 'session_unauthorized', 'failed to validate token'] as const),
      ['HTTP 401: {"code":"InvalidToken","message":"failed to validate token"}'],
    ],
    ['read', 404, '', 'session_refused', 'Not Found', []],
    ['read', 307, '', 'session_refused', 'Temporary Redirect', []],
    ['read', 401, invalidToken, 'session_unauthorized', 'invalid token', [`HTTP 401: ${invalidToken}`]],
    ['write', 401, invalidToken, 'session_unauthorized', 'invalid token', []],
    ['write', 503, '{"error_summary":"busy","code":"x"}', 'session_refused', 'busy', []],
  ] as const)('%s answered %i %s is %s: %s', async (kind, status, body, code, said, recorded) => {
    const peer = await startSessionPeer();
    peer.script = answering(kind, status, body, { location: 'https://elsewhere.example/' });
    const { change, states } = await firstWait(peer);
    expect(change).toMatchObject({ error: { code, status } });
    expect(change.error?.message).toMatch(new RegExp(`: ${said}$`));
    expect(states).toEqual(recorded.map((message) => [false, message]));
    expect(peer.seen).not.toContain('elsewhere');
  });

  it('does not repeat secrets that the control plane sends back, and keeps 500 characters', async () => {
    const peer = await startSessionPeer();
    peer.script = answering('healthz', 401, `no sess-2Q8k with mp-91xz ${'x'.repeat(10_000)}`);
    const { change, states } = await firstWait(peer);
    expect(JSON.stringify(change.error)).not.toMatch(/sess-2Q8k|mp-91xz/);
    expect(states[0]?.[1]).toMatch(/^HTTP 401: no \[redacted\] with \[redacted\] x+$/);
    expect(String(states[0]?.[1])).toHaveLength(500);
  });

  it.each([
    ['seconds', () => '6', 6000],
    ['a date', () => new Date(Date.now() + 8000).toUTCString(), 8000],
    ['a date that has passed', () => 'Tue, 14 Nov 2000 22:13:20 GMT', 100],
    ['nothing readable', () => 'soon', 100],
    ['zero', () => '0', 100],
  ])('comes back when Retry-After says: %s', async (_what, retryAfter, delayMs) => {
    const peer = await startSessionPeer();
    peer.script = (...request) => answering('healthz', 502, 'Bad Gateway', { 'retry-after': retryAfter() })(...request);
    const { change } = await firstWait(peer);
    // A date has whole seconds.
    expect(change.delayMs).toBeGreaterThan(delayMs - 2000);
    expect(change.delayMs).toBeLessThanOrEqual(delayMs);
  });

  it('tries for ever, at delays that grow at random up to a minute', async () => {
    const peer = await startSessionPeer();
    peer.script = answering('healthz', 401, invalidToken);
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock, random: half });
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const { delayMs = 0 } = await session.reaches('waiting');
      delays.push(delayMs);
      await clock.advance(delayMs);
    }
    expect(delays).toEqual([1500, 3000, 6000, 12_000, 24_000, 30_000, 30_000]);
  });

  it('tries soon again after a session that held for two minutes', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock, random: half });
    const delays: number[] = [];
    for (const heldMs of [0, 1000, 119_000, 120_000, 1000]) {
      const pair = await peer.pairs.next();
      await session.reaches('connected');
      await clock.advance(heldMs);
      // Two minutes of silence have ended it already.
      if (heldMs < 120_000) pair.read.end();
      const { delayMs = 0 } = await session.reaches('waiting');
      delays.push(delayMs);
      await clock.advance(delayMs);
    }
    expect(delays).toEqual([1500, 3000, 6000, 1500, 3000]);
  });

  it.each([
    ['healthz', 10_000, 'timeout'],
    ['read', 60_000, 'session_lost'],
  ])('gives up on a %s request that is not answered, as the original never does', async (kind, afterMs, code) => {
    const peer = await startSessionPeer();
    peer.script = (_request, _response, seen) => (seen === kind ? 'answered' : 'serve');
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, clock });
    const awaited = new Set(kind === 'read' ? ['read', 'write'] : ['healthz']);
    while (awaited.size > 0) awaited.delete((await peer.requests.next()).kind);
    await clock.advance(afterMs - 1);
    expect(session.phase).toBe('connecting');
    await clock.advance(1);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code } });
  });
});

describe('a session over several connections', () => {
  it('comes back to a server that was away', async () => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v1);
    await peer.pairs.next();
    await peer.close();
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_lost' } });
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'transport' } });
  });

  it('#68 sends an answer that is ready late on the next one, and drops what waited', async () => {
    const peer = await startSessionPeer();
    let release: (output: string) => void = () => undefined;
    const held = new Promise<string>((resolve) => (release = resolve));
    const session = startSession(peer, {
      ...v1,
      handlers: { bootstrap: async () => ({ bootstrap: { output: await held } }) },
    });
    const first = await peer.pairs.next();
    first.ask({ method: 'bootstrap' }, 'pend');
    first.ask({}, 'queued');
    first.read.end();
    await session.reaches('waiting');
    const second = await peer.pairs.next();
    release('late');
    const { req_id, data } = await second.frames.next();
    expect([req_id, decodeUtf8(data)]).toEqual(['pend', '{"bootstrap":{"output":"late"}}']);
    second.ask({}, 'next');
    expect((await second.frames.next()).req_id).toBe('next');
  });

  it('#65 changes to a new token: validates it, stores it, and begins anew', async () => {
    const peer = await startSessionPeer();
    const dataDir = await dataDirFor(peer);
    const clock = createFakeClock();
    const session = startSession(peer, { ...v1, dataDir, clock, random: half });
    const first = await peer.pairs.next();
    first.ask({ method: 'updateToken', token: 'sess-NEW1' }, 'q-1');
    const { data } = await first.frames.next();
    expect(decodeUtf8(data)).toBe('{}');
    const probes = peer.requests.waiting.filter(({ kind }) => kind === 'healthz');
    expect(probes.map(({ request }) => request.headers.authorization)).toEqual([
      'Bearer sess-2Q8k',
      'Bearer sess-NEW1',
    ]);
    expect((await stored(dataDir)).token).toBe('sess-NEW1');
    expect([session.phase, first.ends.waiting]).toEqual(['connected', []]);
    // Between 2 and 30 seconds later, and after the usual delay.
    await clock.advance(16_000);
    const { delayMs = 0, error } = await session.reaches('waiting');
    expect([delayMs, error]).toEqual([1500, undefined]);
    await clock.advance(delayMs);
    const second = await peer.pairs.next();
    expect(second.write.headers.authorization).toBe('Bearer sess-NEW1');
    second.ask({ method: 'getToken' }, 'q-2');
    expect(decodeUtf8((await second.frames.next()).data)).toBe('{"token":"sess-NEW1"}');
  });

  it.each([
    ['an empty one', '', '{"error":"token cannot be empty"}'],
    ['the same', 'sess-2Q8k', '{}'],
    [
      ...(['one that is not good', 'sess-BAD'] as const),
      '{"error":"token validation failed: health check with new token failed: server health check failed: HTTP 401: {\\"code\\":\\"InvalidToken\\"}"}',
    ],
  ])('keeps its token when it is given %s', async (_what, token, reply) => {
    const peer = await startSessionPeer();
    peer.script = (request, response, kind) => {
      if (request.headers.authorization !== 'Bearer sess-BAD') return 'serve';
      return answering('healthz', 401, '{"code":"InvalidToken"}')(request, response, kind);
    };
    const dataDir = await dataDirFor(peer);
    startSession(peer, { ...v1, dataDir });
    const pair = await peer.pairs.next();
    pair.ask({ method: 'updateToken', token }, 'q-1');
    expect(decodeUtf8((await pair.frames.next()).data)).toBe(reply);
    expect((await stored(dataDir)).token).toBe('sess-2Q8k');
  });

  it('tells a new token to whoever keeps the identity', async () => {
    const peer = await startSessionPeer();
    const told: string[] = [];
    startSession(peer, { ...v1, onTokenUpdate: (token) => void told.push(token) });
    const pair = await peer.pairs.next();
    pair.ask({ method: 'updateToken', token: 'sess-NEW1' }, 'q-1');
    await pair.frames.next();
    expect(told).toEqual(['sess-NEW1']);
  });

  it('takes a token that another program has stored', async () => {
    const peer = await startSessionPeer();
    const dataDir = await dataDirFor(peer);
    const session = startSession(peer, { ...v1, dataDir });
    await peer.pairs.next();
    const file = await openIdentity(dataDir);
    file.write({ sessionToken: 'sess-NEW2' });
    await file.close();
    session.reconnect();
    expect((await peer.pairs.next()).write.headers.authorization).toBe('Bearer sess-NEW2');
  });

  it('ends with its signal, and leaves nothing behind', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const stopping = new AbortController();
    let aborted: unknown;
    const handlers = {
      states: (_request: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject((aborted = signal.reason)))),
    };
    const session = startSession(peer, { ...v1, clock, signal: stopping.signal, handlers });
    const pair = await peer.pairs.next();
    pair.ask({ method: 'gossip' }, 'first');
    pair.ask({ method: 'states' }, 'second');
    await pair.frames.next();
    stopping.abort();
    await session.finished;
    expect(aborted).toMatchObject({ message: 'the session is closed' });
    expect([await pair.ends.next(), await pair.ends.next()].sort()).toEqual(['read closed', 'write ended']);
    expect([session.phase, clock.pendingTimers, session.connectedForMs]).toEqual(['closed', 0, 0]);
  });
});
