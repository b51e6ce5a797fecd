import {
  type CallContext,
  facade,
  method,
  type Params,
  RequestError,
  type WatchedValue,
  watchedValue,
  watcherFacade,
} from '@moorline/apicaller/server';
import { connectInMemory } from '@moorline/apicaller/testing';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { passwords, RawClient, startController } from './support/controller.js';
import { modelTag } from './support/logged-in.js';

const admin = { tag: 'user-admin', password: passwords.admin, modelTag };

/** A promise and what settles it. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

it('tells of clients that have logged in, and when they have gone', async () => {
  const seen: string[] = [];
  const { controller } = await startController({
    onLogin(client) {
      seen.push(`${client.identity?.tag} came`);
      void client.ended.then(() => seen.push(`${client.identity?.tag} went`));
    },
  });
  const wrong = connectInMemory(controller, { ...admin, password: 'no' });
  await expect(wrong).rejects.toMatchObject({ code: expect.any(String) });
  const connection = await connectInMemory(controller, admin);
  expect(seen).toEqual(['user-admin came']);
  const [client] = controller.clients;
  await connection.close();
  await client?.ended;
  expect(seen).toEqual(['user-admin came', 'user-admin went']);
});

describe('a facade of one’s own', () => {
  it('is listed, called with what its parser gave, and knows who calls', async () => {
    const readNumber = (params: unknown): number => Number((params as { n: number }).n);
    const own = facade({
      name: 'Moorline',
      versions: [2, 1],
      methods: {
        Double: method({
          parse: readNumber,
          handle: (n, context) => {
            expectTypeOf(n).toEqualTypeOf<number>();
            return { n: 2 * n, by: context.identity.tag, version: context.version };
          },
        }),
        Plain: (params, context) => {
          expectTypeOf(params).toEqualTypeOf<Params>();
          expectTypeOf(context).toEqualTypeOf<CallContext>();
        },
      },
    });
    const { controller } = await startController({ facades: [own] });
    await using connection = await connectInMemory(controller, admin, { facadeVersions: { Moorline: [1, 2, 3] } });
    expect(connection.bestFacadeVersion('Moorline')).toBe(2);
    const answer = await connection.apiCall('Moorline', 2, '', 'Double', { n: 4 });
    expect(answer).toEqual({ n: 8, by: 'user-admin', version: 2 });
    expect(await connection.apiCall('Moorline', 1, '', 'Plain')).toEqual({});
    await expect(connection.apiCall('Moorline', 1, '', 'Plain', [])).rejects.toMatchObject({
      text: 'json: cannot unmarshal array into Go value of type struct {}',
      jujuCode: '',
    });
  });

  it('may not be of another version than a whole number, nor twice the same', async () => {
    expect(() => facade({ name: 'X', versions: [], methods: {} })).toThrow('at least one');
    expect(() => facade({ name: 'X', versions: [0], methods: {} })).toThrow('whole numbers');
    expect(() => facade({ name: '', versions: [1], methods: {} })).toThrow('name');
    const own = facade({ name: 'Agent', versions: [3], methods: {} });
    await expect(startController({ facades: [own] })).rejects.toThrow('facade Agent has two of version 3');
  });

  it('#5 answers what it throws: a failure with its code and info, of anything else the message, and logs the latter', async () => {
    const logger = createRecordingLogger();
    const thrown: Record<string, unknown> = {
      Known: new RequestError({ message: 'no such thing', code: 'not found', info: { thing: 'x' } }),
      Bug: new TypeError('x is not a function'),
      Text: 'just a text',
      Nothing: undefined,
    };
    const methods = Object.fromEntries(
      Object.entries(thrown).map(([name, error]) => [name, () => Promise.reject(error)]),
    );
    const { controller } = await startController({ logger, facades: [facade({ name: 'X', versions: [1], methods })] });
    await using connection = await connectInMemory(controller, admin);
    const call = (name: string) => connection.apiCall('X', 1, '', name);
    await expect(call('Known')).rejects.toMatchObject({
      text: 'no such thing',
      jujuCode: 'not found',
      info: { thing: 'x' },
    });
    await expect(call('Bug')).rejects.toMatchObject({ text: 'x is not a function', jujuCode: '' });
    await expect(call('Text')).rejects.toMatchObject({ text: 'just a text' });
    await expect(call('Nothing')).rejects.toMatchObject({ text: 'unspecified error' });
    expect(logger.records.filter(({ level }) => level === 'error')).toHaveLength(3);
  });

  it('is measured', async () => {
    const clock = createFakeClock();
    const measured: unknown[] = [];
    const counts = { open: 0, ended: 0 };
    const own = facade({
      name: 'X',
      versions: [1],
      methods: {
        Slow: () => clock.advance(250),
        Fail: () => Promise.reject(new RequestError({ message: 'no', code: 'forbidden' })),
      },
    });
    const { controller } = await startController({
      clock,
      facades: [own],
      metrics: {
        callAnswered: (call) => measured.push(call),
        connectionOpened: () => counts.open++,
        connectionEnded: () => counts.ended++,
      },
    });
    const connection = await connectInMemory(controller, admin);
    await connection.apiCall('X', 1, '', 'Slow');
    await connection.apiCall('X', 1, '', 'Fail').catch(() => undefined);
    await connection.close();
    const common = { facade: 'X', version: 1 };
    expect(measured.slice(1)).toEqual([
      { ...common, method: 'Slow', errorCode: undefined, durationMs: 250 },
      { ...common, method: 'Fail', errorCode: 'forbidden', durationMs: 0 },
    ]);
    await expect.poll(() => counts).toEqual({ open: 1, ended: 1 });
  });
});

describe('watching', () => {
  const start = async (limits: { maxWatchers?: number } = {}) => {
    const address: WatchedValue<string> = watchedValue('nats://a');
    const own = facade({
      name: 'Moorline',
      versions: [1],
      methods: {
        Watch: (_, { client }) => ({ 'watcher-id': client.watchers.add(address.watch((value) => ({ value }))) }),
      },
    });
    const { controller } = await startController({ ...limits, facades: [own, watcherFacade()] });
    const connection = await connectInMemory(controller, admin);
    const watch = async () => String(((await connection.apiCall('Moorline', 1, '', 'Watch')) as Params)['watcher-id']);
    const next = (id: string) => connection.apiCall('NotifyWatcher', 1, id, 'Next');
    const stop = (id: string) => connection.apiCall('NotifyWatcher', 1, id, 'Stop');
    return { address, connection, watch, next, stop };
  };

  it('blocks until a change, and takes several changes for one', async () => {
    const { address, connection, watch, next } = await start();
    const id = await watch();
    const first = next(id);
    await connection.ping();
    expect(connection.inFlight).toBe(1);
    address.set('nats://b');
    expect(await first).toEqual({ value: 'nats://b' });
    address.set('nats://c');
    address.set('nats://d');
    expect(await next(id)).toEqual({ value: 'nats://d' });
    const waiting = next(id);
    await connection.ping();
    expect(connection.inFlight).toBe(1);
    address.set('nats://e');
    expect(await waiting).toEqual({ value: 'nats://e' });
    await connection.close();
  });

  it('ends when it is stopped, and its id with it', async () => {
    const { address, connection, watch, next, stop } = await start();
    const id = await watch();
    const waiting = next(id).catch((error: unknown) => error);
    expect(await stop(id)).toEqual({});
    expect(await waiting).toMatchObject({ text: 'watcher has been stopped', jujuCode: 'stopped' });
    await expect(next(id)).rejects.toMatchObject({ text: 'unknown watcher id', jujuCode: 'not found' });
    await expect(stop('77')).rejects.toMatchObject({ text: 'unknown watcher id' });
    expect(address.watchers).toBe(0);
    await connection.close();
  });

  it('ends with the connection, whoever waits', async () => {
    const { address, connection, watch, next } = await start();
    const id = await watch();
    await watch();
    void next(id).catch(() => undefined);
    await connection.ping();
    expect(address.watchers).toBe(2);
    await connection.close();
    await expect.poll(() => address.watchers).toBe(0);
  });

  it('is limited for each connection', async () => {
    const { address, connection, watch } = await start({ maxWatchers: 2 });
    await watch();
    await watch();
    await expect(watch()).rejects.toMatchObject({ jujuCode: 'quota limit exceeded' });
    expect(address.watchers).toBe(2);
    await connection.close();
  });
});

describe('closing', () => {
  it('tells handlers, waits for their answers, and takes no new call meanwhile', async () => {
    const begun = gate();
    const finish = gate();
    const own = facade({
      name: 'X',
      versions: [1],
      methods: {
        Wait: async (_, { signal }) => {
          begun.open();
          await finish.promise;
          return { wasTold: signal.aborted };
        },
      },
    });
    const { controller, url } = await startController({ facades: [own] });
    const client = await RawClient.open(url);
    await client.logIn('user-admin', passwords.admin, '');
    client.send({ 'request-id': 2, type: 'X', version: 1, request: 'Wait' });
    await begun.promise;
    const closed = controller.close();
    expect(await client.call(3, 'Pinger', 1, 'Ping')).toEqual({
      'request-id': 3,
      error: 'connection is shut down',
      response: {},
    });
    finish.open();
    expect(JSON.parse(await client.next())).toEqual({ 'request-id': 2, response: { wasTold: true } });
    expect(await client.closed).toBe(1000);
    await closed;
    await expect(RawClient.open(url)).rejects.toThrow('503');
  });

  it('waits a minute at most', async () => {
    const clock = createFakeClock();
    const begun = gate();
    const stuck = facade({
      name: 'X',
      versions: [1],
      methods: {
        Wait: () => {
          begun.open();
          return new Promise(() => undefined);
        },
      },
    });
    const { controller, url } = await startController({ clock, facades: [stuck] });
    const client = await RawClient.open(url);
    await client.logIn('user-admin', passwords.admin, '');
    client.send({ 'request-id': 2, type: 'X', version: 1, request: 'Wait' });
    await begun.promise;
    const closed = controller.close();
    await clock.advance(59_999);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await clock.advance(1);
    expect(await client.closed).toBe(1000);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('tells handlers when the client goes, and sends it nothing', async () => {
    const begun = gate();
    const told = gate();
    const own = facade({
      name: 'X',
      versions: [1],
      methods: {
        Wait: (_, { signal }) => {
          begun.open();
          signal.addEventListener('abort', told.open);
          return told.promise;
        },
      },
    });
    const { controller } = await startController({ facades: [own] });
    const connection = await connectInMemory(controller, admin);
    const call = connection.apiCall('X', 1, '', 'Wait').catch((error: unknown) => error);
    await begun.promise;
    await connection.close();
    await told.promise;
    expect(await call).toMatchObject({ code: 'connection_shut_down' });
    await expect.poll(() => [...controller.clients].length).toBe(0);
  });
});
