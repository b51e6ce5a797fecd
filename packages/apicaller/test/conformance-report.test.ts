import {
  ErrMissing,
  installerKey,
  manifold,
  reporterKey,
  selfManifold,
  valueWorker,
  worker,
} from '@moorline/apicaller';
import { sleep } from '@moorline/core';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { quiet, testEngine } from './support/test-engine.js';

describe('#99 reports', () => {
  it('#99 show each state, in the original’s shape', async () => {
    const { engine, pass } = testEngine();
    const stubborn = handManifold(['input'], { onKill: () => undefined });
    const lone = handManifold(['missing']);
    const input = handManifold([], { report: () => ({ colour: 'blue' }) });
    engine.installAll({ input, stubborn, lone });
    expect(engine.report().manifolds['input']).toEqual({ state: 'starting', inputs: [] });
    await pass(50);
    const up = { started: '2026-01-02 03:04:05', 'start-count': 1 };
    const lacking = { state: 'stopped', inputs: ['missing'], error: '"missing" not running: dependency not available' };
    expect(engine.report()).toEqual({
      state: 'started',
      manifolds: {
        input: { state: 'started', inputs: [], ...up, report: { colour: 'blue' } },
        stubborn: { state: 'started', inputs: ['input'], ...up },
        lone: lacking,
      },
    });
    engine.kill();
    await quiet();
    expect(engine.report()).toEqual({
      state: 'stopping',
      manifolds: {
        input: { state: 'stopped', inputs: [], 'start-count': 1 },
        stubborn: { state: 'stopping', inputs: ['input'], ...up },
        lone: lacking,
      },
    });
    stubborn.worker.end();
    await engine.wait();
    const stopped = {
      state: 'stopped',
      manifolds: {
        input: { state: 'stopped', inputs: [], 'start-count': 1 },
        stubborn: { state: 'stopped', inputs: ['input'], 'start-count': 1 },
        lone: lacking,
      },
    };
    expect(engine.report()).toEqual(stopped);
    expect(JSON.parse(JSON.stringify(engine.report()))).toEqual(stopped);
  });

  it('#99 are JSON whatever a worker says of itself', async () => {
    const { engine } = testEngine();
    const circle: { self?: object } = {};
    circle.self = circle;
    engine.installAll({
      odd: handManifold([], { report: () => ({ big: 12n, at: new Date(0), none: undefined, circle }) }),
      list: handManifold([], { report: () => [1, 2] }),
    });
    await quiet();
    const { odd, list } = engine.report().manifolds;
    expect(odd?.report).toEqual({ big: '12', at: '1970-01-01T00:00:00.000Z', circle: { self: '[…]' } });
    expect(list?.report).toEqual({ 0: 1, 1: 2 });
    await engine.stop();
  });

  it('#99 of an engine inside an engine are one tree', async () => {
    const outer = testEngine();
    outer.engine.install('inner', {
      start() {
        const { engine } = testEngine();
        engine.install('x', handManifold());
        return engine;
      },
    });
    await quiet();
    expect(outer.engine.report().manifolds).toMatchObject({
      inner: { state: 'started', report: { state: 'started', manifolds: { x: { state: 'started' } } } },
    });
    await outer.engine.stop();
    expect(outer.engine.report().manifolds).toEqual({ inner: { state: 'stopped', inputs: [], 'start-count': 1 } });
  });
});

describe('status', () => {
  it('tells everything: resolutions, dependents, attempts, back-off, errors with their causes', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 1_000, backoffFactor: 2 });
    const failing = handManifold(['input']);
    const cause = new Error('connect ECONNREFUSED');
    failing.failures.push(new Error('cannot open', { cause }), new Error('cannot open', { cause }));
    engine.installAll({ input: handManifold(), failing, last: handManifold(['failing']) });
    await pass(1_200);
    const status = engine.status();
    const lacking = {
      name: 'ApicallerError',
      code: 'dependency_missing',
      message: '"failing" not running: dependency not available',
      causes: ['dependency not available'],
    };
    expect(status).toEqual({
      state: 'started',
      manifolds: {
        input: {
          state: 'started',
          inputs: [],
          dependents: ['failing'],
          startCount: 1,
          startAttempts: 0,
          recentErrors: 0,
          startedAt: '2026-01-02T03:04:05.000Z',
          resolutions: [],
        },
        failing: {
          state: 'starting',
          inputs: ['input'],
          dependents: ['last'],
          startCount: 0,
          startAttempts: 3,
          recentErrors: 2,
          nextStart: { at: '2026-01-02T03:04:07.010Z', delayMs: 2_000 },
          lastError: {
            at: '2026-01-02T03:04:05.010Z',
            name: 'Error',
            message: 'cannot open',
            causes: ['connect ECONNREFUSED'],
          },
          resolutions: [{ input: 'input' }],
        },
        last: {
          state: 'stopped',
          inputs: ['failing'],
          dependents: [],
          startCount: 0,
          startAttempts: 1,
          recentErrors: 1,
          error: lacking,
          lastError: { at: '2026-01-02T03:04:05.000Z', ...lacking },
          resolutions: [{ input: 'failing', error: '"failing" not running: dependency not available' }],
        },
      },
    });
    expect(JSON.parse(JSON.stringify(status))).toEqual(status);
    await engine.stop();
  });

  it('tells of a wait only while there is one', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 100 });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = handManifold([], { start: () => (slow.starts === 1 ? undefined : gate) });
    slow.failures.push(new Error('x'));
    engine.install('slow', slow);
    await pass(99);
    expect(engine.status().manifolds['slow']).toMatchObject({ state: 'starting', nextStart: { delayMs: 100 } });
    await pass(1);
    expect(engine.status().manifolds['slow']).toMatchObject({ state: 'starting' });
    expect(engine.status().manifolds['slow']).not.toHaveProperty('nextStart');
    release();
    await engine.stop();
  });

  it('keeps the error that ended the engine', async () => {
    const { engine } = testEngine({ isFatal: () => true });
    const x = handManifold();
    x.failures.push(new Error('disk gone', { cause: 'EIO' }));
    engine.install('x', x);
    await expect(engine.wait()).rejects.toThrow('disk gone');
    expect(engine.status()).toMatchObject({
      state: 'stopped',
      error: { name: 'Error', message: 'disk gone', causes: ['EIO'] },
      manifolds: { x: { state: 'stopped', error: { message: 'disk gone' } } },
    });
  });
});

describe('settled', () => {
  it('waits for what is on its way, not for what lacks an input', async () => {
    const { engine, pass } = testEngine();
    let isSettled = false;
    engine.installAll({ a: handManifold(), b: handManifold(['a']), lacking: handManifold(['nobody']) });
    const settled = engine.settled().then(() => {
      isSettled = true;
    });
    await pass(5);
    expect(isSettled).toBe(false);
    await pass(20);
    await settled;
    await engine.settled();
    await engine.stop();
    await engine.settled();
  });

  it('waits for a worker that is being stopped', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 5 });
    const input = handManifold();
    const stubborn = handManifold(['input'], { onKill: () => undefined });
    engine.install('input', input);
    await pass(1);
    engine.install('stubborn', stubborn);
    await pass(1);
    input.worker.fail(new Error('x'));
    await pass(50);
    let isSettled = false;
    const settled = engine.settled().then(() => {
      isSettled = true;
    });
    await quiet();
    expect(isSettled).toBe(false);
    stubborn.worker.end();
    await pass(50);
    await settled;
    expect(engine.report().manifolds).toMatchObject({ stubborn: { state: 'started', 'start-count': 2 } });
    engine.kill();
    stubborn.worker.end();
    await engine.wait();
  });

  it('gives up at its deadline or signal, and leaves nothing behind', async () => {
    const { engine, clock, pass } = testEngine();
    const failing = handManifold();
    failing.failures.push(new Error('x'));
    engine.install('failing', failing);
    const late = expect(engine.settled({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
    await pass(100);
    await late;
    expect(clock.pendingTimers).toBe(1); // the back-off of "failing"
    await expect(engine.settled({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await engine.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('#100 the engine as one of its own manifolds', () => {
  it('#100 lets a worker install more, does not report itself, and stops without a deadlock', async () => {
    const { engine, pass } = testEngine();
    engine.installAll({
      self: selfManifold(engine),
      installer: manifold({
        inputs: ['self'],
        start(context) {
          const installer = context.get('self', installerKey);
          const reporter = context.get('self', reporterKey);
          return worker(
            async (signal) => {
              installer.install('child', handManifold());
              await sleep(2 ** 31, { signal });
            },
            {
              report: () => ({
                installed: Object.keys(reporter.report().manifolds).length,
                state: reporter.status().state,
              }),
            },
          );
        },
      }),
    });
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({
      child: { state: 'started', 'start-count': 1 },
      installer: { state: 'started', report: { installed: 3, state: 'started' } },
    });
    expect(engine.report().manifolds['self']).toEqual({
      state: 'started',
      inputs: [],
      'start-count': 1,
      started: '2026-01-02 03:04:05',
    });
    await engine.stop();
    expect(engine.report().manifolds['self']).toEqual({ state: 'stopped', inputs: [], 'start-count': 1 });
  });

  it('#100 lets a worker install a set, and refuses other keys', async () => {
    const { engine, pass } = testEngine();
    engine.installAll({
      self: selfManifold(engine),
      installer: manifold({
        inputs: ['self'],
        start(context) {
          context.get('self', installerKey).installAll({ one: handManifold(), two: handManifold(['one']) });
          return valueWorker(undefined);
        },
      }),
      confused: {
        inputs: ['self'],
        start(context) {
          context.get('self', { ...installerKey, name: 'string', read: () => undefined });
          throw ErrMissing;
        },
      },
    });
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({ one: { state: 'started' }, two: { state: 'started' } });
    expect(engine.status().manifolds['confused']?.resolutions).toEqual([
      { input: 'self', output: 'string', error: 'out should be "installer" or "reporter"; got "string"' },
    ]);
    await engine.stop();
  });

  it('an install from inside a callback of the engine is done right after it', async () => {
    const { engine, pass } = testEngine({
      metrics: {
        recordStart(name) {
          if (name === 'first') engine.install('second', handManifold(['first']));
        },
      },
    });
    engine.install('first', handManifold());
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({ second: { state: 'started', 'start-count': 1 } });
    await engine.stop();
  });
});
