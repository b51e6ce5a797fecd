import { createEngine, ErrBounce, manifold, outputKey, worker } from '@moorline/apicaller';
import { sleep } from '@moorline/core';
import { createFakeClock } from '@moorline/core/testing';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { soak } from '../../../tools/testenv/scale.js';
import { quiet } from './support/test-engine.js';

const hourMs = 3_600_000;
const valueKey = outputKey<number>('value');

it('a day of failures leaves no timer, no listener and no memory behind', { timeout: 60_000 }, async () => {
  const random = mulberry32(20_260_102);
  const clock = createFakeClock();
  const engine = createEngine({ isFatal: () => false, worstError: (error) => error, clock, random });
  const size = 40;
  let failures = 0;
  let startsInAll = 0;
  const lives = new Map<string, AbortSignal>();
  for (let index = 0; index < size; index++) {
    const inputs =
      index === 0 ? [] : [String(index - 1 - (index % 3 === 0 ? 0 : Math.floor(random() * Math.min(index, 5))))];
    engine.install(
      String(index),
      manifold({
        inputs,
        async start({ name, signal, get }) {
          startsInAll++;
          lives.set(name, signal);
          for (const input of inputs) get(input, valueKey);
          await sleep(random() * 2_000, { signal, clock });
          if (random() < 0.1) throw new Error('cannot start');
          return worker(
            async (stop) => {
              await sleep(random() * 2 * hourMs, { signal: stop, clock });
              failures++;
              if (random() < 0.3) throw ErrBounce;
              throw new Error('failed');
            },
            { output: index, report: () => ({ index }) },
          );
        },
        outputs: ({ output }) => [valueKey.provide(output)],
      }),
    );
  }

  const heaps: number[] = [];
  for (let hour = 1; hour <= soak(24, 24 * 60); hour++) {
    await clock.advance(hourMs);
    await quiet();
    expect(clock.pendingTimers).toBeLessThanOrEqual(size); // each either runs, starts, or waits for its next start
    for (const [name, signal] of lives) {
      expect(getEventListeners(signal, 'abort').length, `listeners of ${name}`).toBeLessThanOrEqual(1);
    }
    heaps.push(heapUsed());
  }
  expect(failures).toBeGreaterThan(500);
  expect(startsInAll).toBeGreaterThan(2_000);
  const growth = Math.min(...heaps.slice(-6)) - Math.min(...heaps.slice(3, 9));
  expect(growth, 'bytes').toBeLessThan(1_000_000);

  await engine.stop();
  await quiet();
  expect(clock.pendingTimers).toBe(0);
  for (const signal of lives.values()) {
    expect(signal.aborted).toBe(true);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  }
});

/** Bytes in use after a collection. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no collector');
  collect();
  return process.memoryUsage().heapUsed;
}

/** A small seeded generator, so that the day is the same day each time. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
