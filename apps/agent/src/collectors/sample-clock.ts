import type { Clock, Logger } from '@moorline/core';

/**
 * Sample times that never go backwards: a store refuses samples before the last one, and a job must not end before it
 * started.
 *
 * When the wall clock is set back, time here runs on at half speed until the wall clock has caught up, as a time server
 * would slew it.
 *
 * @returns Unix time, whole seconds.
 */
export function createSampleClock(clock: Clock, logger: Logger): () => number {
  let last = clock.now();
  let lastAt = clock.monotonic();
  let isSlewing = false;
  return () => {
    const wall = clock.now();
    const at = clock.monotonic();
    const slowest = last + (at - lastAt) / 2;
    if (wall < last && !isSlewing) {
      logger.warn(
        { behindSeconds: Math.round((last - wall) / 1000) },
        'the clock was set back: sample times run at half speed until it has caught up; restart the agent to follow it at once',
      );
    }
    isSlewing = wall < slowest;
    last = Math.max(wall, slowest);
    lastAt = at;
    return Math.floor(last / 1000);
  };
}
