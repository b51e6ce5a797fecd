import {
  ErrBounce,
  ErrMissing,
  ErrUninstall,
  manifold,
  outputKey,
  type StartContext,
  valueWorker,
} from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { handWorker } from './support/hand-worker.js';
import { quiet, testEngine } from './support/test-engine.js';

const colourKey = outputKey<string>('colour');

describe('#88 inputs', () => {
  it('#88 lets a dependent installed first wait without a word, and starts it once when its input appears', async () => {
    const { engine, pass, complaints } = testEngine();
    const dependent = handManifold(['input']);
    engine.install('dependent', dependent);
    await pass(500);
    expect(dependent.starts).toBe(1);
    expect(engine.report().manifolds).toMatchObject({
      dependent: { state: 'stopped', error: '"input" not running: dependency not available' },
    });
    engine.install('input', handManifold());
    await pass(500);
    expect(dependent.starts).toBe(2);
    expect(engine.report().manifolds).toMatchObject({ dependent: { state: 'started', 'start-count': 1 } });
    expect(complaints()).toEqual([]);
    await engine.stop();
  });

  it('#88 tells apart what is undeclared, not running and not exposed', async () => {
    const { engine } = testEngine();
    const attempt = (get: () => unknown) => {
      try {
        return get() ?? null;
      } catch (error) {
        return error;
      }
    };
    const got: unknown[] = [];
    engine.installAll({
      colour: manifold({
        start: () => valueWorker('blue'),
        outputs: ({ output }) => [colourKey.provide(output)],
      }),
      mute: handManifold(),
      absent: { start: () => Promise.reject(ErrMissing) },
    });
    await engine.settled();
    engine.install('reader', {
      inputs: ['colour', 'mute', 'absent'],
      start(context) {
        got.push(
          attempt(() => context.get('colour', colourKey)),
          attempt(() => context.get('colour')),
          attempt(() => context.get('mute')),
          attempt(() => context.get('mute', colourKey)),
          attempt(() => context.get('absent')),
          attempt(() => context.get('other')),
          attempt(() => context.get('colour', outputKey<string>('colour'))),
        );
        return handWorker();
      },
    });
    await engine.settled();
    const missing = (text: string) =>
      expect.objectContaining({ code: 'dependency_missing', message: text, cause: ErrMissing });
    expect(got).toEqual([
      'blue',
      null,
      null,
      missing('"mute" not exposed: dependency not available'),
      missing('"absent" not running: dependency not available'),
      missing('"other" not declared: dependency not available'),
      expect.objectContaining({ code: 'output_unknown', message: 'out should be "colour"; got "colour"' }),
    ]);
    await engine.stop();
  });

  it('#85 refuses a worker that the manifold did not start', () => {
    const colour = manifold({ start: () => valueWorker('blue'), outputs: ({ output }) => [colourKey.provide(output)] });
    expect(() => colour.output?.(handWorker(), colourKey)).toThrow(
      expect.objectContaining({ code: 'worker_unknown', message: 'in should be a worker that this manifold started' }),
    );
  });

  it('#85 gives the same object under each of its keys', async () => {
    const { engine, pass } = testEngine();
    const narrow = outputKey<{ call(): void }>('narrow');
    const full = outputKey<{ call(): void; close(): void }>('full');
    const connection = { call: () => undefined, close: () => undefined };
    const got: unknown[] = [];
    engine.installAll({
      connection: manifold({
        start: () => valueWorker(connection),
        outputs: ({ output }) => [narrow.provide(output), full.provide(output)],
      }),
      reader: manifold({
        inputs: ['connection'],
        start(context) {
          got.push(context.get('connection', narrow), context.get('connection', full));
          return handWorker();
        },
      }),
    });
    await pass(50);
    expect(got).toEqual([connection, connection]);
    expect(got[0]).toBe(got[1]);
    await engine.stop();
  });

  it('#98 ends the context with the start', async () => {
    const { engine } = testEngine();
    const contexts: StartContext[] = [];
    engine.install('keeper', handManifold([], { start: (context) => void contexts.push(context) }));
    await engine.settled();
    expect(() => contexts[0]?.get('keeper')).toThrow(
      expect.objectContaining({
        code: 'context_expired',
        message: 'expired context: cannot be used outside Start func',
      }),
    );
    await engine.stop();
  });
});

describe('#89 who restarts', () => {
  it('#89 restarts a dependent when its input fails, and not the other way round', async () => {
    const { engine, pass, complaints } = testEngine({ errorDelayMs: 20, bounceDelayMs: 10 });
    const input = handManifold();
    const dependent = handManifold(['input']);
    engine.installAll({ input, dependent });
    await pass(50);
    const counts = () => Object.values(engine.report().manifolds).map((entry) => entry['start-count']);
    expect(counts()).toEqual([1, 1]);
    input.worker.fail(new Error('input failed'));
    await pass(100);
    expect(counts()).toEqual([2, 2]);
    dependent.worker.fail(new Error('dependent failed'));
    await pass(100);
    expect(counts()).toEqual([2, 3]);
    expect(complaints()).toEqual([
      'error "input" manifold worker returned unexpected error: input failed',
      'error "dependent" manifold worker returned unexpected error: dependent failed',
    ]);
    await engine.stop();
  });

  it('#90 leaves a worker that ended well in peace until an input changes', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 20, bounceDelayMs: 10 });
    const input = handManifold();
    const dependent = handManifold(['input']);
    engine.installAll({ input, dependent });
    await pass(50);
    dependent.worker.end();
    await pass(1_000);
    expect(engine.report().manifolds['dependent']).toEqual({ state: 'stopped', inputs: ['input'], 'start-count': 1 });
    input.worker.fail(new Error('x'));
    await pass(100);
    expect(engine.report().manifolds).toMatchObject({ dependent: { state: 'started', 'start-count': 2 } });
    await engine.stop();
  });

  it('#94 starts a dependent once for one restart of its input, however the delays lie', async () => {
    const { engine, pass, delays } = testEngine({ errorDelayMs: 30, bounceDelayMs: 80 });
    const a = handManifold();
    const b = handManifold();
    const dependent = handManifold(['a', 'b']);
    engine.installAll({ a, b });
    await pass(10);
    engine.install('dependent', dependent);
    await pass(10);
    expect(dependent.starts).toBe(1);
    delays.length = 0;
    a.worker.fail(new Error('x'));
    await pass(300);
    expect(dependent.starts).toBe(2);
    expect(delays).toEqual([30, 67, 80]); // the wait that was cut short counts as one error, so the next is not longer
    await engine.stop();
  });
});

describe('what a start and a worker are told', () => {
  it('#94 being called off again and again is no growing error', async () => {
    const { engine, pass, delays } = testEngine({ errorDelayMs: 500, bounceDelayMs: 50, backoffFactor: 2 });
    const inputs = { a: handManifold(), b: handManifold(), c: handManifold(), d: handManifold() };
    const dependent = handManifold(Object.keys(inputs));
    engine.installAll(inputs);
    await pass(1);
    engine.install('dependent', dependent);
    await pass(1);
    delays.length = 0;
    for (const input of Object.values(inputs)) {
      input.worker.fail(new Error('x'));
      await pass(10);
    }
    expect(delays).toEqual([500, 25, 500, 50, 500, 50, 500, 50]);
    expect(engine.status().manifolds['dependent']).toMatchObject({ startAttempts: 1, recentErrors: 1 });
    await engine.stop();
  });

  it('a worker is killed once, however many of its inputs change while it ends', async () => {
    const { engine, pass } = testEngine();
    const a = handManifold();
    const b = handManifold();
    const stubborn = handManifold(['a', 'b'], { onKill: () => undefined });
    engine.installAll({ a, b });
    await pass(1);
    engine.install('stubborn', stubborn);
    await pass(1);
    a.worker.end();
    b.worker.end();
    await pass(1);
    engine.kill();
    expect(stubborn.worker.kills).toBe(1);
    stubborn.worker.end();
    await engine.wait();
  });

  it('the signal of a start is aborted when its worker is killed, when that has ended, and when the start failed', async () => {
    const { engine, pass } = testEngine();
    const signals: Record<string, AbortSignal> = {};
    const keep = ({ name, signal }: StartContext) => void (signals[name] = signal);
    const aborted = () => Object.entries(signals).map(([name, signal]) => `${name} ${signal.aborted}`);
    const ending = handManifold([], { start: keep });
    const failing = handManifold([], { start: keep });
    failing.failures.push(new Error('x'));
    const killed = handManifold([], { start: keep, onKill: () => undefined });
    engine.installAll({ ending, failing, killed });
    await quiet();
    expect(aborted()).toEqual(['ending false', 'failing true', 'killed false']);
    ending.worker.end();
    await pass(1);
    expect(aborted()).toEqual(['ending true', 'failing true', 'killed false']);
    engine.kill();
    expect(aborted()).toEqual(['ending true', 'failing true', 'killed true']);
    killed.worker.end();
    await engine.wait();
  });

  it('a start that is called off before it was made is not made', async () => {
    const { engine } = testEngine();
    const never = handManifold();
    engine.install('never', never);
    await engine.stop();
    expect(never.starts).toBe(0);
  });

  it('a manifold that is installed anew under its name has left its old inputs', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 5 });
    const old = handManifold();
    engine.installAll({ old, other: handManifold() });
    await pass(1);
    const leaving = handManifold(['old']);
    engine.install('x', leaving);
    await pass(1);
    leaving.worker.fail(ErrUninstall);
    await pass(1);
    engine.install('x', handManifold(['other']));
    await pass(1);
    old.worker.fail(new Error('x'));
    await pass(100);
    expect(engine.status().manifolds).toMatchObject({
      old: { startCount: 2, dependents: [] },
      x: { state: 'started', startCount: 1 },
      other: { dependents: ['x'] },
    });
    await engine.stop();
  });
});

describe('#91 what errors ask for', () => {
  const wraps: [string, (error: Error) => Error][] = [
    ['plain', (error) => error],
    ['as a cause', (error) => new Error('ctx', { cause: error })],
    ['two causes down', (error) => new Error('top', { cause: new TypeError('ctx', { cause: error }) })],
    ['among several', (error) => new AggregateError([new Error('other'), error], 'several')],
  ];

  it.each(wraps)('#91 ErrMissing %s: not started again', async (_, wrap) => {
    const { engine, pass, complaints } = testEngine();
    const lacking = handManifold();
    lacking.failures.push(wrap(ErrMissing));
    engine.install('lacking', lacking);
    await pass(5_000);
    expect(lacking.starts).toBe(1);
    expect(engine.report().manifolds).toMatchObject({ lacking: { state: 'stopped', error: wrap(ErrMissing).message } });
    expect(complaints()).toEqual([]);
    await engine.stop();
  });

  it.each(wraps)('#91 #80 ErrBounce %s: started again after the bounce delay, without a word', async (_, wrap) => {
    const { engine, pass, delays, complaints } = testEngine({ backoffFactor: 0 });
    const bouncing = handManifold();
    bouncing.failures.push(wrap(ErrBounce), wrap(ErrBounce), wrap(ErrBounce));
    engine.install('bouncing', bouncing);
    await pass(100);
    expect(bouncing.starts).toBe(4);
    expect(delays).toEqual([10, 10, 10]);
    expect(engine.report().manifolds).toMatchObject({ bouncing: { state: 'started', 'start-count': 1 } });
    expect(complaints()).toEqual([]);
    await engine.stop();
  });

  it.each(wraps)('#91 ErrUninstall %s: removed, and may be installed again', async (_, wrap) => {
    const { engine, pass, complaints } = testEngine();
    const leaving = handManifold();
    const dependent = handManifold(['leaving']);
    engine.installAll({ leaving, dependent });
    await pass(50);
    leaving.worker.fail(wrap(ErrUninstall));
    await pass(5_000);
    expect(engine.report().manifolds).toEqual({
      dependent: {
        state: 'stopped',
        inputs: ['leaving'],
        'start-count': 1,
        error: '"leaving" not running: dependency not available',
      },
    });
    engine.install('leaving', handManifold());
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({
      leaving: { state: 'started', 'start-count': 1 },
      dependent: { state: 'started', 'start-count': 2 },
    });
    expect(complaints()).toEqual([]);
    await engine.stop();
  });

  it('an error that says "try again" is logged as information', async () => {
    const { engine, pass, complaints } = testEngine();
    const failing = handManifold();
    failing.failures.push(new Error('please try again later'), new Error('Try Again'));
    engine.install('x', failing);
    await pass(10_000);
    expect(complaints()).toEqual([
      'info "x" manifold worker returned unexpected error: please try again later',
      'error "x" manifold worker returned unexpected error: Try Again',
    ]);
    await engine.stop();
  });

  it('a start that gives no worker is an error like another', async () => {
    const { engine, pass, complaints } = testEngine();
    engine.install('x', { start: () => Promise.resolve(JSON.parse('null')) });
    await pass(1);
    expect(complaints()).toEqual([
      'error "x" manifold worker returned unexpected error: start gave no worker but null',
    ]);
    expect(engine.status().manifolds).toMatchObject({ x: { state: 'starting', nextStart: { delayMs: 3_000 } } });
    await engine.stop();
  });
});

describe('#97 a start that is called off', () => {
  it('#97 is told by its signal, and its late worker is killed', async () => {
    const { engine } = testEngine();
    const late = handWorker();
    const signals: AbortSignal[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    engine.install('slow', {
      async start({ signal }) {
        signals.push(signal);
        await gate;
        return late;
      },
    });
    await quiet();
    engine.kill();
    expect(signals[0]?.aborted).toBe(true);
    expect(engine.report()).toEqual({ state: 'stopping', manifolds: { slow: { state: 'starting', inputs: [] } } });
    release();
    await engine.wait();
    expect(late.kills).toBe(1);
    expect(engine.report()).toEqual({ state: 'stopped', manifolds: { slow: { state: 'stopped', inputs: [] } } });
  });

  it('#97 may let its signal’s reason pass through: that is no failure', async () => {
    const { engine, complaints, logger } = testEngine();
    engine.install('slow', {
      start: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new DOMException('aborted', { name: 'AbortError', cause: signal.reason })),
          );
        }),
    });
    await quiet();
    await engine.stop();
    expect(complaints()).toEqual([]);
    expect(logger.text()).not.toContain('failed');
    expect(engine.report().manifolds['slow']).toEqual({ state: 'stopped', inputs: [] });
  });

  it('#97 is not judged: nothing is fatal about being told to stop', async () => {
    const { engine } = testEngine({ isFatal: () => true });
    engine.install('waiting', {
      start: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    await quiet();
    await engine.stop();
    expect(engine.report()).toEqual({ state: 'stopped', manifolds: { waiting: { state: 'stopped', inputs: [] } } });
  });

  it('is made again when an input changed meanwhile, and the late worker does not count', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 20 });
    const input = handManifold();
    const late = handWorker();
    const gates: (() => void)[] = [];
    engine.install('input', input);
    await quiet();
    engine.install('slow', {
      inputs: ['input'],
      async start(context) {
        context.get('input');
        await new Promise<void>((resolve) => gates.push(resolve));
        return gates.length === 1 ? late : handWorker();
      },
    });
    await quiet();
    input.worker.fail(new Error('x'));
    await quiet();
    gates[0]?.();
    await pass(100);
    expect(late.kills).toBe(1);
    gates[1]?.();
    await engine.settled();
    expect(engine.report().manifolds).toMatchObject({ slow: { state: 'started', 'start-count': 1 } });
    await engine.stop();
  });
});
