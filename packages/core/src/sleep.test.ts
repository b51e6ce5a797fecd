import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sleep } from './sleep.js';
import { createFakeClock } from './testing.js';

describe('sleep', () => {
  it('resolves when its time has come, not before', async () => {
    const clock = createFakeClock();
    let done = false;
    const sleeping = sleep(1000, { clock }).then(() => {
      done = true;
    });
    await clock.advance(999);
    expect(done).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(done).toBe(true);
  });

  it('rejects at once with the reason when aborted, leaving neither timer nor listener', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleeping = sleep(1000, { clock, signal: controller.signal });
    controller.abort('storm');
    await expect(sleeping).rejects.toBe('storm');
    expect(clock.pendingTimers).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('does not begin under a signal that is aborted already', async () => {
    const clock = createFakeClock();
    await expect(sleep(1, { clock, signal: AbortSignal.abort('storm') })).rejects.toBe('storm');
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves no listener after a normal end', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const sleeping = sleep(10, { clock, signal: controller.signal });
    await clock.advance(10);
    await sleeping;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
