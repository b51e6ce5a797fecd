import { expect, it } from 'vitest';
import { DeadlineWatch } from './deadline-watch.js';
import { createFakeClock } from './testing/fake-clock.js';

function watchOf(deadlines: number[]) {
  const clock = createFakeClock();
  const looks: number[] = [];
  const watch = new DeadlineWatch(clock, (now) => {
    looks.push(now);
    return Math.min(Infinity, ...deadlines.filter((deadline) => deadline > now));
  });
  for (const deadline of deadlines) watch.add(deadline);
  return { clock, looks, watch };
}

it('keeps one timer for all deadlines, and looks when each is reached', async () => {
  const { clock, looks } = watchOf([300, 100, 200, Infinity]);
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(99);
  expect(looks).toEqual([]);
  await clock.advance(1);
  expect(looks).toEqual([100]);
  await clock.advance(1000);
  expect(looks).toEqual([100, 200, 300]);
  expect(clock.pendingTimers).toBe(0);
});

it('looks no more once it is closed, until a deadline is added', async () => {
  const { clock, looks, watch } = watchOf([100]);
  watch.close();
  watch.close();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(1000);
  expect(looks).toEqual([]);
  watch.add(1500);
  await clock.advance(500);
  expect(looks).toEqual([1500]);
});

it('gives the deadline that lies so far off, and none without a limit', async () => {
  const { clock, looks, watch } = watchOf([]);
  await clock.advance(50);
  expect(watch.after(0)).toBe(Infinity);
  expect(clock.pendingTimers).toBe(0);
  expect(watch.after(100)).toBe(150);
  await clock.advance(100);
  expect(looks).toEqual([150]);
});
