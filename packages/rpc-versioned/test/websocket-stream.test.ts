import { once } from 'node:events';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dialDaemon, type DialOptions, type SocketStream } from '../src/transports.js';
import { isRpcError, type RpcError } from '../src/index.js';
import { type PlainSocket, startPlainPlatform } from './support/platform.js';

interface Pair {
  stream: SocketStream;
  peer: PlainSocket;
  clock: ReturnType<typeof createFakeClock>;
  /** Chunks that came out of the stream. */
  received: string[];
  /** Settles when the receiver is told of the end. */
  end: Promise<Error | undefined>;
  /** Resolves when this text has come out of the stream. */
  heard(text: string): Promise<void>;
}

/** A stream of ours with a peer on plain `ws`. */
async function connect(options: Partial<DialOptions> = {}): Promise<Pair> {
  const platform = await startPlainPlatform();
  const clock = createFakeClock();
  const stream = await dialDaemon({ url: platform.url, allowInsecureHttp: true, clock, ...options });
  onTestFinished(() => stream.close());
  const peer = await platform.next();
  const received: string[] = [];
  const waiting = new Set<() => void>();
  const decoder = new TextDecoder();
  const end = new Promise<Error | undefined>((resolve) => {
    stream.open({
      data(chunk) {
        received.push(decoder.decode(chunk));
        for (const check of waiting) check();
      },
      end: resolve,
    });
  });
  const heard = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!received.join('').includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { stream, peer, clock, received, end, heard };
}

async function rpcErrorOf(end: Promise<Error | undefined>): Promise<RpcError> {
  const error = await end;
  if (isRpcError(error)) return error;
  throw new Error(`an RpcError was expected, not ${String(error)}`);
}

const readWaitMs = 30_000;
const pingPeriodMs = 40_000 / 3;

describe('messages', () => {
  it('conformance 12: are binary, one for each write, and end as they were given', async () => {
    const { stream, peer } = await connect();
    stream.send('{"id":0}\n');
    stream.send('{"id":1,"result":"ä"}\n');
    expect(await peer.message(1)).toBe('{"id":1,"result":"ä"}\n');
    expect(peer.messages).toEqual([
      { text: '{"id":0}\n', isBinary: true },
      { text: '{"id":1,"result":"ä"}\n', isBinary: true },
    ]);
  });

  it('conformance 16: drop text messages, alone and between the halves of a value', async () => {
    const { peer, received, heard } = await connect();
    peer.socket.send('{"text":1}');
    peer.socket.send(Buffer.from('{"half":'));
    peer.socket.send('between');
    peer.socket.send(Buffer.from(''));
    peer.socket.send(Buffer.from('2}'));
    await heard('2}');
    expect(received).toEqual(['{"half":', '2}']);
  });

  it('put the pieces of a fragmented message together', async () => {
    const { peer, received, heard } = await connect();
    peer.socket.send(Buffer.from('{"a'), { fin: false });
    peer.socket.send(Buffer.from('":1}'), { fin: true });
    await heard('}');
    expect(received.join('')).toBe('{"a":1}');
  });

  it('of megabytes leave in pieces, in order with those before and after, and each is reported once', async () => {
    const { stream, peer } = await connect();
    const large = `"${'é0123456789'.repeat(300_000)}"\n`;
    const done: string[] = [];
    stream.send('"before"\n', () => done.push('before'));
    stream.send(large, () => done.push('large'));
    stream.send('"after"\n', () => done.push('after'));
    expect(await peer.message(2)).toBe('"after"\n');
    expect(peer.messages.map(({ text }) => text === large || text)).toEqual(['"before"\n', true, '"after"\n']);
    expect(done).toEqual(['before', 'large', 'after']);
  });

  it('wait while the stream is paused', async () => {
    const { stream, peer, received, heard } = await connect();
    stream.pause();
    const flushed = new Promise((resolve) => peer.socket.send(Buffer.from('"late"'), resolve));
    await flushed;
    const pong = once(peer.socket, 'pong');
    stream.resume();
    peer.socket.ping();
    await pong;
    await heard('"late"');
    expect(received).toEqual(['"late"']);
  });

  it('fail once the stream has ended', async () => {
    const { stream } = await connect();
    stream.close();
    const error = await new Promise<Error | undefined>((resolve) => stream.send('"x"\n', resolve));
    expect(error?.message).toBe('the websocket has ended');
  });
});

describe('keep-alive', () => {
  it('conformance 21: pings every 13.333 s, empty', async () => {
    const { peer, clock } = await connect();
    for (let round = 0; round < 3; round++) {
      const pinged = once(peer.socket, 'ping');
      let isEarly = true;
      void pinged.then(() => expect(isEarly).toBe(false));
      await clock.advance(pingPeriodMs - 1);
      await roundTrip(peer);
      isEarly = false;
      await clock.advance(1);
      expect(await pinged).toEqual([Buffer.from('')]);
      await roundTrip(peer);
    }
  });

  it('conformance 22: ends at 30 s with 1000 ok when the peer neither pongs nor sends', async () => {
    const { stream, peer, clock, end } = await connect();
    peer.socket.pause();
    for (let passedMs = 0; passedMs < readWaitMs - 1; passedMs += 9_999.5) {
      await clock.advance(Math.min(9_999.5, readWaitMs - 1 - passedMs));
      await settleWrites(peer);
    }
    let hasEnded = false;
    void end.then(() => (hasEnded = true));
    await clock.advance(0);
    expect(hasEnded).toBe(false);
    await clock.advance(1);
    expect(await rpcErrorOf(end)).toMatchObject({ code: 'read_timeout', isFatal: true });
    peer.socket.resume();
    expect(await peer.closed).toEqual({ code: 1000, reason: 'ok' });
    expect(await stream.ended).toBe(await end);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['ping', (peer: PlainSocket) => peer.socket.ping()],
    ['send text', (peer: PlainSocket) => peer.socket.send('still here')],
  ])('conformance 23: ends at 30 s when all the peer does is to %s', async (_name, act) => {
    const { peer, clock, end } = await connect({ pingPeriodMs: 100_000 });
    for (let second = 0; second < 29; second += 5) {
      await clock.advance(second === 0 ? 0 : 5000);
      act(peer);
      await roundTrip(peer);
    }
    await clock.advance(5000);
    expect((await rpcErrorOf(end)).code).toBe('read_timeout');
  });

  it('conformance 23: stays open for a peer that never pongs but sends data every 20 s', async () => {
    const { stream, peer, clock, heard } = await connect({ pingPeriodMs: 100_000 });
    for (let round = 0; round < 4; round++) {
      await clock.advance(20_000);
      peer.socket.send(Buffer.from(`"${round}"`));
      await heard(`"${round}"`);
    }
    stream.send('"still"\n');
    expect(await peer.message(0)).toBe('"still"\n');
  });

  it('stays open while a message comes in that takes longer than the wait, and ends when it stops coming', async () => {
    const { peer, clock, end, received } = await connect({ pingPeriodMs: 1_000_000 });
    const part = Buffer.alloc(64 * 1024, 'x');
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => peer.socket.send(part, { fin: false }, resolve));
      await roundTrip(peer);
      await clock.advance(20_000);
    }
    expect(received).toEqual([]);
    await clock.advance(60_000);
    expect((await rpcErrorOf(end)).code).toBe('read_timeout');
  });

  it('does not take its own pause for the silence of the peer', async () => {
    const { stream, peer, clock, heard } = await connect({ pingPeriodMs: 1_000_000 });
    stream.pause();
    await clock.advance(100_000);
    stream.resume();
    peer.socket.send(Buffer.from('"x"'));
    await heard('"x"');
  });

  it('conformance 24: answers a ping with a pong of the same payload', async () => {
    const { peer } = await connect();
    const pong = once(peer.socket, 'pong');
    peer.socket.ping('hello');
    expect(String((await pong)[0])).toBe('hello');
  });
});

describe('the end', () => {
  it('conformance 25: of our own is 1000 ok, and does not wait for the peer', async () => {
    const { stream, peer, clock, end } = await connect();
    const tcpEnd = once(peer.tcp, 'end');
    stream.send('"last"\n');
    stream.close();
    stream.close();
    expect(await end).toBeUndefined();
    expect(await peer.message(0)).toBe('"last"\n');
    await tcpEnd;
    expect(await peer.closed).toEqual({ code: 1000, reason: 'ok' });
    await stream.ended;
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([1000, 1001])('conformance 26: is clean when the peer closes with %i', async (code) => {
    const { peer, end } = await connect();
    peer.socket.close(code, 'bye');
    expect(await end).toBeUndefined();
    expect(await peer.closed).toEqual({ code, reason: '' });
  });

  it('conformance 26: is clean when the peer closes without a code, and when it goes without a close', async () => {
    const polite = await connect();
    polite.peer.socket.close();
    expect(await polite.end).toBeUndefined();
    expect(await polite.peer.closed).toEqual({ code: 1005, reason: '' });
    const abrupt = await connect();
    abrupt.peer.tcp.destroy();
    expect(await abrupt.end).toBeUndefined();
    const reset = await connect();
    reset.peer.tcp.resetAndDestroy();
    expect(await reset.end).toBeUndefined();
  });

  it.each([
    [1002, 'websocket: close 1002 (protocol error): why'],
    [1008, 'websocket: close 1008 (policy violation): why'],
    [1011, 'websocket: close 1011 (internal server error): why'],
    [4000, 'websocket: close 4000: why'],
  ])('conformance 26: says so when the peer closes with %i', async (code, message) => {
    const { peer, end } = await connect();
    peer.socket.close(code, 'why');
    expect(await rpcErrorOf(end)).toMatchObject({ message, code: 'websocket_closed', isFatal: true });
    expect(await peer.closed).toEqual({ code, reason: '' });
  });

  it('conformance 27: comes when the peer takes nothing for 10 s', async () => {
    const { stream, peer, clock, end } = await connect();
    peer.tcp.pause();
    const results: (Error | undefined)[] = [];
    // More than the buffers of both kernels hold.
    for (let sent = 0; sent < 64; sent++) stream.send('x'.repeat(1024 * 1024), (error) => results.push(error));
    await clock.advance(9_000);
    await settleWrites(peer);
    await clock.advance(10_000);
    expect(await rpcErrorOf(end)).toMatchObject({ code: 'write_timeout', isFatal: true });
    peer.tcp.resume();
    expect((await peer.closed).code).toBe(1006);
    expect(clock.pendingTimers).toBe(0);
    expect(results.at(-1)).toBeInstanceOf(Error);
    expect(results).toHaveLength(64);
  });

  it('conformance 28: says so when a message is larger than allowed', async () => {
    const { peer, end } = await connect({ maxMessageBytes: 1000 });
    peer.socket.send(Buffer.alloc(1001));
    expect(await rpcErrorOf(end)).toMatchObject({ code: 'message_too_large', hint: 'raise maxMessageBytes' });
    expect((await peer.closed).code).toBe(1009);
  });

  it('says so when the peer breaks the protocol', async () => {
    const { peer, end } = await connect();
    peer.tcp.write(Buffer.from([0xf2, 0x00]));
    expect((await rpcErrorOf(end)).code).toBe('websocket_protocol');
    expect((await peer.closed).code).toBe(1002);
  });
});

/** Lets what was sent either way arrive. */
async function roundTrip(peer: PlainSocket): Promise<void> {
  const pong = once(peer.socket, 'pong');
  peer.socket.ping('round trip');
  await pong;
}

/** Lets the writes that the kernel takes be reported, without anything that the stream would take for a sign of life. */
async function settleWrites(peer: PlainSocket): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => peer.socket.send('text', resolve));
}
