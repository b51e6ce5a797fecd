import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.js';

describe('createFakeClock', () => {
  it('fires timers in order of time, then of creation', async () => {
    const clock = createFakeClock(0);
    const order: string[] = [];
    clock.setTimer(20, () => order.push(`late at ${clock.now()}`));
    clock.setTimer(10, () => order.push(`first at ${clock.now()}`));
    clock.setTimer(10, () => order.push(`second at ${clock.now()}`));
    await clock.advance(30);
    expect(order).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect([clock.now(), clock.pendingTimers]).toEqual([30, 0]);
  });

  it('fires timers that a timer set, in the same advance', async () => {
    const clock = createFakeClock(0);
    const fired: number[] = [];
    const tick = () => {
      fired.push(clock.monotonic());
      clock.setTimer(10, tick);
    };
    clock.setTimer(10, tick);
    await clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
  });

  it('lets promise chains settle between timers', async () => {
    const clock = createFakeClock(0);
    const seen: string[] = [];
    clock.setTimer(1, () => void Promise.resolve().then(() => seen.push('promise')));
    clock.setTimer(2, () => seen.push('timer'));
    await clock.advance(2);
    expect(seen).toEqual(['promise', 'timer']);
  });

  it('moves wall time back without moving monotonic time or timers', async () => {
    const clock = createFakeClock(1000);
    await clock.advance(50);
    clock.setWallTime(0);
    expect([clock.now(), clock.monotonic()]).toEqual([0, 50]);
    await clock.advance(5);
    expect([clock.now(), clock.monotonic()]).toEqual([5, 55]);
  });

  it('never fires a cancelled timer', async () => {
    const clock = createFakeClock();
    let fired = false;
    clock
      .setTimer(1, () => {
        fired = true;
      })
      .cancel();
    await clock.advance(10);
    expect(fired).toBe(false);
  });
});
