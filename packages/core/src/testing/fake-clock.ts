import type { Clock, Timer } from '../clock.js';

/** A clock that moves only when told. */
export interface FakeClock extends Clock {
  /** Moves time forward by `ms`, firing timers in order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves wall time alone, backwards too, as an administrator or a time server would. */
  setWallTime(ms: number): void;
  /** Timers that have not fired. */
  readonly pendingTimers: number;
}

interface Pending {
  at: number;
  order: number;
  callback: () => void;
}

/** @param startMs wall time at the start, milliseconds since 1970. Default 1,700,000,000,000. */
export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  const pending = new Set<Pending>();
  let elapsed = 0;
  let wallOffset = startMs;
  let order = 0;

  const next = (until: number): Pending | undefined =>
    [...pending].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];

  return {
    now: () => wallOffset + elapsed,
    monotonic: () => elapsed,
    setTimer(delayMs, callback): Timer {
      const timer: Pending = { at: elapsed + Math.max(0, delayMs), order: order++, callback };
      pending.add(timer);
      return { cancel: () => void pending.delete(timer), unref: () => undefined };
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        pending.delete(timer);
        elapsed = timer.at;
        timer.callback();
        await settle();
      }
      elapsed = until;
      await settle();
    },
    setWallTime(ms) {
      wallOffset = ms - elapsed;
    },
    get pendingTimers() {
      return pending.size;
    },
  };
}

/** Lets promise chains of some length run to their next wait, without any timer. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 32; turn++) await Promise.resolve();
}
