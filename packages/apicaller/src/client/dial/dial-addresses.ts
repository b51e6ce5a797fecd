import { type Clock, systemClock } from '@moorline/core';
import { moreTelling } from './dial-error.js';

/** Options of {@link dialAddresses}. */
export interface DialAddressesOptions {
  /** Milliseconds between the start of one attempt and of the next, ≥ 0; 0 starts all at once. */
  intervalMs: number;
  signal: AbortSignal;
  clock?: Clock | undefined;
}

/**
 * Attempts all targets, each begun a while after the one before: the first that succeeds wins, and the others are
 * aborted. What of them still comes up is given to `discard`.
 *
 * @throws of all failures the one that tells most, when all have failed; the signal's reason.
 */
export function dialAddresses<Target, T>(
  targets: readonly Target[],
  dial: (target: Target, signal: AbortSignal) => Promise<T>,
  discard: (late: T) => void,
  { intervalMs, signal, clock = systemClock }: DialAddressesOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempts = new AbortController();
    let isSettled = false;
    let failed = 0;
    let worst: unknown;
    let timer: { cancel(): void } | undefined;
    const settle = (outcome: () => void, reason: unknown): void => {
      isSettled = true;
      timer?.cancel();
      signal.removeEventListener('abort', onAbort);
      attempts.abort(reason);
      outcome();
    };
    const onAbort = (): void => settle(() => reject(signal.reason), signal.reason);
    const onSuccess = (connection: T): void => {
      if (isSettled) discard(connection);
      else settle(() => resolve(connection), superseded);
    };
    const onFailure = (error: unknown): void => {
      if (isSettled) return;
      worst = failed === 0 ? error : moreTelling(worst, error);
      failed++;
      if (failed === targets.length) settle(() => reject(worst), error);
    };
    const start = (index: number): void => {
      const target = targets[index];
      if (target === undefined) return;
      dial(target, attempts.signal).then(onSuccess, onFailure);
      if (intervalMs <= 0) start(index + 1);
      else timer = clock.setTimer(intervalMs, () => start(index + 1));
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    start(0);
  });
}

/** Why an attempt is aborted when another has won. */
const superseded = new Error('another address was faster');
