import { describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.js';

describe('systemClock', () => {
  it('fires a timer once', async () => {
    const fired = vi.fn();
    await new Promise<void>((resolve) => {
      systemClock.setTimer(1, () => {
        fired();
        resolve();
      });
    });
    expect(fired).toHaveBeenCalledTimes(1);
  });

  it('never fires a cancelled timer, and cancelling twice is fine', async () => {
    const fired = vi.fn();
    const timer = systemClock.setTimer(1, fired);
    timer.cancel();
    timer.cancel();
    await new Promise<void>((resolve) => void systemClock.setTimer(5, resolve));
    expect(fired).not.toHaveBeenCalled();
  });

  it('waits through delays longer than the runtime can take at once', () => {
    vi.useFakeTimers();
    try {
      const fired = vi.fn();
      const days = 60 * 86_400_000;
      systemClock.setTimer(days, fired);
      vi.advanceTimersByTime(days - 1);
      expect(fired).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1);
      expect(fired).toHaveBeenCalledTimes(1);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives monotonic time that does not go back, and wall time of today', () => {
    const before = systemClock.monotonic();
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  });
});
