import { createFakeClock } from '@moorline/core/testing';
import { expect, it } from 'vitest';
import { createBell } from './bell.js';

const forever = new AbortController().signal;

it('wakes one that waits, and leaves no timer', async () => {
  const clock = createFakeClock();
  const bell = createBell(clock);
  const waited = bell.wait(1000, forever);
  bell.ring();
  await waited;
  expect(clock.pendingTimers).toBe(0);
});

it('remembers a ring that nobody waited for, once', async () => {
  const clock = createFakeClock();
  const bell = createBell(clock);
  bell.ring();
  bell.ring();
  await bell.wait(1000, forever);
  let isAwake = false;
  const second = bell.wait(1000, forever).then(() => (isAwake = true));
  await clock.advance(999);
  expect(isAwake).toBe(false);
  await clock.advance(1);
  await second;
});

it('rejects with the reason of the signal, before and while it waits', async () => {
  const clock = createFakeClock();
  const bell = createBell(clock);
  const controller = new AbortController();
  const waited = bell.wait(1000, controller.signal);
  controller.abort('enough');
  await expect(waited).rejects.toBe('enough');
  await expect(bell.wait(1000, controller.signal)).rejects.toBe('enough');
  expect(clock.pendingTimers).toBe(0);
});
