import {
  type Agent,
  agentFilter,
  agentKey,
  type ApiCaller,
  apiCallerKey,
  apiCallerManifold,
  type ApiCallerManifoldConfig,
  apiConfigWatcherManifold,
  type ConfigChanged,
  type Connection,
  connectionKey,
  ErrBounce,
  ErrChangedPassword,
  ErrMissing,
  isErrBounce,
  isErrConnectImpossible,
  manifold,
  scaryConnect,
  type StartContext,
  stopWorker,
  valueWorker,
  type Worker,
} from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { fakeConnection, model, stage } from './support/strategy-stage.js';
import { quiet, testEngine } from './support/test-engine.js';

const noBounds = new AbortController();

/** What a start is given, outside an engine. */
function contextOf(agent: Agent | Error): StartContext {
  const get = (name: string): unknown => {
    if (agent instanceof Error) throw agent;
    return name === 'agent' ? agent : undefined;
  };
  return { name: 'api-caller', signal: noBounds.signal, get } as StartContext;
}

/** A manifold whose connecting comes to this. */
function caller(outcome: Connection | Error, more: Partial<ApiCallerManifoldConfig> = {}) {
  let connects = 0;
  const made = apiCallerManifold({
    agentName: 'agent',
    newConnection: async () => {
      connects++;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    ...more,
  });
  return { manifold: made, connects: () => connects };
}

const start = async (outcome: Connection | Error): Promise<Worker> =>
  await caller(outcome).manifold.start(contextOf(stage().agent));

describe('the manifold of a connection', () => {
  it('#77 needs the agent, and the watcher where there is one', () => {
    expect(caller(new Error()).manifold.inputs).toEqual(['agent']);
    const watched = caller(new Error(), { apiConfigWatcherName: 'api-config-watcher' });
    expect(watched.manifold.inputs).toEqual(['agent', 'api-config-watcher']);
  });

  it('#78 lets it through that the agent is missing, and opens nothing', async () => {
    const { manifold: made, connects } = caller(new Error('not reached'));
    const { engine } = testEngine();
    engine.install('api-caller', made);
    await engine.settled();
    expect(engine.report().manifolds['api-caller']).toMatchObject({
      error: '"agent" not running: dependency not available',
    });
    expect(connects()).toBe(0);
    const missing = await Promise.resolve(made.start(contextOf(ErrMissing))).catch((error: unknown) => error);
    expect(missing).toBe(ErrMissing);
    await engine.stop();
  });

  it('#79 says of which model and for whom the connection failed', async () => {
    await expect(start(new Error('no api for you'))).rejects.toMatchObject({
      code: 'api_not_opened',
      message: '[9f5b1c] "machine-0" cannot open api: no api for you',
      isRetryable: true,
    });
  });

  it('#80 makes a bounce of a replaced password, wrapped or not', async () => {
    const wrapped = new Error('wrapped', { cause: ErrChangedPassword });
    for (const error of [ErrChangedPassword, wrapped]) await expect(start(error)).rejects.toBe(ErrBounce);
  });

  it('ends with the reason of its signal where it is called off', async () => {
    const life = new AbortController();
    const { manifold: made } = caller(new Error('not seen'), {
      newConnection: (_, __, { signal } = {}) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('closed')))),
    });
    const starting = Promise.resolve(made.start({ ...contextOf(stage().agent), signal: life.signal }));
    life.abort('enough');
    await expect(starting).rejects.toBe('enough');
  });

  it('#85 offers one object under both keys', async () => {
    const connection = fakeConnection(async () => ({}), model);
    const { manifold: made } = caller(connection);
    const worker = await made.start(contextOf(stage().agent));
    const narrow: ApiCaller | undefined = made.output?.(worker, apiCallerKey);
    expect(narrow).toBe(connection);
    expect(made.output?.(worker, connectionKey)).toBe(connection);
    expect(() => made.output?.(worker, agentKey)).toThrow('out should be "APICaller" or "Connection"; got "Agent"');
    expect(() => made.output?.(valueWorker(1), apiCallerKey)).toThrow(
      'in should be a worker that this manifold started',
    );
    await stopWorker(worker);
  });

  it('reports where it is connected to', async () => {
    const worker = await start(fakeConnection(async () => ({}), model));
    expect(worker.report?.()).toMatchObject({ addr: 'wss://10.0.0.7:17070', model, version: '3.6.11' });
    await stopWorker(worker);
  });
});

describe('the worker of a connection', () => {
  const badPlumbing = new Error('bad plumbing');
  const cases = [
    { id: '#81 killed', how: 'kill', closeError: undefined, ends: undefined },
    { id: '#82 killed, and closing fails', how: 'kill', closeError: badPlumbing, ends: 'bad plumbing' },
    { id: '#83 broken', how: 'break', closeError: undefined, ends: 'api connection broken unexpectedly' },
    { id: '#84 broken, and closing fails', how: 'break', closeError: badPlumbing, ends: 'bad plumbing' },
  ] as const;

  it.each(cases)('$id: closes the connection once', async ({ how, closeError, ends }) => {
    const connection = fakeConnection(async () => ({}), model);
    let closes = 0;
    connection.close = async () => {
      closes++;
      if (closeError !== undefined) throw closeError;
    };
    const worker = await start(connection);
    if (how === 'kill') worker.kill();
    else connection.breakWith();
    if (ends === undefined) await worker.wait();
    else await expect(worker.wait()).rejects.toThrow(ends);
    worker.kill();
    expect(closes).toBe(1);
  });
});

describe('the filter of an agent', () => {
  const filter = agentFilter((cause) => new Error('terminated', { cause }));
  it('ends the agent where connecting is impossible, bounces where a password was replaced', async () => {
    const scene = stage({ life: 'dead' });
    const error = await scaryConnect(scene.agent, scene.open).catch((caught: unknown) => caught);
    expect(isErrConnectImpossible(error)).toBe(true);
    expect(filter(new Error('ctx', { cause: error }))).toMatchObject({ message: 'terminated' });
    expect(isErrBounce(filter(ErrChangedPassword))).toBe(true);
    const other = new Error('other');
    expect([filter(other), filter(undefined)]).toEqual([other, undefined]);
  });
});

/** An agent whose addresses one can set, and the value that tells of it. */
function watchedAgent(...addresses: string[]) {
  const { agent } = stage();
  let apiAddresses = addresses;
  const listeners = new Set<{ onChange: () => void; onClosed?: (() => void) | undefined }>();
  const changed: ConfigChanged = {
    onChange(onChange, onClosed) {
      const listener = { onChange, onClosed };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    agent: { ...agent, currentConfig: () => ({ ...agent.currentConfig(), apiAddresses }) } satisfies Agent,
    changed,
    set: (...next: string[]) => void (apiAddresses = next),
    fire: () => listeners.forEach(({ onChange }) => onChange()),
    close: () => listeners.forEach(({ onClosed }) => onClosed?.()),
    listeners,
  };
}

describe('#86 the watcher of the addresses', () => {
  const [one, two, three] = ['10.0.0.7:17070', '10.0.0.8:17070', '10.0.0.9:17070'];

  async function watch(watched: ReturnType<typeof watchedAgent>) {
    const made = apiConfigWatcherManifold({ agentName: 'agent', agentConfigChanged: watched.changed });
    expect(made.inputs).toEqual(['agent']);
    const worker = await made.start(contextOf(watched.agent));
    let ended: unknown = 'runs';
    worker.wait().then(
      () => (ended = 'ended'),
      (error: unknown) => (ended = error),
    );
    const state = async (): Promise<unknown> => {
      await quiet();
      return ended;
    };
    return { worker, state };
  }

  it('takes neither a change of something else nor of the order for one', async () => {
    const watched = watchedAgent(one, two);
    const { worker, state } = await watch(watched);
    watched.fire();
    expect(await state()).toBe('runs');
    watched.set(two, one);
    watched.fire();
    expect(await state()).toBe('runs');
    watched.set(one, two, three); // nobody has told of it yet
    expect(await state()).toBe('runs');
    await stopWorker(worker);
    expect(watched.listeners.size).toBe(0);
  });

  it('bounces when an address has come', async () => {
    const watched = watchedAgent(one, two);
    const { state } = await watch(watched);
    watched.set(one, two, three);
    watched.fire();
    expect(await state()).toBe(ErrBounce);
    expect(watched.listeners.size).toBe(0);
  });

  it('bounces when an address has come between its start and its first look', async () => {
    const watched = watchedAgent(one);
    const { onChange } = watched.changed;
    watched.changed.onChange = (...listeners) => {
      watched.set(one, two);
      return onChange.apply(watched.changed, listeners);
    };
    const { state } = await watch(watched);
    expect(await state()).toBe(ErrBounce);
  });

  it('fails when nobody will tell of changes any more', async () => {
    const watched = watchedAgent(one);
    const { state } = await watch(watched);
    watched.close();
    expect(await state()).toMatchObject({ code: 'config_closed', message: 'config changed value closed' });
  });

  it('restarts the connection with the new addresses', async () => {
    const watched = watchedAgent(one);
    const seen: string[] = [];
    const { engine, pass } = testEngine();
    engine.installAll({
      agent: manifold({
        start: () => valueWorker<Agent>(watched.agent),
        outputs: ({ output }) => [agentKey.provide(output)],
      }),
      watcher: apiConfigWatcherManifold({ agentName: 'agent', agentConfigChanged: watched.changed }),
      'api-caller': apiCallerManifold({
        agentName: 'agent',
        apiConfigWatcherName: 'watcher',
        newConnection: async (agent) => {
          seen.push(agent.currentConfig().apiAddresses.join());
          return fakeConnection(async () => ({}), model);
        },
      }),
    });
    await pass(100);
    watched.set(one, two);
    watched.fire();
    await pass(200);
    expect(seen).toEqual([one, `${one},${two}`]);
    await engine.stop();
  });
});
