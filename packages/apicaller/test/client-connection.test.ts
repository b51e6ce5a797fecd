import type { ApicallerError, Connection } from '@moorline/apicaller';
import { createFakeClock } from '@moorline/core/testing';
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { capturedError, captures } from './support/captures.js';
import { logIn } from './support/logged-in.js';
import { hasVectors, type VectorLine } from './support/vectors.js';

/** The answer of a call that is expected to fail. */
const failureOf = (call: Promise<unknown>): Promise<ApicallerError> =>
  call.then(
    () => {
      throw new Error('the call has succeeded');
    },
    (error: unknown) => error as ApicallerError,
  );

const twoCalls = (connection: Connection): Promise<ApicallerError>[] =>
  [1, 2].map(() => failureOf(connection.apiCall('T', 1, '', 'Do', { a: 'x' })));

/** Ends of a connection with two calls in flight: how the peer ends it, and which close codes it must see. */
const ends = captures('client-connection.ndjson').filter(([name]) => /^conn-(close-[1-9e]|tcp-|bad-frame)/.test(name));

/** Where the text is the websocket library's or the operating system's own. */
const beforeLibrary = (text: string): string =>
  text.replace(/(error receiving message: )(websocket: bad MASK|read tcp.*)$/, '$1');

describe.skipIf(!hasVectors)('#14 #15 a connection that the peer ends, as captured', () => {
  it.each(ends)('%s', async (name, lines) => {
    const { connection, peer, received } = await logIn(() => undefined, {}, { isPlain: name === 'conn-tcp-rst' });
    const calls = twoCalls(connection);
    while (received.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const stubClose = lines.find(({ from, frame }) => from === 'stub' && frame === 'close');
    if (name === 'conn-tcp-fin') peer.end();
    else if (name === 'conn-tcp-rst') peer.reset();
    else if (name === 'conn-bad-frame') peer.sendBytes(Buffer.from([0x81, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    else if (stubClose?.['code'] === 1005) peer.sendClose(undefined);
    else peer.sendClose(Number(stubClose?.['code']), String(stubClose?.['reason']));

    const [pending] = lines.flatMap(({ errors }) => (Array.isArray(errors) ? (errors as VectorLine['error'][]) : []));
    const wanted = capturedError({ error: pending })?.text ?? '';
    for (const call of calls) expect((await call).message.startsWith(beforeLibrary(wanted))).toBe(true);
    const closing = capturedError(lines.find(({ step }) => step === 'Close') ?? {});
    const reason = await connection.broken;
    if (closing === undefined) expect(reason).toBeUndefined();
    else expect(reason?.message.startsWith(beforeLibrary(closing.text))).toBe(true);
    await expect(connection.apiCall('T', 1, '', 'Do')).rejects.toMatchObject({ code: 'connection_shut_down' });
    expect(received).toHaveLength(2);
    if (closing === undefined) await connection.close();
    else await expect(connection.close()).rejects.toBe(reason);
    await connection.close(); // only the first one tells
    await peer.closed;
    const answered = lines.find(({ from, frame }) => from === 'juju' && frame === 'close');
    // Where TCP ends without a close frame, the original still sends one of its own; `ws` does not.
    if (name.startsWith('conn-close')) expect(peer.closeCodes).toEqual([answered?.['code']]);
    expect(connection.inFlight).toBe(0);
  });
});

describe('calls', () => {
  it('#12 get their own answers, whatever the order; ids count from 1, the login’s', async () => {
    const waiting: { 'request-id': number; params: { tag: string } }[] = [];
    const { connection, received } = await logIn((text, peer) => {
      waiting.push(JSON.parse(text) as (typeof waiting)[number]);
      if (waiting.length < 3) return;
      for (const { 'request-id': id, params } of waiting.reverse()) {
        peer.sendText(JSON.stringify({ 'request-id': id, response: params }));
      }
    });
    const answers = ['call-0', 'call-1', 'call-2'].map((tag) => connection.apiCall('T', 1, '', 'Do', { tag }));
    expect(await Promise.all(answers)).toEqual([{ tag: 'call-0' }, { tag: 'call-1' }, { tag: 'call-2' }]);
    expect(received.map((text) => (JSON.parse(text) as { 'request-id': number })['request-id'])).toEqual([2, 3, 4]);
  });

  it('#11 read `no such request …` without a code as not implemented', async () => {
    const { connection } = await logIn((_, peer) =>
      peer.sendText('{"request-id":2,"error":"no such request - method T.Do is not implemented"}'),
    );
    const error = await failureOf(connection.apiCall('T', 1, '', 'Do'));
    expect(error).toMatchObject({ code: 'not_implemented', jujuCode: 'not implemented' });
    expect(error.hint).toContain('bestFacadeVersion');
  });

  it('#18 that are aborted reject with the reason; the late answer is dropped, and the next call works', async () => {
    const { connection, peer, received } = await logIn((text, from) => {
      if (text.includes('"Late"')) return;
      from.sendText('{"request-id":2,"response":{"late":true}}');
      from.sendText('{"request-id":3,"response":{"ok":true}}');
    });
    const life = new AbortController();
    const late = failureOf(connection.apiCall('T', 1, '', 'Late', {}, { signal: life.signal }));
    while (received.length < 1) await new Promise((resolve) => setImmediate(resolve));
    life.abort('enough');
    expect(await late).toBe('enough');
    expect(await connection.apiCall('T', 1, '', 'Do')).toEqual({ ok: true });
    await expect(connection.apiCall('T', 1, '', 'Do', {}, { signal: life.signal })).rejects.toBe('enough');
    expect(peer.closeCodes).toEqual([]);
  });

  it('share one listener on a signal, and leave none', async () => {
    const { connection } = await logIn((text, peer) => {
      const { 'request-id': id } = JSON.parse(text) as { 'request-id': number };
      if (id === 21) for (let answer = 2; answer <= 21; answer++) peer.sendText(`{"request-id":${answer}}`);
    });
    const { signal } = new AbortController();
    const calls = Array.from({ length: 20 }, () =>
      connection.apiCall('T', 1, '', 'Do', {}, { signal, timeoutMs: 1000 }),
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(calls);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('that take too long reject with a timeout, and leave the connection', async () => {
    const clock = createFakeClock();
    const { connection, received, peer } = await logIn(() => undefined, { clock });
    const call = failureOf(connection.apiCall('T', 1, '', 'Do', {}, { timeoutMs: 500 }));
    while (received.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(500);
    expect(await call).toMatchObject({ code: 'timeout', message: 'T.Do took longer than 500 ms' });
    expect(peer.closeCodes).toEqual([]);
    expect(connection.inFlight).toBe(0);
  });

  it('that cannot be written are not sent', async () => {
    const { connection, received } = await logIn((_, peer) => peer.sendText('{"request-id":2,"response":{}}'));
    await expect(connection.apiCall('T', 1, '', 'Do', () => 1)).rejects.toMatchObject({ code: 'unencodable' });
    await connection.apiCall('T', 1, '', 'Do');
    expect(received).toHaveLength(1);
  });
});

describe('close', () => {
  it('#16 lets later calls fail at once, and sends nothing of them', async () => {
    const { connection, received } = await logIn();
    await connection.close();
    await expect(connection.apiCall('T', 1, '', 'Do')).rejects.toMatchObject({
      ...{ code: 'connection_shut_down', message: 'connection is shut down', isRetryable: true },
    });
    expect(await connection.isBroken()).toBe(true);
    expect(await connection.broken).toBeUndefined();
    expect(received).toEqual([]);
  });

  it('#17 sends one close frame, however often it is called, and settles the calls in flight', async () => {
    const { connection, peer, received } = await logIn();
    const call = failureOf(connection.apiCall('T', 1, '', 'Do'));
    while (received.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([connection.close(), connection.close()]);
    await connection[Symbol.asyncDispose]();
    expect(await call).toMatchObject({ code: 'connection_shut_down' });
    expect(peer.closeCodes).toEqual([1000]);
  });

  it('#17 gives up after ten seconds on a peer that does not answer', async () => {
    const clock = createFakeClock();
    const { connection, peer } = await logIn(() => undefined, { clock });
    peer.answersClose = false;
    let isClosed = false;
    const closing = connection.close().then(() => (isClosed = true));
    while (peer.closeCodes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(9999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    await closing;
    await peer.closed;
  });
});

describe('pings', () => {
  /** A connection in fake time, on whose stub pings are answered by `answer`. */
  async function pinged(answer: string | undefined, options = {}) {
    const clock = createFakeClock();
    const logged = await logIn(
      (text, peer) => {
        const { 'request-id': id } = JSON.parse(text) as { 'request-id': number };
        if (answer !== undefined) peer.sendText(`{"request-id":${id},${answer}}`);
      },
      { clock, ...options },
    );
    let reason: ApicallerError | undefined;
    void logged.connection.broken.then((error) => (reason = error));
    const settled = async (): Promise<void> => {
      const { connection } = logged;
      do await new Promise((resolve) => setImmediate(resolve));
      while (connection.inFlight > 0 && answer !== undefined);
      await new Promise((resolve) => setImmediate(resolve));
    };
    const pass = async (ms: number): Promise<void> => {
      await clock.advance(ms);
      await settled();
    };
    return { ...logged, pass, reason: () => reason, clock };
  }

  it('#19 leave a minute after the login, and each minute', async () => {
    const { received, pass, reason } = await pinged('"response":{}');
    await pass(59_000);
    expect(received).toEqual([]);
    await pass(1000);
    expect(received).toEqual(['{"request-id":2,"type":"Pinger","version":1,"request":"Ping","params":{}}\n']);
    await pass(60_000);
    expect(received).toHaveLength(2);
    expect(reason()).toBeUndefined();
  });

  it('#20 without an answer for 30 s break the connection', async () => {
    const { pass, reason, received, clock } = await pinged(undefined);
    await pass(60_000);
    while (received.length < 1) await new Promise((resolve) => setImmediate(resolve));
    await pass(29_000);
    expect(reason()).toBeUndefined();
    await pass(1000);
    expect(reason()).toMatchObject({ code: 'ping_failed', cause: { code: 'timeout' } });
    expect(clock.pendingTimers).toBe(0);
  });

  it.each([
    ['#20', '"error":"boom"', 'the controller does not answer pings: boom'],
    [
      '#21',
      '"error":"unknown version (1) of interface \\"Pinger\\"","error-code":"not implemented"',
      'not implemented',
    ],
  ])('%s with an error break the connection', async (_, answer, why) => {
    const { pass, reason, received, connection } = await pinged(answer);
    await pass(60_000);
    expect(reason()?.message).toContain(why);
    await pass(60_000);
    expect(received).toHaveLength(1);
    await connection.close();
  });

  it('are not sent where that is turned off', async () => {
    const { pass, received } = await pinged('"response":{}', { pingPeriodMs: 0 });
    await pass(600_000);
    expect(received).toEqual([]);
  });

  it('answer whether a connection is broken', async () => {
    const good = await pinged('"response":{}');
    expect(await good.connection.isBroken()).toBe(false);
    await good.connection.ping();
    const bad = await pinged('"error":"boom"');
    await expect(bad.connection.ping()).rejects.toMatchObject({ code: 'ping_failed' });
    expect(bad.reason()).toBeUndefined();
    expect(await bad.connection.isBroken()).toBe(true);
    expect(bad.reason()).toMatchObject({ code: 'ping_failed' });
  });
});
