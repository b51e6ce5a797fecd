import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { openIdentity } from '../src/index.js';
import { encodeDrainNotice, encodeHelloAck, encodeManagerPacket } from '../src/wire/session/packet.js';
import { encodeRequestPacket } from '../src/wire/session/request-packet.js';
import { decodeUtf8, startSession, testIdentity } from './support/session-client.js';
import { finish, type SessionPeer, startSessionPeer, type Stream } from './support/session-peer.js';
import { readVectors } from './support/vectors.js';

const v2 = { protocol: 'v2' } as const;

async function servingV2(): Promise<SessionPeer> {
  const peer = await startSessionPeer();
  peer.servesV2 = true;
  return peer;
}

/** What came back for a request. */
async function replyOf(stream: Stream): Promise<[string, string]> {
  const { payload } = await stream.packets.next();
  if (payload.case !== 'result') throw new Error(`a ${payload.case} came`);
  return [payload.value.requestId, decodeUtf8(payload.value.payloadJson)];
}

const ask = (stream: Stream, id: string, request: object): void => stream.send(encodeRequestPacket(id, request, 0));

interface OpenVector {
  section: 'open';
  headers: [string, string][];
}

interface HandshakeVector {
  section: 'handshake';
  helloGrpcFrameHex: string;
}

const vectors = readVectors('session-v2.ndjson').filter(
  (line): line is { section: string } => typeof line === 'object' && line !== null && 'section' in line,
);
const ofSection = <T extends { section: string }>(section: T['section']): T[] =>
  vectors.filter((line): line is T => line.section === section);

describe('the opening of a session of version 2', () => {
  it.skipIf(vectors.length === 0)('#74 is that of the real agent: headers and hello', async () => {
    const peer = await servingV2();
    let first: Buffer | undefined;
    startSession(peer, v2);
    const opened = await peer.streams.next();
    opened.stream.on('data', (chunk: Buffer) => (first ??= chunk));
    await opened.packets.next();
    const sent = Object.fromEntries(Object.entries(opened.headers).map(([name, value]) => [name, String(value)]));
    const expected = Object.fromEntries(
      ofSection<OpenVector>('open')[0]?.headers.map(([name, value]) => [
        name,
        value.replace('127.0.0.1', 'localhost'),
      ]) ?? [],
    );
    expect(sent).toEqual(expected);
    expect(first?.toString('hex')).toBe(ofSection<HandshakeVector>('handshake')[0]?.helloGrpcFrameHex);
    expect(peer.seen).toEqual(['connect']);
  });

  it('says its own version', async () => {
    const peer = await servingV2();
    startSession(peer, { ...v2, agentVersion: 'v1.2.3', userAgent: 'moorline-agent/1.2.3' });
    const stream = await peer.streams.next();
    const { payload } = await stream.accept();
    expect(payload.case === 'hello' && payload.value.agentVersion).toBe('v1.2.3');
    expect(stream.headers['user-agent']).toBe('moorline-agent/1.2.3');
  });

  it.each([
    ['revision 0', encodeManagerPacket({ payload: { case: 'helloAck', value: {} } })],
    ['revision 2', encodeManagerPacket({ payload: { case: 'helloAck', value: { protocolRevision: 2 } } })],
    ['a drain', encodeDrainNotice(5000)],
    ['a request', encodeRequestPacket('q', { method: 'states' }, 0)],
  ])('ends when the hello is answered with %s', async (_what, packet) => {
    const peer = await servingV2();
    const session = startSession(peer, v2);
    const stream = await peer.streams.next();
    stream.respond();
    stream.send(packet);
    expect(await session.reaches('waiting')).toMatchObject({ delayMs: 100, error: { code: 'bad_packet' } });
    expect(await stream.closed).not.toBe(constants.NGHTTP2_NO_ERROR);
    await peer.streams.next();
  });

  it('#71 takes an answer to its hello within 30 seconds', async () => {
    const peer = await servingV2();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v2, clock });
    const late = await peer.streams.next();
    await late.packets.next();
    await clock.advance(29_999);
    expect(session.phase).toBe('connecting');
    await clock.advance(1);
    const { error, delayMs = 0 } = await session.reaches('waiting');
    expect(error).toMatchObject({ code: 'session_silent' });
    await clock.advance(delayMs);
    const next = await peer.streams.next();
    await next.packets.next();
    await clock.advance(20_000);
    next.respond();
    next.send(encodeHelloAck({ managerInstanceId: 'm', maxReceiveMessageBytes: 0 }));
    await session.reaches('connected');
  });
});

describe('requests of version 2', () => {
  it('are answered by the same handlers', async () => {
    const peer = await servingV2();
    startSession(peer, {
      ...v2,
      handlers: {
        setHealthy: ({ components }) => ({ error: components?.join('+') }),
        gossip: () => ({ error_code: 404 }),
      },
    });
    const stream = await peer.streams.next();
    await stream.accept();
    ask(stream, 'é漢<', { method: 'setHealthy', components: ['a', 'b'] });
    expect(await replyOf(stream)).toEqual(['é漢<', '{"error":"a+b"}']);
    ask(stream, 'q-2', { method: 'gossip' });
    expect(await replyOf(stream)).toEqual(['q-2', '{"error_code":404}']);
    ask(stream, 'q-3', { method: 'packageStatus' });
    expect(await replyOf(stream)).toEqual(['q-3', '{}']);
  });

  it('may be large and come in pieces', async () => {
    const peer = await servingV2();
    startSession(peer, {
      ...v2,
      handlers: { setHealthy: ({ components }) => ({ error_code: components?.[0]?.length }) },
    });
    const stream = await peer.streams.next();
    await stream.accept();
    ask(stream, 'big', { method: 'setHealthy', components: ['x'.repeat(7 * 1024 * 1024)] });
    expect(await replyOf(stream)).toEqual(['big', '{"error_code":7340032}']);
  });

  it('end the session where they are larger than 8 MiB', async () => {
    const peer = await servingV2();
    const session = startSession(peer, v2);
    const stream = await peer.streams.next();
    await stream.accept();
    ask(stream, 'big', { method: 'setHealthy', components: ['x'.repeat(9 * 1024 * 1024)] });
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'packet_too_large' } });
  });

  it('are told that their answer is larger than the control plane takes, where the original is cut off', async () => {
    const peer = await servingV2();
    startSession(peer, { ...v2, handlers: { gossip: () => ({ error: 'x'.repeat(500) }) } });
    const stream = await peer.streams.next();
    await stream.accept({ maxReceiveMessageBytes: 200 });
    ask(stream, 'q-1', { method: 'gossip' });
    expect(await replyOf(stream)).toEqual([
      'q-1',
      '{"error":"the reply has 523 bytes, and 200 are taken at most","error_code":413}',
    ]);
  });

  const brokenPackets: [string, Uint8Array][] = [
    ['no payload', encodeManagerPacket({ requestId: 'q1' })],
    ['no id', encodeRequestPacket('', { method: 'states' }, 0)],
    ['a payload of a newer version', Uint8Array.of(0x22, 1, 0x71, 0x9a, 6, 0)],
    ['a second answer to the hello', encodeHelloAck({ managerInstanceId: 'm', maxReceiveMessageBytes: 0 })],
    ['events without times', encodeManagerPacket({ requestId: 'q1', payload: { case: 'getEvents', value: {} } })],
    ['bytes that are no message', Uint8Array.of(0xff, 0xff, 0xff)],
  ];

  it.each(brokenPackets)('end the session where one has %s', async (_what, packet) => {
    const peer = await servingV2();
    const session = startSession(peer, v2);
    const stream = await peer.streams.next();
    await stream.accept();
    stream.send(packet);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'bad_packet' } });
    await peer.streams.next();
  });

  it('end the session where too many wait', async () => {
    const peer = await servingV2();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const session = startSession(peer, { ...v2, handlers: { bootstrap: () => held.then(() => ({ error: 'late' })) } });
    const stream = await peer.streams.next();
    await stream.accept();
    ask(stream, 'slow', { method: 'bootstrap', bootstrap: {} });
    for (let index = 0; index < 40; index++) ask(stream, `g${index}`, { method: 'packageStatus' });
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_queue_full' } });
    const next = await peer.streams.next();
    await next.accept();
    release();
    expect(await replyOf(next)).toEqual(['slow', '{"error":"late"}']);
  });
});

describe('what ends a session of version 2', () => {
  it.each([
    ['at once', 0, 100],
    ['after a while', 5000, 5000],
  ])('a drain: %s, and the answer under way is sent on the next', async (_what, reconnectAfterMs, delayMs) => {
    const peer = await servingV2();
    const clock = createFakeClock();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const session = startSession(peer, { ...v2, clock, handlers: { reboot: () => held.then(() => ({})) } });
    const stream = await peer.streams.next();
    await stream.accept();
    ask(stream, 'pend', { method: 'reboot' });
    stream.send(encodeDrainNotice(reconnectAfterMs));
    expect(await session.reaches('waiting')).toMatchObject({ delayMs, error: { code: 'session_drained' } });
    await clock.advance(delayMs);
    const next = await peer.streams.next();
    await next.accept();
    release();
    expect(await replyOf(next)).toEqual(['pend', '{}']);
  });

  it('trailers with status 0, in good order', async () => {
    const peer = await servingV2();
    const session = startSession(peer, v2);
    const stream = await peer.streams.next();
    await stream.accept();
    stream.finish({ 'grpc-status': '0' });
    expect((await session.reaches('waiting')).error).toBeUndefined();
    await peer.streams.next();
  });

  it('trailers that refuse the token, which is recorded', async () => {
    const peer = await servingV2();
    const dataDir = temporaryFolder();
    const file = await openIdentity(dataDir);
    file.write({ ...testIdentity, endpoint: peer.endpoint });
    const session = startSession(peer, { ...v2, dataDir });
    const stream = await peer.streams.next();
    await stream.accept();
    stream.finish({ 'grpc-status': '16', 'grpc-message': 'invalid%20token' });
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_unauthorized' } });
    expect(file.sessionStates()).toMatchObject([{ success: false, message: 'invalid token' }]);
    await file.close();
  });

  it('the loss of its connection', async () => {
    const peer = await servingV2();
    const session = startSession(peer, v2);
    const stream = await peer.streams.next();
    await stream.accept();
    stream.session.destroy();
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_lost' } });
    await peer.streams.next();
  });

  it('is no graceful GOAWAY', async () => {
    const peer = await servingV2();
    startSession(peer, v2);
    const stream = await peer.streams.next();
    await stream.accept();
    stream.session.close();
    ask(stream, 'q-1', { method: 'packageStatus' });
    expect(await replyOf(stream)).toEqual(['q-1', '{}']);
  });

  it('#71 is no silence, as long as pings are answered', async () => {
    const peer = await servingV2();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v2, clock });
    const stream = await peer.streams.next();
    let pinged: () => void = () => undefined;
    stream.session.on('ping', () => pinged());
    await stream.accept();
    await session.reaches('connected');
    for (let minute = 0; minute < 10; minute++) {
      const ping = new Promise<void>((resolve) => (pinged = resolve));
      await clock.advance(30_000);
      await ping;
      // Behind the ping on the same connection: the answer to the one is there before the other.
      ask(stream, 'q', { method: 'packageStatus' });
      await replyOf(stream);
      await new Promise(setImmediate);
    }
    expect(session.connectedForMs).toBe(300_000);
  });

  it('a ping that is not answered within 30 seconds', async () => {
    const peer = await servingV2();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v2, clock });
    const stream = await peer.streams.next();
    await stream.accept();
    await session.reaches('connected');
    for (const socket of peer.sockets) socket.pause();
    // Neither ping nor answer travels: both timers run out without the loop turning.
    await clock.advance(60_000);
    expect(await session.reaches('waiting')).toMatchObject({ error: { code: 'session_silent' } });
  });

  it('its close, with a cancelled stream', async () => {
    const peer = await servingV2();
    const clock = createFakeClock();
    const session = startSession(peer, { ...v2, clock });
    const stream = await peer.streams.next();
    await stream.accept();
    await session.reaches('connected');
    await session.close();
    expect(await stream.closed).toBe(constants.NGHTTP2_CANCEL);
    expect([session.phase, clock.pendingTimers]).toEqual(['closed', 0]);
  });
});

interface RefusalVector {
  section: 'refusal';
  serverDoes: string;
  outcomes: { fallback: boolean; reason: string; authFailure?: boolean; retryAfterMs?: number }[];
}

/** What a server of the captured refusals does, by its own words. */
function refuserOf(serverDoes: string): ((stream: ServerHttp2Stream) => void) | undefined {
  const status = /^respond (\d+)( grpc ct)? endStream$/.exec(serverDoes);
  const grpcStatus = /^grpc-status (\d+) trailers-only$/.exec(serverDoes)?.[1];
  const grpc = (code: string | number, more: OutgoingHttpHeaders = {}): OutgoingHttpHeaders => ({
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': String(code),
    'grpc-message': 'm',
    ...more,
  });
  const only = (headers: OutgoingHttpHeaders) => (stream: ServerHttp2Stream) =>
    stream.respond(headers, { endStream: true });
  const body = (headers: OutgoingHttpHeaders, text: string) => (stream: ServerHttp2Stream) => {
    stream.respond(headers);
    stream.end(text);
  };
  if (status !== null) {
    return only({
      ':status': Number(status[1]),
      ...(status[2] === undefined ? {} : { 'content-type': 'application/grpc' }),
    });
  }
  if (grpcStatus !== undefined) return only(grpc(grpcStatus));
  switch (serverDoes) {
    case 'stream.respond(404,endStream)':
      return only({ ':status': 404 });
    case 'stream.respond(404 json,endStream)':
      return only({ ':status': 404, 'content-type': 'application/json' });
    case 'stream.respond(404 + json body)':
      return body({ ':status': 404, 'content-type': 'application/json' }, '{"code":"NotFound"}');
    case 'respond 401 body':
      return body({ ':status': 401, 'content-type': 'application/json' }, '{"code":"InvalidToken"}');
    case 'stream.respond grpc 12 trailers-only':
      return only(grpc(12));
    case 'grpc 12 in real trailers':
      return (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        finish(stream, { 'grpc-status': '12', 'grpc-message': 'nope' });
      };
    case 'grpc 14 + RetryInfo 9s':
      return only(grpc(14, { 'grpc-status-details-bin': retryInfoOf9Seconds }));
    case 'RST_STREAM refused':
      return (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
    case 'RST_STREAM internal':
      return (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    case 'session goaway':
      return (stream) => stream.session?.destroy();
    default:
      return undefined;
  }
}

/** `google.rpc.Status { code: 14, message: "m", details: [RetryInfo { retry_delay: 9 s }] }`. */
const retryInfoOf9Seconds = ((): string => {
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const info = Buffer.from([0x0a, 2, 0x08, 9]);
  const any = Buffer.concat([Buffer.from([0x0a, type.length]), type, Buffer.from([0x12, info.length]), info]);
  return Buffer.concat([Buffer.from([0x08, 14, 0x12, 1, 0x6d, 0x1a, any.length]), any]).toString('base64');
})();

const refusals = ofSection<RefusalVector>('refusal').flatMap((vector) => {
  const refuse = refuserOf(vector.serverDoes);
  return refuse === undefined ? [] : [{ ...vector, refuse }];
});

describe.skipIf(vectors.length === 0)('#74 refusals of version 2, with the choice left to the session', () => {
  it('are most of those that a real agent met', () => {
    expect(refusals.length).toBeGreaterThanOrEqual(30);
  });

  it.each(refusals)('$serverDoes', async ({ outcomes, refuse }) => {
    const peer = await startSessionPeer();
    peer.refuse = refuse;
    const session = startSession(peer, { protocol: 'auto' });
    const [outcome] = outcomes;
    if (outcome?.fallback === true) {
      await peer.pairs.next();
      expect([session.protocol, peer.seen]).toEqual(['v1', ['connect', 'healthz', ...peer.seen.slice(2)]]);
      return;
    }
    const { error, delayMs, protocol } = await session.reaches('waiting');
    expect(protocol).toBe('v2');
    const isRefusedToken = error instanceof Error && 'code' in error && error.code === 'session_unauthorized';
    expect([isRefusedToken, delayMs]).toEqual([outcome?.authFailure === true, outcome?.retryAfterMs ?? 100]);
    if (/^(?:unexpected HTTP|m$)/.test(outcome?.reason ?? '')) {
      expect(error).toMatchObject({ details: { reason: outcome?.reason.replace(/\ndata: .*/s, '') } });
    }
  });

  it('404 in two frames is a refusal too, which a real agent never gets over', async () => {
    const peer = await startSessionPeer();
    peer.refuse = (stream) => {
      stream.respond({ ':status': 404 });
      stream.end();
    };
    const session = startSession(peer, { protocol: 'auto' });
    await peer.pairs.next();
    expect(session.protocol).toBe('v1');
  });

  it('version 2 alone is tried again and again', async () => {
    const peer = await startSessionPeer();
    const session = startSession(peer, v2);
    for (let count = 0; count < 3; count++) {
      expect(await session.reaches('waiting')).toMatchObject({ protocol: 'v2', error: { code: 'session_not_served' } });
    }
    expect(peer.seen).toEqual(['connect', 'connect', 'connect']);
  });
});

describe('the choice between the versions', () => {
  it('falls to version 1 at a server without HTTP/2, where a real agent tries on for ever', async () => {
    const peer = await startSessionPeer({ protocols: ['http/1.1'] });
    const session = startSession(peer, { protocol: 'auto' });
    await peer.pairs.next();
    expect(session.protocol).toBe('v1');
  });

  it('waits at random once more before version 1, and then stays with it', async () => {
    const peer = await startSessionPeer();
    const clock = createFakeClock();
    const session = startSession(peer, { clock, startDelayMs: 10_000, random: () => 0.25 });
    expect(await session.reaches('starting')).toMatchObject({ protocol: 'v2', delayMs: 2500 });
    await clock.advance(2500);
    expect(await session.reaches('starting')).toMatchObject({ protocol: 'v1', delayMs: 2500 });
    await clock.advance(2500);
    const pair = await peer.pairs.next();
    peer.servesV2 = true;
    await session.reaches('connected');
    pair.read.end();
    const { delayMs = 0 } = await session.reaches('waiting');
    await clock.advance(delayMs);
    await peer.pairs.next();
    expect(peer.seen.filter((kind) => kind === 'connect')).toEqual(['connect']);
  });

  it('falls back from the middle of a session too', async () => {
    const peer = await servingV2();
    const session = startSession(peer, { protocol: 'auto' });
    const stream = await peer.streams.next();
    await stream.accept();
    await session.reaches('connected');
    stream.finish({ 'grpc-status': '12' });
    await peer.pairs.next();
    expect(session.protocol).toBe('v1');
  });
});
