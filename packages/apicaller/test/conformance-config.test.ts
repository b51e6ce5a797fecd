import { createEngine, type EngineConfig, isApicallerError, validate } from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { testEngine } from './support/test-engine.js';

const good: EngineConfig = { isFatal: () => false, worstError: (error) => error };

describe('#87 configuration', () => {
  const refused: [string, object, string][] = [
    ['no isFatal', { isFatal: undefined }, 'IsFatal not specified'],
    ['no worstError', { worstError: undefined }, 'WorstError not specified'],
    ['a negative error delay', { errorDelayMs: -1 }, 'ErrorDelay is negative'],
    ['a negative bounce delay', { bounceDelayMs: -1 }, 'BounceDelay is negative'],
    ['a shrinking back-off', { backoffFactor: 0.9 }, 'BackoffFactor 0.9 must be >= 1'],
    ['a negative back-off', { backoffFactor: -1 }, 'BackoffFactor -1 must be >= 1'],
    ['a back-off that is no number', { backoffFactor: NaN }, 'BackoffFactor NaN must be >= 1'],
    ['a negative reset time', { backoffResetMs: -1 }, 'BackoffResetTime is negative'],
    ['a negative longest delay', { maxDelayMs: -1 }, 'MaxDelay is negative'],
    ['an endless delay', { maxDelayMs: Infinity }, 'MaxDelay Infinity is not a finite number of milliseconds'],
    ['a clock that is none', { clock: null }, 'missing Clock not valid'],
    ['metrics that are none', { metrics: null }, 'missing Metrics not valid'],
    ['a logger that is none', { logger: { info: () => undefined } }, 'missing Logger not valid'],
  ];
  it.each(refused)('#87 refuses %s', (_, part, complaint) => {
    expect(() => createEngine({ ...good, ...part })).toThrow(
      expect.objectContaining({ code: 'invalid_config', message: `invalid config: ${complaint}` }),
    );
  });

  it('#87 needs only the two judges: the delays default to the original’s figures', async () => {
    const { engine, delays, pass } = testEngine();
    const failing = handManifold();
    failing.failures.push(new Error('x'), new Error('x'), new Error('x'));
    engine.install('failing', failing);
    await pass(12_000);
    expect(delays).toEqual([3_000, 3_600, 4_320]);
    await engine.stop();
  });
});

describe('#87 installing', () => {
  it('#87 refuses a name twice, and leaves the first alone', async () => {
    const { engine } = testEngine();
    engine.install('a', handManifold());
    expect(() => engine.install('a', handManifold(['b']))).toThrow(
      expect.objectContaining({ code: 'already_installed', message: '"a" manifold already installed' }),
    );
    expect(engine.report().manifolds).toMatchObject({ a: { inputs: [] } });
    await engine.stop();
  });

  it('#87 refuses what needs itself, by whatever way round, and says which way', async () => {
    const { engine, pass } = testEngine();
    engine.install('a', handManifold(['b']));
    expect(() => engine.install('s', handManifold(['s']))).toThrow(
      'cannot install "s" manifold: cycle detected at "s" (considering: map[s:true])',
    );
    expect(() => engine.install('b', handManifold(['x', 'a']))).toThrow(
      expect.objectContaining({
        code: 'dependency_cycle',
        message: 'cannot install "b" manifold: cycle detected at "b" (considering: map[a:true b:true x:false])',
        hint: 'take one of these inputs away: b → a → b',
        details: { cycle: ['b', 'a', 'b'] },
      }),
    );
    expect(Object.keys(engine.report().manifolds)).toEqual(['a']);
    engine.install('b', handManifold());
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({ a: { state: 'started' }, b: { state: 'started' } });
    await engine.stop();
  });

  it('#87 takes unknown inputs, unless told to refuse them', async () => {
    const { engine, pass } = testEngine();
    expect(() =>
      engine.installAll({ a: handManifold(['b']), b: handManifold(['c']) }, { unknownInputs: 'refuse' }),
    ).toThrow(
      expect.objectContaining({
        code: 'input_unknown',
        message: 'cannot install "b" manifold: its input "c" is not installed',
      }),
    );
    expect(() => engine.install('a', handManifold(['b']), { unknownInputs: 'refuse' })).toThrow('"b" is not installed');
    expect(engine.report().manifolds).toEqual({});
    engine.install('c', handManifold());
    engine.installAll({ a: handManifold(['b']), b: handManifold(['c']) }, { unknownInputs: 'refuse' });
    engine.install('d', handManifold(['a', 'nobody']));
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({ a: { state: 'started' }, d: { state: 'stopped' } });
    await engine.stop();
  });

  it('#87 installs a set up to the first that cannot be', async () => {
    const { engine } = testEngine();
    engine.install('b', handManifold());
    expect(() => engine.installAll({ a: handManifold(), b: handManifold(), c: handManifold() })).toThrow(
      '"b" manifold already',
    );
    expect(Object.keys(engine.report().manifolds)).toEqual(['b', 'a']);
    await engine.stop();
  });

  it('#87 refuses everything once it is told to stop', async () => {
    const { engine } = testEngine();
    const slow = handManifold([], { onKill: () => undefined });
    engine.install('slow', slow);
    await engine.settled();
    engine.kill();
    const refusal = expect.objectContaining({ code: 'engine_stopping', message: 'engine is shutting down' });
    expect(() => engine.install('a', handManifold())).toThrow(refusal);
    slow.worker.end();
    await engine.wait();
    expect(() => engine.install('a', handManifold())).toThrow(refusal);
    expect(() => engine.installAll({})).toThrow(refusal);
  });

  it.each(['', ' ', 'a b', '-a', '__proto__', 'ä', 'a'.repeat(129)])(
    'refuses the name %j, for a manifold and as an input',
    async (name) => {
      const { engine } = testEngine();
      const refusal = expect.objectContaining({ code: 'invalid_name' });
      expect(() => engine.install(name, handManifold())).toThrow(refusal);
      expect(() => engine.install('good', handManifold([name]))).toThrow(refusal);
      expect(engine.report().manifolds).toEqual({});
      await engine.stop();
    },
  );

  it('takes names that objects have of their own', async () => {
    const { engine, pass } = testEngine();
    engine.installAll(
      { constructor: handManifold(['toString']), toString: handManifold() },
      { unknownInputs: 'refuse' },
    );
    await pass(50);
    expect(engine.report().manifolds).toMatchObject({
      constructor: { state: 'started' },
      toString: { state: 'started' },
    });
    await engine.stop();
  });

  it.each([
    ['nothing', null],
    ['no start', {}],
    ['inputs that are no list', { start: () => undefined, inputs: 'agent' }],
  ])('refuses %s for a manifold', async (_, wrong) => {
    const { engine } = testEngine();
    const install: (name: string, manifold: unknown) => void = (name, manifold) =>
      Reflect.apply(engine.install, engine, [name, manifold]);
    expect(() => install('a', wrong)).toThrow(
      expect.objectContaining({ code: 'invalid_manifold', message: '"a" is no manifold' }),
    );
    await engine.stop();
  });
});

describe('#87 validate', () => {
  it('#87 finds a cycle in a set, takes unknown inputs, and refuses them when told to', () => {
    validate({ x: handManifold(['y']) });
    expect(() => validate({ x: handManifold(['y']) }, { unknownInputs: 'refuse' })).toThrow('"y" is not installed');
    expect(() => validate({ z: handManifold(['x']), x: handManifold(['y']), y: handManifold(['x']) })).toThrow(
      'cycle detected at "x" (considering: map[x:true y:true z:true])',
    );
    expect(() => validate({ 'x y': handManifold() })).toThrow(expect.objectContaining({ code: 'invalid_name' }));
  });

  it('goes down chains longer than the call stack', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [
        `m${index}`,
        handManifold(index === 49_999 ? [] : [`m${index + 1}`]),
      ]),
    );
    validate(chain, { unknownInputs: 'refuse' });
    expect(() => validate({ ...chain, m49999: handManifold(['m0']) })).toThrow(
      expect.toSatisfy((error) => isApicallerError(error) && error.code === 'dependency_cycle'),
    );
  });
});
