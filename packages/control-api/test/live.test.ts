import { createFakeClock } from '@moorline/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createControlClient,
  type LiveEvent,
  type LiveOptions,
  type LiveState,
  type LiveSubscription,
} from '../src/index.js';
import { createMemoryServer, type MemoryServer } from '../src/testing.js';
import { listen, type Listening } from './support/listen.js';

const opened: { close?(): void; kill?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await (one.kill?.() ?? one.close?.());
});

async function serve(
  memory: MemoryServer = createMemoryServer(),
  port?: number,
): Promise<{ memory: MemoryServer; served: Listening }> {
  const served = await listen(memory.handle, port);
  opened.push(served, memory);
  return { memory, served };
}

/** A subscription, and a way to wait for what becomes of it. */
function follow(baseUrl: string, options: LiveOptions = {}, user = 'admin') {
  const states: LiveState[] = [];
  const waiting: { state: LiveState['state']; resolve: () => void }[] = [];
  const onState = (state: LiveState): void => {
    states.push(state);
    for (const one of waiting.splice(0)) {
      if (one.state === state.state) one.resolve();
      else waiting.push(one);
    }
  };
  const client = createControlClient({ baseUrl, session: user });
  const subscription = client.subscribeLive({ minDelayMs: 1, maxDelayMs: 5, onState, ...options });
  opened.push(subscription);
  const events = subscription[Symbol.asyncIterator]();
  return {
    states,
    subscription,
    /** The next time that it comes to this. */
    until: (state: LiveState['state']) => new Promise<void>((resolve) => void waiting.push({ state, resolve })),
    async next(): Promise<LiveEvent | undefined> {
      const { done, value } = await events.next();
      return done === true ? undefined : value;
    },
  };
}

const cluster = (name: string) => ({ event: 'cluster', data: { name } }) as const;

describe('the live channel', () => {
  it('tells what happens, as far as one may see it', async () => {
    const { memory, served } = await serve();
    const [admin, alice] = [follow(served.baseUrl), follow(served.baseUrl, {}, 'alice')];
    const [open, openToo] = [admin.until('open'), alice.until('open')];
    const [first, own] = [admin.next(), alice.next()];
    await Promise.all([open, openToo]);
    const ofBob = memory.backend.startJob({ user: 'bob', project: 'x' });
    const ofAlice = memory.backend.startJob({ user: 'alice', project: 'x' });
    expect(await first).toMatchObject({
      event: 'job',
      data: { change: 'started', job: { id: ofBob.id, jobState: 'running' } },
    });
    expect(await own).toMatchObject({ event: 'job', data: { change: 'started', job: { id: ofAlice.id } } });
    memory.backend.deleteJob(ofAlice.id ?? 0);
    expect(await alice.next()).toEqual({ event: 'job', data: { change: 'deleted', id: ofAlice.id } });
    expect(alice.subscription.position).toMatch(/-3$/);
  });

  it('goes on behind the last event when the connection is cut: nothing is lost, nothing comes twice', async () => {
    const { memory, served } = await serve();
    const one = follow(served.baseUrl);
    const open = one.until('open');
    const first = one.next();
    await open;
    memory.live.publish(cluster('1'));
    expect(await first).toEqual(cluster('1'));
    const lost = one.until('waiting');
    const second = one.next();
    await served.kill();
    memory.live.publish(cluster('2'));
    memory.live.publish(cluster('3'));
    await lost;
    await serve(memory, served.port);
    expect([await second, await one.next()]).toEqual([cluster('2'), cluster('3')]);
    expect(one.states.map(({ state }) => state)).toEqual(expect.arrayContaining(['connecting', 'open', 'waiting']));
  });

  it('says reset when another server has taken the place of one that was killed', async () => {
    const { memory, served } = await serve();
    const one = follow(served.baseUrl);
    const open = one.until('open');
    const first = one.next();
    await open;
    memory.live.publish(cluster('1'));
    await first;
    const next = one.next();
    await served.kill();
    const other = await serve(createMemoryServer(), served.port);
    expect(await next).toEqual({ event: 'reset', data: {} });
    const after = one.next();
    other.memory.live.publish(cluster('2'));
    expect(await after).toEqual(cluster('2'));
  });

  it('goes on where another subscription has been, and is told what it asked for only', async () => {
    const { memory, served } = await serve();
    const before = follow(served.baseUrl);
    const open = before.until('open');
    const first = before.next();
    await open;
    memory.live.publish(cluster('1'));
    await first;
    before.subscription.close();
    memory.live.publish({ event: 'machine', data: { id: 'm', change: 'connected' } });
    memory.live.publish({ event: 'samples', data: { cluster: 'alex', hosts: [], time: 1 } });
    memory.live.publish({ event: 'samples', data: { cluster: 'fritz', hosts: [], time: 2 } });
    const after = before.subscription.position;
    const one = follow(served.baseUrl, { after, topics: ['samples'], cluster: 'fritz' });
    expect(await one.next()).toEqual({ event: 'samples', data: { cluster: 'fritz', hosts: [], time: 2 } });
  });

  it.each(['close', 'signal', 'break'])('leaves no connection behind after %s', async (way) => {
    const { memory, served } = await serve();
    const stop = new AbortController();
    const one = follow(served.baseUrl, { signal: stop.signal });
    const gone = whenNobodyListens(memory);
    const open = one.until('open');
    const next = one.next().catch((error: unknown) => error);
    await open;
    if (way === 'close') one.subscription.close();
    if (way === 'signal') stop.abort('enough');
    if (way === 'break') {
      memory.live.publish(cluster('1'));
      await next;
      await one.subscription[Symbol.asyncIterator]().return?.();
    }
    expect(await next).toEqual(way === 'close' ? undefined : way === 'signal' ? 'enough' : cluster('1'));
    expect(one.subscription.state.state).toBe('closed');
    await gone();
    expect(await one.next().catch(() => 'thrown')).toBeUndefined();
  });

  it('ends with the refusal of a server that knows nobody of that name', async () => {
    const { served } = await serve();
    const one = follow(served.baseUrl, {}, 'stranger');
    await expect(one.next()).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
    expect(one.subscription.state).toMatchObject({ state: 'closed', error: { code: 'unauthorized' } });
  });

  it('ends in an orderly way for everybody when the server closes it, and comes back', async () => {
    const { memory, served } = await serve();
    const one = follow(served.baseUrl);
    const open = one.until('open');
    void one.next().catch(() => undefined);
    await open;
    const lost = one.until('waiting');
    memory.live.close();
    await lost;
    expect(one.states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'network_error' } });
  });

  it('was never begun where it is closed before', async () => {
    const one = follow('http://127.0.0.1:1');
    one.subscription.close();
    expect(await one.next()).toBeUndefined();
    const aborted = follow('http://127.0.0.1:1', { signal: AbortSignal.abort('before') });
    await expect(aborted.next()).rejects.toBe('before');
  });
});

describe('a subscription', () => {
  const over = (answer: () => Response, clock = createFakeClock(), options: LiveOptions = {}) => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(String(input));
      return answer();
    };
    const states: LiveState[] = [];
    const client = createControlClient({ baseUrl: 'http://localhost', fetch, clock });
    const subscription = client.subscribeLive({ onState: (state) => void states.push(state), ...options });
    opened.push(subscription);
    return { asked, clock, states, subscription };
  };
  const stream = (text: string | ReadableStream) =>
    new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  const begin = (subscription: LiveSubscription) =>
    subscription[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);

  it('takes a connection for dead that has been silent for 45 s', async () => {
    const { asked, clock, states, subscription } = over(() => stream(new ReadableStream()));
    void begin(subscription);
    await clock.advance(44_999);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(states.at(-1)).toMatchObject({ state: 'waiting', error: { code: 'timeout' } });
    await clock.advance(200);
    expect(asked).toHaveLength(2);
  });

  it('waits longer from time to time, and as long as the server asks', async () => {
    const { clock, states, subscription } = over(() => new Response(null, { status: 503 }));
    void begin(subscription);
    await clock.advance(60_000);
    const delays = states.flatMap((state) => (state.state === 'waiting' ? [state.delayMs] : []));
    expect(delays.length).toBeGreaterThan(4);
    expect(delays.length).toBeLessThan(20);
    const patient = over(() => new Response(null, { status: 503, headers: { 'retry-after': '40' } }));
    void begin(patient.subscription);
    await patient.clock.advance(39_999);
    expect(patient.asked).toHaveLength(1);
  });

  it.each([
    ['something else than a stream', () => Response.json({})],
    ['a failure that will not pass', () => Response.json({ code: 'forbidden', message: 'no' }, { status: 403 })],
  ])('ends where it is answered with %s', async (_, answer) => {
    const { asked, subscription } = over(answer);
    expect(await begin(subscription)).toMatchObject({ name: 'ControlApiError', isRetryable: false });
    expect(asked).toHaveLength(1);
  });

  it('passes over events that it does not know, and such as are not what the document says', async () => {
    const text = [
      'event: weather\ndata: {}\nid: a-1\n\n',
      'event: job\ndata: {"change":"started"}\nid: a-2\n\n',
      'event: job\ndata: {\nid: a-3\n\n',
      'event: toString\ndata: {}\nid: a-4\n\n',
      ': a comment\n\n',
      'event: cluster\ndata: {"name":"c","more":1}\nid: a-5\n\n',
    ].join('');
    const { subscription } = over(() => stream(text));
    expect(await begin(subscription)).toEqual({
      done: false,
      value: { event: 'cluster', data: { name: 'c', more: 1 } },
    });
    expect(subscription.position).toBe('a-5');
  });

  it('reads an event however the stream is cut', async () => {
    const bytes = new TextEncoder().encode('event: cluster\r\ndata: {"name":"Köln 🎉"}\r\nid: a-1\r\n\r\n');
    const cut = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      },
    });
    const { subscription } = over(() => stream(cut));
    expect(await begin(subscription)).toEqual({ done: false, value: cluster('Köln 🎉') });
  });
});

/** Resolves once nobody listens any more; the feed has no event for that. */
function whenNobodyListens({ live }: MemoryServer): () => Promise<void> {
  return async () => expect.poll(() => live.subscribers, { interval: 2 }).toBe(0);
}
