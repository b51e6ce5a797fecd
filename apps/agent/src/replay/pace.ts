import { type Clock, sleep } from '@moorline/core';

/** Holds a replay back to a chosen speed. */
export interface Pace {
  /** Milliseconds until the log's moment `time` (seconds) is due; 0 when it is. */
  dueIn(time: number): number;
  /** Waits until it is due. */
  until(time: number, signal: AbortSignal): Promise<void>;
}

/**
 * The first moment that is asked for is now; a later one follows after its distance in the log divided by `speed`.
 *
 * @param speed > 0; Infinity never waits.
 */
export function createPace(speed: number, clock: Clock): Pace {
  let origin: { time: number; at: number } | undefined;
  const dueIn = (time: number): number => {
    const { time: first, at } = (origin ??= { time, at: clock.monotonic() });
    return Math.max(0, at + ((time - first) * 1000) / speed - clock.monotonic());
  };
  return {
    dueIn,
    async until(time, signal) {
      const delayMs = dueIn(time);
      if (delayMs > 0) await sleep(delayMs, { signal, clock });
    },
  };
}
