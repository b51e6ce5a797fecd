import { ErrBounce, ErrMissing, type EngineConfig } from '@moorline/apicaller';
import { describe, expect, it } from 'vitest';
import { handManifold } from './support/hand-manifold.js';
import { testEngine } from './support/test-engine.js';

const pace = { errorDelayMs: 1_000, bounceDelayMs: 10, backoffFactor: 2, backoffResetMs: 60_000, maxDelayMs: 3_000 };

/** The first `count` delays of a manifold whose start fails with each of `errors`, then with the last for ever. */
async function delaysOf(config: Partial<EngineConfig>, errors: readonly unknown[], count: number): Promise<number[]> {
  const { engine, clock, delays } = testEngine({ ...pace, ...config });
  const failing = handManifold();
  let starts = 0;
  engine.install('x', {
    start() {
      failing.failures.push(errors[starts++] ?? errors.at(-1));
      return failing.start({ name: 'x', signal: new AbortController().signal, get: () => undefined });
    },
  });
  await clock.advance(0);
  while (delays.length < count) await clock.advance(delays.at(-1) ?? 0);
  engine.kill();
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
  return delays.slice(0, count);
}

const fail = new Error('x');

describe('#92 back-off', () => {
  it('#92 grows by the factor up to the bound, each delay jittered by a tenth either way', async () => {
    const lowest = await delaysOf({ random: () => 0 }, [fail], 5);
    const middle = await delaysOf({ random: () => 0.5 }, [fail], 5);
    const highest = await delaysOf({ random: () => 1 - Number.EPSILON }, [fail], 5);
    expect(lowest).toEqual([900, 1_800, 2_700, 2_700, 2_700]);
    expect(middle).toEqual([1_000, 2_000, 3_000, 3_000, 3_000]);
    expect(highest).toEqual([1_100, 2_200, 3_300, 3_300, 3_300]);
  });

  it('#92 jitters by chance of its own', async () => {
    const delays = await delaysOf({ random: undefined }, [fail], 60);
    for (const delay of delays.slice(2)) expect(delay).toSatisfy((ms: number) => ms >= 2_700 && ms <= 3_300);
    expect(new Set(delays.slice(2)).size).toBeGreaterThan(10);
  });

  it('#92 begins anew after a long run, and goes on after a short one', async () => {
    const { engine, clock, delays } = testEngine(pace);
    const failing = handManifold();
    engine.install('x', failing);
    await clock.advance(0);
    for (const ranMs of [0, 0, 0, 60_000, 59_999, 61_000]) {
      await clock.advance(ranMs);
      failing.worker.fail(fail);
      await clock.advance(0);
      await clock.advance(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([1_000, 2_000, 3_000, 1_000, 2_000, 1_000]);
    engine.kill();
    await engine.wait();
  });

  it('#92 forgets errors at a good end', async () => {
    const { engine, clock, delays } = testEngine(pace);
    const input = handManifold();
    const failing = handManifold(['input']);
    engine.installAll({ input });
    await clock.advance(0);
    engine.install('x', failing);
    failing.failures.push(fail, fail);
    await clock.advance(3_000);
    expect(delays).toEqual([1_000, 2_000]);
    failing.worker.end();
    await clock.advance(0);
    expect(engine.status().manifolds['x']).toMatchObject({ recentErrors: 0, startAttempts: 0, startCount: 1 });
    engine.kill();
    await engine.wait();
  });

  it('#92 stays as it is without a factor', async () => {
    expect(await delaysOf({ backoffFactor: 0 }, [fail], 5)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it('#92 does not wait at all where a delay is 0', async () => {
    const { engine, clock, delays } = testEngine({ ...pace, errorDelayMs: 0 });
    const failing = handManifold();
    failing.failures.push(fail, fail, fail);
    engine.install('x', failing);
    await clock.advance(0);
    expect(delays).toEqual([]);
    expect(engine.report().manifolds).toMatchObject({ x: { state: 'started' } });
    engine.kill();
    await engine.wait();
  });

  it('#92 applies to bounces too, and both kinds count for each other', async () => {
    expect(await delaysOf({ maxDelayMs: 0 }, [ErrBounce], 6)).toEqual([10, 20, 40, 80, 160, 320]);
    expect(await delaysOf({}, [fail, fail, ErrBounce, fail], 5)).toEqual([1_000, 2_000, 40, 3_000, 3_000]);
  });

  it('#92 counts a lack of inputs as one error, however often', async () => {
    const { engine, clock, delays } = testEngine(pace);
    const input = handManifold();
    const lacking = handManifold(['input']);
    engine.installAll({ input });
    await clock.advance(0);
    engine.install('lacking', lacking);
    for (let time = 0; time < 5; time++) {
      lacking.failures.push(ErrMissing);
      delays.length = 0;
      input.worker.fail(ErrBounce);
      await clock.advance(10_000);
    }
    expect(engine.status().manifolds['lacking']).toMatchObject({ recentErrors: 1 });
    engine.kill();
    await engine.wait();
  });

  it('#93 stays finite and bounded after 200 failures, and after 2,000 with a steep factor', async () => {
    const delays = await delaysOf({ random: undefined }, [fail], 200);
    expect(Math.max(...delays)).toBeLessThanOrEqual(3_300);
    const steep = await delaysOf({ random: undefined, backoffFactor: 10 }, [fail], 2_000);
    expect(Math.max(...steep)).toBeLessThanOrEqual(3_300);
    expect(Math.min(...steep.slice(1))).toBeGreaterThanOrEqual(2_700);
  });

  it('#93 stays finite without a bound, where the original begins to restart at once', async () => {
    const delays = await delaysOf({ maxDelayMs: 0 }, [fail], 200);
    const hundredYears = 100 * 365.25 * 86_400_000;
    expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.at(-1)).toBe(hundredYears);
    expect(delays.every((delay) => delay > 0 && delay <= hundredYears)).toBe(true);
  });
});
