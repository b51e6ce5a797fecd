import {
  apiOpen,
  type ConnectFunc,
  ErrBadCreds,
  ErrChangedPassword,
  isErrChangedPassword,
  isErrConnectImpossible,
  onlyConnect,
  RequestError,
  scaryConnect,
  seedProvisionWait,
} from '@moorline/apicaller';
import { createFakeClock, createRecordingLogger } from '@moorline/core/testing';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  model,
  notProvisioned,
  plain,
  stage,
  type StageOptions,
  unauthorized,
} from './support/strategy-stage.js';

/** Three attempts, none of which waits. */
const quick = { provisionWait: { totalMs: 0, delayMs: 0, minAttempts: 3 } };
const splat = plain('splat');
const denied = new RequestError({ message: 'permission denied', code: 'unauthorized access' });

/** What a strategy came to: `connection`, or a word for how it failed. */
async function outcomeOf(connect: ConnectFunc, options: StageOptions, connectOptions = {}) {
  const scene = stage(options);
  let outcome: unknown;
  try {
    const connection = await connect(scene.agent, scene.open, { ...quick, ...connectOptions });
    outcome = connection === scene.connection ? 'connection' : 'another connection';
  } catch (error) {
    if (isErrChangedPassword(error)) outcome = 'ErrChangedPassword';
    else if (isErrConnectImpossible(error)) outcome = 'ErrConnectImpossible';
    else outcome = error instanceof Error ? error.message : error;
  }
  return { ...scene, outcome };
}

const rotation = [
  'Life',
  'ChangeConfig',
  'SetPassword local',
  'SetOldPassword',
  'SetPassword remote machine-0',
  'Close',
];
const good = ['Life', 'SetPassword remote machine-0'];

interface Row {
  row: string;
  given: StageOptions;
  /** What `scaryConnect` does, and what it comes to. */
  calls: readonly string[];
  scary: string;
  /** What `onlyConnect` comes to; it opens as the other does, and does nothing else. */
  only: string;
  options?: object;
}

const u = unauthorized;
const p = notProvisioned;
const ok = 'ok' as const;
const wrongCreds: Attempt[] = [new Error('wrapped', { cause: ErrBadCreds }), ok];

/** The decision table (docs/protocol.md §3.8), a row a line. */
const rows: readonly Row[] = [
  {
    row: '#55 1',
    given: { hasInfo: false },
    calls: [],
    scary: 'API info not available',
    only: 'API info not available',
  },
  { row: '#56 2', given: {}, calls: ['open new', ...good], scary: 'connection', only: 'connection' },
  {
    row: '#56 2 dying',
    given: { life: 'dying' },
    calls: ['open new', ...good],
    scary: 'connection',
    only: 'connection',
  },
  {
    row: '#57 3',
    given: { hasModel: false },
    calls: ['open new', 'ChangeConfig', `Migrate ${model}`, ...good],
    ...{ scary: 'connection', only: 'connection', options: { recordsModel: true } },
  },
  {
    row: '#57 4 ChangeConfig fails',
    given: { hasModel: false, changeConfig: splat },
    calls: ['open new', 'ChangeConfig', ...good],
    ...{ scary: 'connection', only: 'connection', options: { recordsModel: true } },
  },
  {
    row: '#57 4 the connection has no model',
    given: { hasModel: false, connectionModel: undefined },
    calls: ['open new', 'ChangeConfig', ...good],
    ...{ scary: 'connection', only: 'connection', options: { recordsModel: true } },
  },
  {
    row: '#57 4 Migrate fails',
    given: { hasModel: false, migrate: splat },
    calls: ['open new', 'ChangeConfig', `Migrate ${model}`, ...good],
    ...{ scary: 'connection', only: 'connection', options: { recordsModel: true } },
  },
  {
    row: '#58 5',
    given: { password: '' },
    calls: ['open old', ...rotation],
    ...{ scary: 'ErrChangedPassword', only: 'connection' },
  },
  {
    row: '#59 6',
    given: { attempts: [u, ok] },
    calls: ['open new', 'open old', ...rotation],
    ...{ scary: 'ErrChangedPassword', only: 'connection' },
  },
  {
    row: '#60 7',
    given: { attempts: wrongCreds },
    calls: ['open new', 'open old', ...rotation],
    ...{ scary: 'ErrChangedPassword', only: 'connection' },
  },
  {
    row: '#61 8',
    given: { attempts: [u, u] },
    calls: ['open new', 'open old'],
    ...{ scary: 'ErrConnectImpossible', only: u.message },
  },
  {
    row: '#62 9',
    given: { attempts: [p, p, ok] },
    calls: ['open new', 'open new', 'open new', ...good],
    ...{ scary: 'connection', only: 'connection' },
  },
  {
    row: '#63 10',
    given: { attempts: [u, p, p, ok] },
    calls: ['open new', 'open old', 'open old', 'open old', ...rotation],
    ...{ scary: 'ErrChangedPassword', only: 'connection' },
  },
  {
    row: '#64 11',
    given: { attempts: [p] },
    calls: ['open new', 'open new', 'open new', 'open new'],
    ...{ scary: 'ErrConnectImpossible', only: p.message },
  },
  {
    row: '#65 12',
    given: { attempts: [p, p, p, plain('splat pow')] },
    calls: ['open new', 'open new', 'open new', 'open new'],
    ...{ scary: 'splat pow', only: 'splat pow' },
  },
  {
    row: '#66 13',
    given: { attempts: [p, u] },
    calls: ['open new', 'open new'],
    ...{ scary: 'ErrConnectImpossible', only: u.message },
  },
  ...[
    new Error('connect ECONNREFUSED'),
    new RequestError({ message: 'try again', code: 'try again' }),
    plain('login failed - maintenance in progress'),
    new RequestError({ message: 'upgrade in progress', code: 'upgrade in progress' }),
    new RequestError({ message: 'redirection to alternative server required', code: 'redirection required' }),
    new RequestError({ message: 'unknown model: "x"', code: 'model not found' }),
  ].map((error) => ({
    row: `#67 14 ${error.message}`,
    given: { attempts: [error] },
    calls: ['open new'],
    ...{ scary: error.message, only: error.message },
  })),
  {
    row: '#68 17',
    given: { life: denied },
    calls: ['open new', 'Life', 'Close'],
    ...{ scary: 'ErrConnectImpossible', only: 'connection' },
  },
  { row: '#68 18', given: { life: splat }, calls: ['open new', 'Life', 'Close'], scary: 'splat', only: 'connection' },
  {
    row: '#68 19',
    given: { life: 'dead' },
    calls: ['open new', 'Life', 'Close'],
    ...{ scary: 'ErrConnectImpossible', only: 'connection' },
  },
  {
    row: '#68 20',
    given: { life: 'zombie' },
    calls: ['open new', 'Life', 'Close'],
    ...{ scary: 'unknown life value "zombie"', only: 'connection' },
  },
  {
    row: '#69 21',
    given: { password: '', changeConfig: new Error('zap') },
    calls: ['open old', 'Life', 'ChangeConfig', 'Close'],
    ...{ scary: 'zap', only: 'connection' },
  },
  {
    row: '#70 22',
    given: { password: '', setPassword: plain('pow') },
    calls: ['open old', ...rotation],
    ...{ scary: 'pow', only: 'connection' },
  },
  {
    row: '#70 23',
    given: { password: '', setPassword: denied },
    calls: ['open old', ...rotation],
    ...{ scary: 'ErrConnectImpossible', only: 'connection' },
  },
  {
    row: '#71 24',
    given: { setPassword: splat },
    calls: ['open new', ...good, 'Close'],
    ...{ scary: "can't reset agent password: splat", only: 'connection' },
  },
  {
    row: '#71 25',
    given: { setPassword: denied },
    calls: ['open new', ...good, 'Close'],
    ...{ scary: 'ErrConnectImpossible', only: 'connection' },
  },
  {
    row: '#72 26',
    given: { life: 'dead', close: new Error('bad plumbing') },
    calls: ['open new', 'Life', 'Close'],
    ...{ scary: 'ErrConnectImpossible', only: 'connection' },
  },
];

describe('the decision table', () => {
  it.each(rows)('$row: scaryConnect', async ({ given, calls, scary, options }) => {
    const { log, outcome, info } = await outcomeOf(scaryConnect, given, options);
    expect(log).toEqual(calls);
    expect(outcome).toBe(scary);
    expect(info.password).toBe(given.password ?? 'new'); // the caller's info is nobody else's
  });

  it.each(rows)('$row: onlyConnect', async ({ given, calls, only }) => {
    const { log, outcome } = await outcomeOf(onlyConnect, given);
    expect(log).toEqual(calls.filter((call) => call.startsWith('open ')));
    expect(outcome).toBe(only);
  });

  it('#68 16: an entity that the controller does not know is denied', async () => {
    const scene = stage();
    for (const code of ['not found', 'unauthorized access']) {
      scene.connection.apiCall = async () => ({ entities: [{ life: '', error: { message: 'no', code } }] });
      await expect(scaryConnect(scene.agent, scene.open)).rejects.toSatisfy(isErrConnectImpossible);
    }
  });

  it('#68 18: another error of the entry, and another number of entries, go as they are', async () => {
    const scene = stage();
    scene.connection.apiCall = async () => ({ entities: [{ error: { message: 'odd', code: '' } }] });
    await expect(scaryConnect(scene.agent, scene.open)).rejects.toThrow('odd');
    for (const entities of [[], [{}, {}], null, 'x']) {
      scene.connection.apiCall = async () => ({ entities });
      await expect(scaryConnect(scene.agent, scene.open)).rejects.toMatchObject({
        code: 'unexpected_result',
        message: `expected 1 result, got ${Array.isArray(entities) ? entities.length : 0}`,
      });
    }
  });

  it('#58 sets one and the same new password here and there, and keeps the one that worked', async () => {
    const { passwords } = await outcomeOf(scaryConnect, { attempts: [unauthorized, 'ok'] });
    expect(passwords.local).toEqual(passwords.remote);
    expect(passwords.local[0]).toMatch(/^[A-Za-z0-9+/]{24}$/);
    expect(passwords.old).toEqual(['old']);
    const again = await outcomeOf(scaryConnect, { password: '' });
    expect(again.passwords.local[0]).not.toBe(passwords.local[0]);
  });

  it('#56 sets the current password anew', async () => {
    expect((await outcomeOf(scaryConnect, {})).passwords).toEqual({ local: [], old: [], remote: ['new'] });
  });

  it('gives the reason of what is impossible', async () => {
    const scene = stage({ attempts: [unauthorized] });
    await expect(scaryConnect(scene.agent, scene.open)).rejects.toMatchObject({
      ...{ message: 'connection permanently impossible', cause: unauthorized, isRetryable: false },
    });
  });

  it('#72 tells the log of a connection that does not close', async () => {
    const logger = createRecordingLogger();
    const scene = stage({ life: 'dead', close: new Error('bad plumbing') });
    await expect(scaryConnect(scene.agent, scene.open, { logger })).rejects.toSatisfy(isErrConnectImpossible);
    expect(logger.text()).toContain('error while closing the connection');
  });
});

describe('the wait for a machine to be provisioned', () => {
  const waits = [
    ['#73 one minute from 2.0', seedProvisionWait, 0, [0, 0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55]],
    ['ten minutes since', {}, 0, [0, ...Array.from({ length: 121 }, (_, attempt) => attempt * 5)]],
  ] as const;

  it.each(waits)('%s: attempts as the original makes them', async (_, provisionWait, __, seconds) => {
    const clock = createFakeClock();
    const scene = stage({ attempts: [notProvisioned] });
    const at: number[] = [];
    const began = clock.monotonic();
    const open: typeof scene.open = (info, options) => {
      at.push((clock.monotonic() - began) / 1000);
      return scene.open(info, options);
    };
    const connecting = onlyConnect(scene.agent, open, { clock, provisionWait });
    const failed = expect(connecting).rejects.toMatchObject({ code: 'not_provisioned' });
    await clock.advance(700_000);
    await failed;
    expect(at).toEqual(seconds);
  });

  it('counts from the end of an attempt: 101 attempts that take a second each', async () => {
    const clock = createFakeClock();
    const scene = stage({ attempts: [notProvisioned] });
    const open: typeof scene.open = async (info, options) => {
      if (scene.log.length > 0) await new Promise<void>((resolve) => clock.setTimer(1000, resolve));
      return scene.open(info, options);
    };
    const failed = expect(onlyConnect(scene.agent, open, { clock })).rejects.toMatchObject({ code: 'not_provisioned' });
    await clock.advance(700_000);
    await failed;
    expect(scene.log).toHaveLength(1 + 101);
  });

  it('#73 ends at once when it is aborted', async () => {
    const clock = createFakeClock();
    const scene = stage({ attempts: [notProvisioned] });
    const life = new AbortController();
    const failed = expect(onlyConnect(scene.agent, scene.open, { clock, signal: life.signal })).rejects.toBe('enough');
    await clock.advance(7000);
    life.abort('enough');
    await failed;
    expect(scene.log).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('hands an opener the times of an agent, unless told otherwise', async () => {
  const scene = stage();
  const seen: unknown[] = [];
  const open: typeof scene.open = (info, options) => {
    seen.push(options);
    return scene.open(info, options);
  };
  await onlyConnect(scene.agent, open);
  await onlyConnect(scene.agent, open, { dial: { timeoutMs: 5 } });
  const times = { dialTimeoutMs: 3000, dialAddressIntervalMs: 200, timeoutMs: 60_000, retryDelayMs: 0 };
  expect(seen).toMatchObject([times, { ...times, timeoutMs: 5 }]);
});

it('takes apiOpen as an opener', () => {
  expect(ErrChangedPassword.message).toBe('insecure password replaced; retry');
  const open: Parameters<typeof scaryConnect>[1] = apiOpen;
  expect(open).toBe(apiOpen);
});
