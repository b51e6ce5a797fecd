import { type Clock, TimeoutError, type Timer } from '@moorline/core';
import { ApicallerError } from '../error.js';

/** Options of {@link PingMonitor}. */
export interface PingMonitorOptions {
  /** Sends one ping. Rejects where it was answered with an error, or with the signal's reason. */
  ping: (signal: AbortSignal) => Promise<unknown>;
  /** Told once, of the first ping that failed. */
  onFailure: (error: ApicallerError) => void;
  /** Milliseconds from the answer to one ping until the next, and before the first, > 0. */
  periodMs: number;
  /** Milliseconds that an answer may take, > 0. */
  timeoutMs: number;
  clock: Clock;
}

/** Looks from time to time whether the peer still answers. */
export class PingMonitor {
  readonly #options: PingMonitorOptions;
  readonly #life = new AbortController();
  #timer: Timer | undefined;

  constructor(options: PingMonitorOptions) {
    this.#options = options;
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#life.abort(stopped);
  }

  #schedule(): void {
    const { clock, periodMs } = this.#options;
    this.#timer = clock.setTimer(periodMs, () => void this.#ping());
    this.#timer.unref();
  }

  async #ping(): Promise<void> {
    const { clock, timeoutMs, onFailure } = this.#options;
    const attempt = new AbortController();
    this.#timer = clock.setTimer(timeoutMs, () => attempt.abort(new TimeoutError('Pinger.Ping', timeoutMs)));
    try {
      await this.#options.ping(attempt.signal);
      this.#timer.cancel();
      if (!this.#life.signal.aborted) this.#schedule();
    } catch (cause) {
      this.#timer.cancel();
      if (!this.#life.signal.aborted) onFailure(pingFailed(cause));
    }
  }
}

const stopped = new Error('the monitor was stopped');

export function pingFailed(cause: unknown): ApicallerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ApicallerError(`the controller does not answer pings: ${why}`, {
    code: 'ping_failed',
    isRetryable: true,
    hint: 'close the connection and open a new one',
    cause,
  });
}
