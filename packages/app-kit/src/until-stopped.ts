import { type Clock, systemClock } from '@moorline/core';
import { AppError } from './error.js';

/** Why a running app was told to end. */
export interface StopReason {
  signal: NodeJS.Signals;
}

/**
 * Runs `work` until it ends by itself or the process gets SIGINT or SIGTERM; then its signal is aborted and it has
 * `graceMs` to finish. A second signal ends the process at once.
 *
 * @throws AppError `stop_timed_out` when the grace was not enough.
 */
export async function untilStopped(
  work: (signal: AbortSignal) => Promise<void>,
  options: { graceMs?: number; clock?: Clock; onStop?: (reason: StopReason) => void } = {},
): Promise<void> {
  const { graceMs = 5000, clock = systemClock, onStop } = options;
  const controller = new AbortController();
  let failLate: (error: AppError) => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    failLate = reject;
  });
  const stop = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    onStop?.({ signal });
    controller.abort(signal);
    const tooLate = new AppError(`stopping took longer than ${graceMs} ms`, {
      code: 'stop_timed_out',
      hint: 'nothing that was answered is lost; the next start continues',
    });
    clock.setTimer(graceMs, () => failLate(tooLate)).unref();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await Promise.race([work(controller.signal), late]);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
