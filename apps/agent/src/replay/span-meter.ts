import type { Clock } from '@moorline/core';

/** Adds up the time during which at least one of some calls was under way. */
export interface SpanMeter {
  /** Runs `work` and counts the time that it takes. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Milliseconds so far. */
  total(): number;
}

export function createSpanMeter(clock: Clock): SpanMeter {
  let underWay = 0;
  let since = 0;
  let spent = 0;
  return {
    async during(work) {
      if (underWay++ === 0) since = clock.monotonic();
      try {
        return await work();
      } finally {
        if (--underWay === 0) spent += clock.monotonic() - since;
      }
    },
    total: () => spent + (underWay > 0 ? clock.monotonic() - since : 0),
  };
}
