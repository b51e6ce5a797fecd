import { isTimeoutError } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import {
  type ClientOptions,
  newClient,
  newClientV11,
  newClientV6,
  newClientV7,
  type RPCClient,
  type RpcError,
} from '../src/index.js';
import { type DaemonHandler, fluxError, newServer } from '../src/server.js';
import { createMemoryPair } from '../src/testing.js';
import { failureOf } from './support/outcome.js';
import { script } from './support/scripted-peer.js';

/** A client whose peer says nothing until it is told. */
function silent(options: ClientOptions = {}, version: 7 | 11 = 11) {
  const [service, daemon] = createMemoryPair();
  const { requests } = script(daemon, () => undefined);
  return { client: newClient(version, service, options), daemon, requests };
}

const pong = (id: number): string => `{"id":${id},"result":{},"error":null}\n`;

describe('what ends a call', () => {
  it('conformance 95: a signal that is aborted already: nothing is sent, no id is used', async () => {
    const { client, daemon, requests } = silent();
    const reason = new Error('never mind');
    expect(await failureOf(client.ping({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    const next = client.ping();
    daemon.send(pong(0));
    await next;
    expect(requests).toEqual(['{"method":"RPCServer.Ping","params":[{}],"id":0}\n']);
  });

  it('conformance 95: a signal in flight: rejected at once, its late answer dropped, the next call fine', async () => {
    const { client, daemon } = silent();
    const stop = new AbortController();
    const call = failureOf(client.syncStatus('a', { signal: stop.signal }));
    const reason = new Error('enough');
    stop.abort(reason);
    expect(await call).toBe(reason);
    expect(client.counters).toEqual({ inFlight: 0, abandoned: 1, ignoredAnswers: 0 });
    const next = client.ping();
    daemon.send(`{"id":0,"result":null,"error":null}\n${pong(1)}`);
    await next;
    expect(client.counters).toEqual({ inFlight: 0, abandoned: 0, ignoredAnswers: 1 });
  });

  it('leaves no listener on a signal that serves many calls, and no timer', async () => {
    const clock = createFakeClock();
    const { client, daemon } = silent({ clock });
    const signal = new AbortController().signal;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...given: unknown[]) => {
      listeners++;
      Reflect.apply(addEventListener, signal, given);
    };
    signal.removeEventListener = (...given: unknown[]) => {
      listeners--;
      Reflect.apply(removeEventListener, signal, given);
    };
    const calls = [client.ping({ signal, timeoutMs: 5 }), client.ping({ signal }), client.ping({ timeoutMs: 5 })];
    expect([listeners, clock.pendingTimers]).toEqual([1, 2]);
    daemon.send(pong(0) + pong(1) + pong(2));
    await Promise.all(calls);
    const last = failureOf(client.ping({ signal, timeoutMs: 5 }));
    client.close();
    await last;
    expect([listeners, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('conformance 96: a signal between the two calls of a polyfill: the second is not sent', async () => {
    const { client, daemon, requests } = silent({}, 7);
    const stop = new AbortController();
    const call = failureOf(client.listImagesWithOptions({ Spec: '<all>' }, { signal: stop.signal }));
    await Promise.resolve();
    const reason = new Error('enough');
    daemon.send('{"id":0,"result":{"Result":[],"ApplicationError":null},"error":null}\n');
    stop.abort(reason);
    expect(await call).toBe(reason);
    expect(requests).toHaveLength(1);
  });

  it('the calls of a polyfill share one deadline', async () => {
    const clock = createFakeClock();
    const { client, daemon, requests } = silent({ clock }, 7);
    const call = failureOf(client.listImagesWithOptions({ Spec: '<all>' }, { timeoutMs: 100 }));
    await clock.advance(60);
    daemon.send('{"id":0,"result":{"Result":[],"ApplicationError":null},"error":null}\n');
    await clock.advance(39);
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    expect(isTimeoutError(await call)).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('conformance 97: timeoutMs ends the call alone', async () => {
    const clock = createFakeClock();
    const { client, daemon } = silent({ clock });
    const call = failureOf(client.ping({ timeoutMs: 100 }));
    await clock.advance(100);
    expect(isTimeoutError(await call)).toBe(true);
    const next = client.ping({ timeoutMs: 100 });
    daemon.send(pong(0) + pong(1));
    await next;
    expect(await failureOf(client.ping({ timeoutMs: -1 }))).toMatchObject({ code: 'invalid_option' });
  });

  it('conformance 97: fatalTimeoutMs ends the connection', async () => {
    const clock = createFakeClock();
    const { client, daemon } = silent({ clock, fatalTimeoutMs: 1_000 });
    const answered = client.ping();
    await clock.advance(600);
    const late = [client.syncStatus('a'), client.ping()].map(failureOf);
    daemon.send(pong(0));
    await answered;
    await clock.advance(999);
    expect(client.counters.inFlight).toBe(2);
    await clock.advance(1);
    const [first, second] = await Promise.all(late);
    expect(first).toMatchObject({
      code: 'no_answer',
      isFatal: true,
      message: 'no answer to SyncStatus in 1000 ms',
    });
    expect([second, await client.ended]).toEqual([first, first]);
    expect(await failureOf(client.ping())).toMatchObject({ code: 'connection_shut_down', cause: first });
    expect(clock.pendingTimers).toBe(0);
  });
});

/** A daemon whose answers come of another client: what a platform's relay is. */
function relayTo(upstream: RPCClient): DaemonHandler {
  return {
    ping: ({ signal }) => upstream.ping({ signal }),
    version: ({ signal }) => upstream.version({ signal }),
    export: ({ signal }) => upstream.export({ signal }),
    listServices: (namespace, { signal }) => upstream.listServices(namespace, { signal }),
    listImages: (spec, { signal }) => upstream.listImages(spec, { signal }),
    listImagesWithOptions: (query, { signal }) => upstream.listImagesWithOptions(query, { signal }),
    updateManifests: (update, { signal }) => upstream.updateManifests(update, { signal }),
    notifyChange: (change, { signal }) => upstream.notifyChange(change, { signal }),
    jobStatus: (job, { signal }) => upstream.jobStatus(job, { signal }),
    syncStatus: (ref, { signal }) => upstream.syncStatus(ref, { signal }),
    gitRepoConfig: (regenerate, { signal }) => upstream.gitRepoConfig(regenerate, { signal }),
  };
}

function connect(
  handler: DaemonHandler,
  split?: (message: Uint8Array) => Uint8Array[],
): { client: RPCClient; served: Promise<void> } {
  const [service, daemon] = createMemoryPair(split === undefined ? {} : { split });
  return { client: newClientV11(service), served: newServer(handler).serveConn(daemon) };
}

describe('conformance 102: a relay', () => {
  const told = async (call: Promise<unknown>) => {
    const { message, application, partialResult } = (await failureOf(call)) as RpcError;
    return { message, application, partialResult };
  };

  it('carries every answer and every error as it is', async () => {
    const time = '2021-03-04T04:06:07.123456789Z';
    const upstream = connect({
      version: () => 'v',
      export: () => Uint8Array.of(0, 255),
      listServices: () => [{ ID: 'a:deployment/b', Containers: [], Labels: {}, Policies: null }],
      listImages: () => [
        { ID: 'a:deployment/b', Containers: [{ Name: 'c', Current: { ID: 'r/p:1', CreatedAt: time } }] },
      ],
      updateManifests: ({ type }) => type,
      notifyChange: () => {
        throw new Error('plain');
      },
      jobStatus: (job) => {
        throw fluxError({ type: 'missing', message: `unknown job "${job}"`, help: 'a\nb' });
      },
      syncStatus: (ref) => (ref === 'none' ? null : []),
    });
    const { client } = connect(relayTo(upstream.client));
    for (const call of [
      (on: RPCClient) => on.version(),
      (on: RPCClient) => on.export(),
      (on: RPCClient) => on.listServices(''),
      (on: RPCClient) => on.listImages('<all>'),
      (on: RPCClient) => on.updateManifests({ type: 'sync', cause: { Message: '', User: '' }, spec: {} }),
      (on: RPCClient) => on.syncStatus('none'),
      (on: RPCClient) => on.syncStatus('empty'),
    ]) {
      expect(await call(client)).toEqual(await call(upstream.client));
    }
    for (const call of [
      (on: RPCClient) => on.jobStatus('7'),
      (on: RPCClient) => on.notifyChange({ Kind: 'git', Source: { URL: '', Branch: '' } }),
      (on: RPCClient) => on.gitRepoConfig(false),
    ]) {
      expect(await told(call(client))).toEqual(await told(call(upstream.client)));
    }
  });

  it('tells the caller that the daemon behind it is gone, and lives', async () => {
    const upstream = connect({ version: () => 'v' });
    const { client } = connect(relayTo(upstream.client));
    upstream.client.close();
    await upstream.served;
    expect(await failureOf(client.version())).toMatchObject({ code: 'remote', message: 'connection is shut down' });
    expect(await failureOf(client.version())).toMatchObject({ code: 'remote' });
  });
});

describe('conformance 103: many calls, in any pieces', () => {
  it('each gets its own answer, and nothing is left behind', { timeout: 120_000 }, async () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    /** Cuts anywhere, inside of a character too. */
    const split = (message: Uint8Array): Uint8Array[] => {
      const pieces: Uint8Array[] = [];
      let at = 0;
      while (at < message.length) {
        const end = Math.min(message.length, at + 1 + random(40));
        pieces.push(message.subarray(at, end));
        at = end;
      }
      return pieces;
    };
    const handler: DaemonHandler = {
      syncStatus: (ref) => (random(2) === 0 ? [ref] : Promise.resolve([ref])),
      export: () => new Uint8Array(random(2000)),
    };
    const { client, served } = connect(handler, split);
    const sequential = soak(1_000, 10_000);
    for (let index = 0; index < sequential; index++) {
      expect((await client.syncStatus(`é${index}`))?.[0]).toBe(`é${index}`);
    }
    const many = Array.from({ length: 500 }, (_, index) => client.syncStatus(`ref ${index}`));
    const exported = Array.from({ length: 20 }, () => client.export());
    const stop = new AbortController();
    const abandoned = Array.from({ length: 50 }, () => failureOf(client.syncStatus('gone', { signal: stop.signal })));
    stop.abort(new Error('gone'));
    await Promise.all([...exported, ...abandoned]);
    expect((await Promise.all(many)).flat()).toEqual(many.map((_, index) => `ref ${index}`));
    await client.ping();
    expect(client.counters).toEqual({ inFlight: 0, abandoned: 0, ignoredAnswers: 50 });
    client.close();
    await served;
  });
});

it('a client of the wrong version is told so at once', async () => {
  const [service, daemon] = createMemoryPair();
  void newServer({ gitRepoConfig: () => ({}) }).serveConn(daemon);
  expect(await failureOf(newClientV6(service).gitRepoConfig(false))).toMatchObject({ code: 'invalid_result' });
  const [other, old] = createMemoryPair();
  script(old, (_request, id) => `{"id":${id},"result":{"Result":{},"Err":"","StatusString":"queued"},"error":null}`);
  expect(await failureOf(newClientV7(other).jobStatus('j'))).toMatchObject({ code: 'invalid_result', isFatal: true });
});
