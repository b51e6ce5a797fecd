import {
  createEngine,
  type EngineConfig,
  ErrBounce,
  ErrMissing,
  ErrUninstall,
  installerKey,
  type Manifold,
  manifold,
  outputKey,
  selfManifold,
  validate,
  valueWorker,
} from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { handWorker } from './support/hand-worker.js';
import { quiet, type TestEngine, testEngine } from './support/test-engine.js';
import { hasVectors, type VectorLine, vectorLines } from './support/vectors.js';

const lines = vectorLines('engine.ndjson');

/** The captured line of a case with all of `wanted`. */
function line(wanted: VectorLine): VectorLine {
  const found = lines.find((candidate) => Object.entries(wanted).every(([key, value]) => candidate[key] === value));
  if (found === undefined) throw new Error(`no line ${JSON.stringify(wanted)}`);
  return found;
}

/** Our report, with the time of the captures' placeholder. */
function reportOf({ engine }: TestEngine): unknown {
  return JSON.parse(JSON.stringify(engine.report()), (key, value: unknown) =>
    key === 'started' ? '2026-01-02 03:04:05' : value,
  );
}

function textOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Cycles: Go prints every name it has looked at, in an order of its own; where it began is chance (docs/engine.md §3). */
const withoutChance = (text: unknown) => String(text).replace(/at "\w+" \(considering: map\[.*\]\)/, 'at …');

describe.skipIf(!hasVectors)('what the original did, done again', () => {
  it('#87 refuses the same configurations with the same texts', () => {
    const wrong: Record<string, object> = {
      IsFatal: { isFatal: undefined },
      WorstError: { worstError: undefined },
      ErrorDelay: { errorDelayMs: -1 },
      BounceDelay: { bounceDelayMs: -1 },
      'BackoffFactor 0.9': { backoffFactor: 0.9 },
      'BackoffFactor -1': { backoffFactor: -1 },
      BackoffResetTime: { backoffResetMs: -1 },
      MaxDelay: { maxDelayMs: -1 },
      Clock: { clock: null },
      Metrics: { metrics: null },
      Logger: { logger: null },
    };
    const good: EngineConfig = { isFatal: () => false, worstError: (error) => error };
    const captured = lines.filter(({ event }) => event === 'NewEngine');
    expect(captured).toHaveLength(Object.keys(wrong).length);
    for (const { bad, error } of captured) {
      expect(textOf(() => createEngine({ ...good, ...wrong[String(bad)] }))).toBe(error);
    }
  });

  it('#87 refuses the same manifolds with the same texts', async () => {
    const { engine } = testEngine();
    const attempts: Record<string, () => void> = {
      'install a': () => engine.install('a', handManifold(['b'])),
      'install a again': () => engine.install('a', handManifold()),
      'install self cycle': () => engine.install('s', handManifold(['s'])),
      'install cycle b->a': () => engine.install('b', handManifold(['a'])),
      'Validate unknown input': () => validate({ x: handManifold(['unknown']) }),
      'Validate cycle': () => validate({ x: handManifold(['y']), y: handManifold(['x']) }),
    };
    for (const [event, attempt] of Object.entries(attempts)) {
      expect(withoutChance(textOf(attempt)), event).toBe(withoutChance(line({ case: '87', event })['error']));
    }
    await engine.stop();
    expect(textOf(() => engine.install('late', handManifold()))).toBe(
      line({ case: '87', event: 'install when dead' })['error'],
    );
  });

  it('#88 #98 #99 answers a start’s questions and reports alike, before, while and after', async () => {
    const test = testEngine();
    const colour = outputKey<string>('colour');
    const starts: VectorLine[] = [];
    let late: () => void = () => undefined;
    test.engine.install('consumer', {
      inputs: ['input', 'noout'],
      start(context) {
        starts.push({
          inputNil: textOf(() => context.get('input')),
          noout: textOf(() => context.get('noout', colour)),
          nooutExists: textOf(() => context.get('noout')),
          undeclared: textOf(() => context.get('zz')),
        });
        late = () => context.get('input');
        context.get('input');
        context.get('noout');
        return handWorker();
      },
    });
    await quiet();
    expect(reportOf(test)).toEqual(line({ event: 'report before input' })['report']);
    test.engine.install('noout', handManifold());
    test.engine.install('input', {
      start: () => Object.assign(handWorker(), { report: () => ({ colour: 'blue' }) }),
      output: () => {
        throw new Error('nobody asks for it');
      },
    });
    await test.pass(100);
    const captured = lines.filter((entry) => entry['case'] === '88' && entry['event'] === 'start');
    expect(starts).toHaveLength(2);
    starts.forEach((start, index) => expect(captured[index]).toMatchObject(start));
    expect(textOf(late)).toBe(line({ event: 'getter after Start' })['error']);
    expect(reportOf(test)).toEqual(line({ event: 'report running' })['report']);
    await test.engine.stop();
    expect(reportOf(test)).toEqual(line({ event: 'report stopped' })['report']);
  });

  it('#89 #90 restarts the same ones', async () => {
    const test = testEngine({ errorDelayMs: 30, bounceDelayMs: 10 });
    const input = handManifold();
    const dep = handManifold(['in']);
    test.engine.installAll({ in: input, dep });
    await test.pass(100);
    const starts = () => ({
      in: test.engine.status().manifolds['in']?.startCount,
      dep: test.engine.status().manifolds['dep']?.startCount,
    });
    const check = async (event: string) => {
      await test.pass(200);
      expect(starts(), event).toEqual(line({ case: '89', event })['starts']);
    };
    await check('both up');
    input.worker.fail(new Error('input failed'));
    await check('input worker errored');
    dep.worker.fail(new Error('dependent failed'));
    await check('dependent errored');
    dep.worker.end();
    await check('dependent ended nil');
    expect(reportOf(test)).toEqual(line({ event: 'report after nil end' })['report']);
    input.worker.end();
    await check('input ended nil (dependent is bounced)');
    expect(reportOf(test)).toEqual(line({ event: 'report after input nil end' })['report']);
    expect(test.complaints()).toEqual(logsOf('89'));
    await test.engine.stop();
  });

  const sentinels = { ErrMissing, ErrBounce, ErrUninstall };
  const annotations: Record<string, (error: Error) => Error> = {
    plain: (error) => error,
    annotated: (error) => new Error(`ctx: ${error.message}`, { cause: error }),
    '%w': (error) => new Error(`ctx: ${error.message}`, { cause: error }),
  };
  for (const [name, sentinel] of Object.entries(sentinels)) {
    for (const [how, annotate] of Object.entries(annotations)) {
      it(`#91 takes ${name} ${how} alike`, async () => {
        const test = testEngine({ bounceDelayMs: 5, backoffFactor: 0 });
        const x = handManifold();
        x.failures.push(annotate(sentinel));
        if (name === 'ErrBounce') x.failures.push(annotate(sentinel), annotate(sentinel));
        test.engine.install('x', x);
        await test.pass(70);
        const captured = line({ case: '91', event: `${name} ${how}` });
        expect(x.starts).toBe(captured['startsIn70ms']);
        expect(reportOf(test)).toEqual(captured['report']);
        await test.engine.stop();
      });
    }
  }

  it('#91 goes on alike after an uninstall', async () => {
    const test = testEngine();
    const input = handManifold();
    const dep = handManifold(['in']);
    test.engine.installAll({ in: input, dep });
    await test.pass(100);
    input.worker.fail(ErrUninstall);
    await test.pass(100);
    expect(reportOf(test)).toEqual(line({ case: '91', event: 'input uninstalled' })['report']);
    test.engine.install('in', handManifold());
    await test.pass(100);
    expect(reportOf(test)).toEqual(line({ case: '91', event: 'input reinstalled' })['report']);
    await test.engine.stop();
  });

  const pace = { errorDelayMs: 1_000, bounceDelayMs: 10, backoffFactor: 2, backoffResetMs: 60_000, maxDelayMs: 3_000 };
  const jujus = { errorDelayMs: 3_000, backoffFactor: 1.2, maxDelayMs: 120_000 };
  const x = new Error('x');
  const paced: [string, Partial<EngineConfig>, unknown[]][] = [
    ['92 error 1 s, factor 2, max 3 s', pace, [x]],
    ['93 200 failures', pace, [x]],
    ['93 200 failures, no MaxDelay', { ...pace, maxDelayMs: 0 }, [x]],
    ['93 2000 failures, factor 10, max 3 s', { ...pace, backoffFactor: 10 }, [x]],
    ['92 no back-off factor', { ...pace, backoffFactor: 0 }, [x]],
    ["92 Juju's figures (3 s, 1.2, max 2 min)", jujus, [x]],
    ['92 ErrBounce every start (bounce 10 ms)', { ...pace, maxDelayMs: 0 }, [ErrBounce]],
    ['92 error, error, ErrBounce, error', pace, [x, x, ErrBounce, x]],
  ];
  it.each(paced)('#92 #93 keeps the same pace: %s', async (name, config, errors) => {
    const { engine, clock, delays } = testEngine(config);
    let starts = 0;
    engine.install('x', { start: () => Promise.reject(errors[starts++] ?? errors.at(-1)) });
    const captured = lines.filter((entry) => entry['case'] === name);
    expect(captured.length).toBeGreaterThan(0);
    for (const { delaysSeconds, firstTen } of captured) {
      const wanted: unknown = delaysSeconds ?? firstTen;
      if (!Array.isArray(wanted)) throw new Error(`no delays in ${name}`);
      await clock.advance(0);
      while (delays.length < wanted.length - 1) await clock.advance(delays.at(-1) ?? 0);
      // Ours without jitter; theirs may lie a tenth to either side, and half a millisecond for rounding. Theirs begins with the first start's 0.
      wanted.slice(1).forEach((seconds, index) => {
        const exact = delays[index] ?? NaN;
        expect(Math.abs(Number(seconds) * 1_000 - exact), `${name} ${index}`).toBeLessThanOrEqual(exact / 10 + 1);
      });
    }
    engine.kill();
    await engine.wait();
  });

  it('#94 starts once for one restart of an input', async () => {
    const test = testEngine({ errorDelayMs: 30, bounceDelayMs: 80 });
    const a = handManifold();
    const dep = handManifold(['a', 'b']);
    test.engine.installAll({ a, b: handManifold() });
    await quiet();
    test.engine.install('dep', dep);
    await quiet();
    a.worker.fail(new Error('x'));
    const before = dep.starts;
    await test.pass(500);
    const captured = lines.find((entry) => entry['case'] === '94' && 'starts' in entry);
    expect(dep.starts - before).toBe(captured?.['starts']);
    expect(reportOf(test)).toEqual(captured?.['report']);
    expect(test.complaints()).toEqual(logsOf('94'));
    await test.engine.stop();
  });

  it('#95 ends with the same error and report', async () => {
    const asked: unknown[] = [];
    const test = testEngine({
      isFatal: (error) => error instanceof Error && error.message.startsWith('fatal'),
      worstError(a, b) {
        asked.push({ a: textOfError(a), b: textOfError(b) });
        return b ?? a;
      },
      filter: (error) => (error === undefined ? undefined : new Error(`filtered(${textOfError(error)})`)),
    });
    const y = handManifold([], { onKill: (worker) => worker.fail(new Error('fatal three')) });
    test.engine.installAll({ y, other: handManifold() });
    await quiet();
    const own = handManifold();
    test.engine.install('x', own);
    await quiet();
    own.worker.fail(new Error('fatal one'));
    const captured = line({ case: '95', event: 'wait' });
    await expect(test.engine.wait()).rejects.toThrow(String(captured['error']));
    expect(reportOf(test)).toEqual(captured['report']);
    expect(asked).toEqual(lines.filter(({ event }) => event === 'worstError').map(({ a, b }) => ({ a, b })));
  });

  it('#96 filters alike', async () => {
    const seen: unknown[] = [];
    const test = testEngine({
      errorDelayMs: 5,
      isFatal: (error) => error instanceof Error && error.message.startsWith('fatal'),
    });
    const own = handManifold([], {
      filter(error) {
        seen.push(textOfError(error));
        return error instanceof Error ? new Error('tamed') : undefined;
      },
    });
    own.failures.push(new Error('fatal start'));
    test.engine.install('x', own);
    await test.pass(20);
    own.worker.end();
    await test.pass(20);
    expect(seen).toEqual(
      lines.filter(({ event, case: name }) => name === '96' && event === 'filter').map((entry) => entry['in']),
    );
    expect(test.complaints()).toEqual(logsOf('96'));
    const captured = line({ case: '96', event: 'after' });
    expect(own.starts).toBe(captured['starts']);
    expect(reportOf(test)).toEqual(captured['report']);
    await test.engine.stop();
  });

  it('#97 #99 reports a start that is on its way, and ends alike', async () => {
    const test = testEngine();
    const late = handWorker();
    let release: () => void = () => undefined;
    let signal: AbortSignal | undefined;
    test.engine.install('slow', {
      async start(context) {
        signal = context.signal;
        await new Promise<void>((resolve) => (release = resolve));
        return late;
      },
    });
    await quiet();
    expect(reportOf(test)).toEqual(line({ event: 'report while starting' })['report']);
    test.engine.kill();
    expect(reportOf(test)).toEqual(line({ event: 'report while stopping' })['report']);
    expect(signal?.aborted).toBe(line({ event: 'Start ends late' })['abortSignalled']);
    release();
    await test.engine.wait();
    expect(late.kills).toBe(1);
    expect(reportOf(test)).toEqual(line({ event: 'late worker' })['report']);
  });

  it('#100 runs with itself as a manifold alike, but for an internal error after its end', async () => {
    const test = testEngine();
    const installer: Manifold = manifold({
      inputs: ['self'],
      start(context) {
        context.get('self', installerKey).install('child', handManifold());
        return valueWorker(undefined);
      },
    });
    test.engine.installAll({ self: selfManifold(test.engine), installer });
    await test.pass(100);
    expect(reportOf(test)).toEqual(line({ case: '100', event: 'report' })['report']);
    await test.engine.stop();
    const captured = JSON.stringify(line({ case: '100', event: 'wait' })['report']).replace(
      '"error":"tomb: dying",',
      '',
    );
    expect(reportOf(test)).toEqual(JSON.parse(captured));
  });

  it('logs the same errors at the same levels', async () => {
    const test = testEngine();
    const own = handManifold();
    own.failures.push(new Error('please try again later'), new Error('Try Again'));
    test.engine.install('x', own);
    await test.pass(10_000);
    expect(test.complaints()).toEqual(logsOf('log'));
    await test.engine.stop();
  });
});

/** Client-engine's captures: an agent, its connection, a consumer; the first connect asks for a bounce. */
describe.skipIf(!hasVectors)('the original’s agent, with stand-ins for its connection', () => {
  it.each(['engine-e2e', 'engine-broken'])('#76 #83 reports alike at each step: %s', async (name) => {
    const captured = vectorLines('client-engine.ndjson').filter((entry) => entry['case'] === name && 'report' in entry);
    const byStep = new Map(captured.map((entry) => [entry['step'], entry['report']]));
    const test = testEngine({ errorDelayMs: 300 });
    const caller = handManifold(['agent'], {
      filter: (error) => (error instanceof Error && error.message.includes('password replaced') ? ErrBounce : error),
    });
    caller.failures.push(new Error('insecure password replaced; retry'));
    test.engine.installAll({ agent: handManifold(), 'api-caller': caller, consumer: handManifold(['api-caller']) });
    await test.pass(1_000);
    expect(reportOf(test)).toEqual(byStep.get('report early'));
    const complaints: string[] = [];
    if (name === 'engine-broken') {
      caller.worker.fail(new Error('read: connection reset by peer'));
      complaints.push('error "api-caller" manifold worker returned unexpected error: read: connection reset by peer');
    }
    await test.pass(1_000);
    expect(reportOf(test)).toEqual(byStep.get('report'));
    expect(test.complaints()).toEqual(complaints);
    await test.engine.stop();
    expect(reportOf(test)).toEqual(byStep.get('engine stopped'));
  });
});

function logsOf(name: string): string[] {
  return lines
    .filter((entry) => entry['case'] === name && entry['event'] === 'log')
    .map((entry) => `${String(entry['level']).toLowerCase()} ${String(entry['text'])}`);
}

function textOfError(error: unknown): string | null {
  return error instanceof Error ? error.message : null;
}
