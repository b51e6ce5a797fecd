import type { Clock } from '@moorline/core';

/** Turns counters that only grow into rates. */
export interface RateMeter {
  /**
   * @param key names the counter.
   * @param count its value now.
   * @param wrapsAt the value after which it starts at 0 again, where it is known to wrap.
   * @returns growth per second since the last call; undefined at the first, and after a reset.
   */
  rate(key: string, count: number, wrapsAt?: number): number | undefined;
}

/**
 * A meter on the monotonic clock, so that a jump of the wall clock changes no rate. A counter that goes backwards and is
 * not known to wrap was reset (a device came back): that interval has no rate.
 */
export function createRateMeter(clock: Clock): RateMeter {
  const seen = new Map<string, { at: number; count: number }>();
  return {
    rate(key, count, wrapsAt) {
      const at = clock.monotonic();
      const before = seen.get(key);
      seen.set(key, { at, count });
      if (before === undefined || at <= before.at) return undefined;
      const grown =
        count >= before.count ? count - before.count : wrapsAt === undefined ? -1 : count + wrapsAt - before.count;
      return grown < 0 ? undefined : (grown * 1000) / (at - before.at);
    },
  };
}
