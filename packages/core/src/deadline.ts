import { type Clock, systemClock } from './clock.js';
import { createErrorGuard, MoorlineError } from './error.js';

/** A call that took longer than its `timeoutMs`. */
export class TimeoutError extends MoorlineError<'timeout'> {
  constructor(attempted: string, timeoutMs: number) {
    super(`${attempted} took longer than ${timeoutMs} ms`, {
      code: 'timeout',
      hint: 'raise timeoutMs, or set it to 0 to turn the deadline off',
      isRetryable: true,
      details: { timeoutMs },
    });
    this.name = 'TimeoutError';
  }
}

export const isTimeoutError = createErrorGuard<TimeoutError>('TimeoutError');

/** Options of {@link withDeadline}. */
export interface DeadlineOptions {
  /** Aborts the call at once with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, ≥ 0; 0 or undefined turns the deadline off. */
  timeoutMs?: number | undefined;
  /** What is being done, for the error's message: `POST https://…`. */
  attempted?: string | undefined;
  clock?: Clock | undefined;
}

/**
 * Runs `work` under a signal that is aborted by the caller's signal or when the deadline passes, and rejects at that
 * moment, whether or not `work` heeds the signal. Leaves no timer and no listener behind, however it ends.
 *
 * @throws TimeoutError when the deadline passes first; the caller's reason when its signal is aborted first.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: DeadlineOptions = {},
): Promise<T> {
  const { signal, timeoutMs = 0, attempted = 'the call', clock = systemClock } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const timer =
    timeoutMs > 0
      ? clock.setTimer(timeoutMs, () => controller.abort(new TimeoutError(attempted, timeoutMs)))
      : undefined;
  let fail: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    fail = () => reject(controller.signal.reason);
  });
  controller.signal.addEventListener('abort', fail, { once: true });
  try {
    return await Promise.race([work(controller.signal), aborted]);
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', stop);
    // `fetch` keeps the signals that it was given for long: none of them may hold the result of this call.
    controller.signal.removeEventListener('abort', fail);
  }
}
