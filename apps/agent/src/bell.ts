import { type Clock, systemClock } from '@moorline/core';

/** Wakes one that waits. */
export interface Bell {
  /** Ends the wait of now, or else the next one. */
  ring(): void;
  /**
   * Resolves at the next ring, at once where it rang since the last wait, and at the latest after `atMostMs`.
   *
   * @throws the signal's reason.
   */
  wait(atMostMs: number, signal: AbortSignal): Promise<void>;
}

export function createBell(clock: Clock = systemClock): Bell {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    wait(atMostMs, signal) {
      return new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          timer.cancel();
          signal.removeEventListener('abort', abort);
          wake = undefined;
          rang = false;
          settle();
        };
        const abort = () => finish(() => reject(signal.reason));
        const timer = clock.setTimer(atMostMs, () => finish(resolve));
        wake = () => finish(resolve);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        else if (rang) finish(resolve);
      });
    },
  };
}
