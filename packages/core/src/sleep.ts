import { type Clock, systemClock } from './clock.js';

/** Options of {@link sleep}. */
export interface SleepOptions {
  /** Ends the sleep at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  /** Whether the sleep keeps the process alive. Default true. */
  ref?: boolean | undefined;
}

/**
 * Resolves after `delayMs` milliseconds (≥ 0).
 *
 * @throws the signal's reason when it is aborted, before or during the sleep; no timer or listener stays.
 */
export function sleep(delayMs: number, options: SleepOptions = {}): Promise<void> {
  const { signal, clock = systemClock, ref = true } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    if (!ref) timer.unref();
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
