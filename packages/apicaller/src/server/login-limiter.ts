import { type Clock, systemClock } from '@moorline/core';

/** Says how many agents may log in how fast; users are not asked about. */
export interface LoginLimiter {
  /** Whether one more login may go on now; where not, it is answered `try again`. */
  take(attempt: { tag: string; remoteAddress: string | undefined }): boolean;
}

/**
 * So many logins at once and no more, then one more each time so much time has passed.
 *
 * @throws TypeError for numbers below 1.
 */
export function loginLimiter(options: {
  /** Logins at once, ≥ 1. */
  burst: number;
  /** Milliseconds until one more may go on, > 0. */
  refillMs: number;
  clock?: Clock | undefined;
}): LoginLimiter {
  const { burst, refillMs, clock = systemClock } = options;
  if (!(burst >= 1) || !(refillMs > 0)) throw new TypeError('burst is at least 1, refillMs more than 0');
  let left = burst;
  let countedAt = clock.monotonic();
  return {
    take() {
      const now = clock.monotonic();
      left = Math.min(burst, left + (now - countedAt) / refillMs);
      countedAt = now;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
