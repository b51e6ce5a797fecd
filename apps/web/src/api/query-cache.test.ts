import { createFakeClock } from '@moorline/core/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, createConnection } from './connection.js';
import { type Query, QueryCache } from './query-cache.js';

class Outage extends Error {}

/** A question whose answers the test gives, one after the other. */
class Server {
  readonly asked: { signal: AbortSignal; answer: (value: string) => void; fail: (error: unknown) => void }[] = [];
  readonly load = (signal: AbortSignal): Promise<string> =>
    new Promise((answer, fail) => {
      this.asked.push({ signal, answer, fail });
    });
  get last() {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }
}

let clock: ReturnType<typeof createFakeClock>;
let connection: Connection;
let cache: QueryCache;
let server: Server;
let query: Query<string>;
const onFailure = vi.fn();
/** Lets promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  onFailure.mockClear();
  clock = createFakeClock();
  connection = createConnection(clock);
  const isOutage = (error: unknown) => error instanceof Outage;
  cache = new QueryCache({ clock, connection, isOutage, onFailure });
  server = new Server();
  query = cache.query('jobs');
});

describe('an answer of the server', () => {
  it('is read once for all who show it, and says that the server is there', async () => {
    query.use(server.load);
    cache.query<string>('jobs').use(server.load);
    expect(query.state.value).toMatchObject({ data: undefined, isFetching: true });
    server.last.answer('a');
    await settle();
    expect(server.asked).toHaveLength(1);
    expect(query.state.value).toEqual({ data: 'a', error: undefined, isFetching: false, updatedAt: clock.now() });
    expect(connection.state.value).toBe('online');
  });

  it('is given up when nobody shows it any more, and says nothing when it comes after all', async () => {
    const release = query.use(server.load);
    const other = query.use(server.load);
    release();
    release();
    expect(server.last.signal.aborted).toBe(false);
    other();
    expect(server.last.signal.aborted).toBe(true);
    server.last.answer('late');
    await settle();
    expect(query.state.value).toMatchObject({ data: undefined, isFetching: false });
  });

  it('is there at once on the way back, and read again', async () => {
    const release = query.use(server.load);
    server.last.answer('a');
    await settle();
    release();
    const again = cache.query<string>('jobs');
    again.use(server.load);
    expect(again.state.value).toMatchObject({ data: 'a', isFetching: true });
  });

  it('is read again after events, a second after the last time at the soonest', async () => {
    query.use(server.load);
    server.last.answer('a');
    await settle();
    for (let event = 0; event < 5; event++) query.refetch();
    expect(server.asked).toHaveLength(1);
    await clock.advance(999);
    expect(server.asked).toHaveLength(1);
    await clock.advance(1);
    expect(server.asked).toHaveLength(2);
    query.refetch();
    server.last.answer('b');
    await settle();
    await clock.advance(1000);
    expect(server.asked).toHaveLength(3);
  });

  it('can be changed by what an event tells', async () => {
    query.update((data) => `${data}!`);
    query.use(server.load);
    server.last.answer('a');
    await settle();
    query.update((data) => `${data}!`);
    expect(query.state.value.data).toBe('a!');
  });
});

describe('an outage', () => {
  beforeEach(async () => {
    query.use(server.load);
    server.last.answer('a');
    await settle();
    await clock.advance(5000);
    query.refetch();
    server.last.fail(new Outage());
    await settle();
  });

  it('leaves in sight what was read before, and tells since when', () => {
    expect(query.state.value).toMatchObject({ data: 'a', isFetching: false, updatedAt: clock.now() - 5000 });
    expect(query.state.value.error).toBeInstanceOf(Outage);
    expect(connection.state.value).toBe('offline');
    expect(connection.offlineSince.value).toBe(clock.now());
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('ends by a try after a pause', async () => {
    await clock.advance(500);
    expect(server.asked).toHaveLength(3);
    server.last.answer('b');
    await settle();
    expect(query.state.value).toMatchObject({ data: 'b', error: undefined });
    expect(connection.offlineSince.value).toBeUndefined();
  });

  it('lasts longer from try to try', async () => {
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      let pause = 0;
      for (const asked = server.asked.length; server.asked.length === asked; pause += 50) await clock.advance(50);
      pauses.push(pause);
      server.last.fail(new Outage());
      await settle();
    }
    const [first = 0, , , last = 0] = pauses;
    expect(first).toBeLessThanOrEqual(500);
    expect(last).toBeGreaterThanOrEqual(2000);
  });

  it('ends at once when another answer, or the live channel, shows that the server is back', () => {
    connection.answered();
    expect(server.asked).toHaveLength(3);
  });

  it('is tried no more when nobody shows the answer', async () => {
    const other = cache.query<string>('other');
    const release = other.use(server.load);
    server.last.fail(new Outage());
    await settle();
    release();
    const before = server.asked.length;
    connection.answered();
    expect(server.asked.length).toBe(before + 1);
  });
});

describe('any other failure', () => {
  it('is told, and not tried again by itself', async () => {
    query.use(server.load);
    const failure = new Error('forbidden');
    server.last.fail(failure);
    await settle();
    await clock.advance(60_000);
    expect(server.asked).toHaveLength(1);
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(failure);
    expect(query.state.value).toMatchObject({ data: undefined, error: failure, isFetching: false });
    expect(connection.state.value).toBe('online');
  });
});

describe('the answers together', () => {
  it('are read again where they are shown, and forgotten where not', async () => {
    const release = query.use(server.load);
    server.last.answer('a');
    await settle();
    release();
    cache.refetch();
    expect(server.asked).toHaveLength(1);
    expect(cache.query('jobs').state.value).toMatchObject({ data: undefined });
  });

  it('are forgotten, the oldest first, where many are not shown', async () => {
    query.use(server.load)();
    query.update(() => 'x');
    for (let index = 0; index < 60; index++) cache.query(`q${index}`);
    expect(cache.query('jobs')).not.toBe(query);
    expect(cache.query('q59')).toBe(cache.query('q59'));
  });
});
