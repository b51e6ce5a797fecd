import { type EngineConfig, rankedErrors } from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { quiet, testEngine } from './support/test-engine.js';

const isFatal = (error: unknown): boolean => error instanceof Error && error.message.startsWith('fatal');

const cannotJudge = (): never => {
  throw new Error('cannot judge');
};

describe('#95 fatal errors', () => {
  it('#95 end the engine: the others are killed, and it ends with that error', async () => {
    const { engine, complaints } = testEngine({ isFatal });
    const failing = handManifold();
    const other = handManifold();
    engine.installAll({ failing, other });
    await engine.settled();
    const fatal = new Error('fatal one');
    failing.worker.fail(fatal);
    await expect(engine.wait()).rejects.toBe(fatal);
    expect(other.worker.kills).toBe(1);
    expect(complaints()).toEqual(['error "failing" manifold worker failed fatally: fatal one']);
    await expect(engine.stop()).rejects.toBe(fatal);
  });

  it('#95 are compared, the new one first, also those of workers that are being killed', async () => {
    const asked: unknown[] = [];
    const filtered: unknown[] = [];
    const { engine } = testEngine({
      isFatal,
      worstError(error, worst) {
        asked.push([String(error), String(worst)]);
        return worst ?? error;
      },
      filter(error) {
        filtered.push(String(error));
        return error === undefined ? undefined : new Error('filtered', { cause: error });
      },
    });
    const x = handManifold();
    const y = handManifold([], { onKill: (worker) => worker.fail(new Error('fatal three')) });
    const other = handManifold([], { onKill: (worker) => worker.fail(new Error('harmless')) });
    engine.installAll({ x, y, other });
    await engine.settled();
    x.worker.fail(new Error('fatal one'));
    await expect(engine.wait()).rejects.toThrow(
      expect.objectContaining({ message: 'filtered', cause: new Error('fatal one') }),
    );
    expect(asked).toEqual([
      ['Error: fatal one', 'undefined'],
      ['Error: fatal three', 'Error: fatal one'],
    ]);
    expect(engine.report()).toEqual({
      state: 'stopped',
      error: 'filtered',
      manifolds: {
        x: { state: 'stopped', inputs: [], 'start-count': 1, error: 'fatal one' },
        y: { state: 'stopped', inputs: [], 'start-count': 1, error: 'fatal three' },
        other: { state: 'stopped', inputs: [], 'start-count': 1, error: 'harmless' },
      },
    });
    expect(filtered).toEqual(['Error: fatal one', 'Error: fatal one']);
  });

  it('#95 the engine’s filter is asked also where there is no error', async () => {
    const filtered: unknown[] = [];
    const { engine } = testEngine({ filter: (error) => void filtered.push(error) });
    await engine.stop();
    expect(filtered).toEqual([undefined]);
  });

  it('#95 may come from a start', async () => {
    const { engine } = testEngine({ isFatal });
    const failing = handManifold();
    failing.failures.push(new Error('fatal start'));
    engine.install('failing', failing);
    await expect(engine.wait()).rejects.toThrow('fatal start');
    expect(engine.report().manifolds).toEqual({ failing: { state: 'stopped', inputs: [], error: 'fatal start' } });
  });

  it('a rank tells what is fatal and which is worst; the earlier of two equals stays', () => {
    const { isFatal, worstError } = rankedErrors((error) =>
      error === 'terminate' ? 4 : error === 'reboot' || error === 'shutdown' ? 3 : 0,
    );
    expect([isFatal('terminate'), isFatal('reboot'), isFatal('other')]).toEqual([true, true, false]);
    expect(worstError('reboot', undefined)).toBe('reboot');
    expect(worstError('terminate', 'reboot')).toBe('terminate');
    expect(worstError('reboot', 'terminate')).toBe('terminate');
    expect(worstError('reboot', 'shutdown')).toBe('shutdown');
  });

  const broken: [string, Partial<EngineConfig>][] = [
    ['isFatal', { isFatal: cannotJudge }],
    ['worstError', { isFatal: () => true, worstError: cannotJudge }],
    ['the engine’s filter', { isFatal: () => true, filter: cannotJudge }],
  ];
  it.each(broken)('ends the engine when %s throws', async (_, config) => {
    const { engine } = testEngine(config);
    const failing = handManifold();
    const other = handManifold();
    engine.installAll({ failing, other });
    await engine.settled();
    failing.worker.fail(new Error('x'));
    await expect(engine.wait()).rejects.toThrow('cannot judge');
    expect(other.worker.kills).toBe(1);
  });
});

describe('#96 a manifold’s filter', () => {
  it('#96 sees what start throws and with what the worker ends, and fatality is judged after it', async () => {
    const seen: unknown[] = [];
    const { engine, pass, complaints } = testEngine({ isFatal, errorDelayMs: 5 });
    const x = handManifold([], {
      filter(error) {
        seen.push(error instanceof Error ? error.message : error);
        return error instanceof Error ? new Error('tamed') : undefined;
      },
    });
    x.failures.push(new Error('fatal start'));
    engine.install('x', x);
    await pass(10);
    expect(complaints()).toEqual(['error "x" manifold worker returned unexpected error: tamed']);
    x.worker.end();
    await pass(1_000);
    expect(seen).toEqual(['fatal start', undefined]);
    expect(engine.report().manifolds).toEqual({ x: { state: 'stopped', inputs: [], 'start-count': 1 } });
    await engine.stop();
  });

  it('#96 may make an error fatal, and may take it away', async () => {
    const { engine, pass } = testEngine({ isFatal });
    const quietened = handManifold([], { filter: () => undefined });
    const sharpened = handManifold([], { filter: (error) => error && new Error('fatal after all', { cause: error }) });
    quietened.failures.push(new Error('fatal'));
    engine.installAll({ quietened, sharpened });
    await pass(5_000);
    expect(quietened.starts).toBe(1);
    expect(engine.report().state).toBe('started');
    sharpened.worker.fail(new Error('harmless'));
    await expect(engine.wait()).rejects.toThrow('fatal after all');
  });

  it('#96 leaves the count of errors to what it was given', async () => {
    const { engine, pass } = testEngine({ errorDelayMs: 5, backoffFactor: 2 });
    const x = handManifold([], { filter: () => undefined });
    x.failures.push(new Error('x'));
    engine.install('x', x);
    await pass(10);
    expect(engine.status().manifolds['x']).toMatchObject({ state: 'stopped', recentErrors: 1 });
    await engine.stop();
  });

  it('that throws is an error like another', async () => {
    const { engine, complaints } = testEngine();
    const x = handManifold([], {
      filter: () => {
        throw new Error('broken filter');
      },
    });
    engine.install('x', x);
    await quiet();
    x.worker.end();
    await quiet();
    expect(complaints()).toEqual(['error "x" manifold worker returned unexpected error: broken filter']);
    await engine.stop();
  });
});

describe('what the engine is given', () => {
  it('may throw without doing harm: metrics, logger, a worker’s kill and report', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    const { engine, pass } = testEngine({
      metrics: { recordStart: broken },
      logger: { debug: broken, info: broken, warn: broken, error: broken },
      errorDelayMs: 5,
    });
    const x = handManifold([], {
      onKill(worker) {
        worker.end();
        broken();
      },
      report: broken,
    });
    x.failures.push(new Error('x'));
    engine.install('x', x);
    await pass(10);
    expect(engine.report().manifolds).toMatchObject({ x: { state: 'started', report: { error: 'broken' } } });
    await engine.stop();
    expect(engine.report().state).toBe('stopped');
  });

  it('is told of every worker that comes up', async () => {
    const started: string[] = [];
    const { engine, pass } = testEngine({
      metrics: { recordStart: (name) => void started.push(name) },
      errorDelayMs: 5,
    });
    const x = handManifold();
    x.failures.push(new Error('x'));
    engine.installAll({ x, y: handManifold(['x']) });
    await pass(50);
    expect(started).toEqual(['x', 'y']);
    await engine.stop();
  });

  it('a worker that fails without a word is an error all the same', async () => {
    const { engine, complaints } = testEngine();
    const x = handManifold();
    engine.install('x', x);
    await quiet();
    x.worker.fail(undefined);
    await quiet();
    expect(complaints()).toEqual([
      'error "x" manifold worker returned unexpected error: a worker failed without saying why',
    ]);
    await engine.stop();
  });

  it.each([
    ['a text', 'just a text', 'just a text'],
    ['an empty text', '', ''],
    ['a number', 0, '0'],
    ['null', null, 'a worker failed without saying why'],
  ])('a worker may fail with %s', async (_, thrown, text) => {
    const { engine, complaints } = testEngine();
    const x = handManifold();
    engine.install('x', x);
    await quiet();
    x.worker.fail(thrown);
    await quiet();
    expect(complaints()).toEqual([`error "x" manifold worker returned unexpected error: ${text}`]);
    await engine.stop();
  });

  it('keeps secrets out of logs and reports', async () => {
    const { engine, logger } = testEngine();
    const x = handManifold([], { report: () => ({ url: 'https://me:hunter2@host/', sessionToken: 'hunter2' }) });
    const y = handManifold();
    y.failures.push(new Error('refused: Bearer hunter2', { cause: new Error('at https://me:hunter2@host/') }));
    engine.installAll({ x, y });
    await quiet();
    y.failures.push(new Error('Bearer hunter2'));
    expect(logger.text()).toContain('refused: Bearer [redacted]');
    expect(logger.text() + JSON.stringify([engine.report(), engine.status()])).not.toContain('hunter2');
    await engine.stop();
  });
});
