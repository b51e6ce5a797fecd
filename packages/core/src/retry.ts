import { type Clock, systemClock } from './clock.js';
import { isMoorlineError } from './error.js';
import { sleep } from './sleep.js';

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** Delay before the second attempt, milliseconds, ≥ 0. Default 200. */
  minDelayMs?: number | undefined;
  /** No delay is longer, milliseconds. Default 30,000. */
  maxDelayMs?: number | undefined;
  /** Each delay is this many times the one before, ≥ 1. Default 2. */
  factor?: number | undefined;
  /** Share of each delay that is random, 0 to 1: at 0.5 a delay of 1 s becomes 0.5 s to 1 s. Default 0.5. */
  jitter?: number | undefined;
  /** Uniform in [0, 1). Default `Math.random`. */
  random?: (() => number) | undefined;
}

/** The delay after the failed attempt number `attempt` (1 is the first), in milliseconds. */
export function backoffDelay(attempt: number, options: BackoffOptions = {}): number {
  const { minDelayMs = 200, maxDelayMs = 30_000, factor = 2, jitter = 0.5, random = Math.random } = options;
  const full = Math.min(maxDelayMs, minDelayMs * factor ** (attempt - 1));
  return full * (1 - jitter * random());
}

/** Options of {@link retry}. */
export interface RetryOptions extends BackoffOptions {
  /** Attempts in all, ≥ 1; `Infinity` goes on until the signal is aborted. Default 3. */
  maxAttempts?: number | undefined;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  /** Whether this failure is worth another attempt. Default: the error's own `isRetryable`. */
  shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Milliseconds that the peer asked for (see {@link parseRetryAfter}); the longer of it and the back-off is waited. */
  retryAfterMs?: ((error: unknown) => number | undefined) | undefined;
  /** Told before each wait. */
  onRetry?: ((event: { error: unknown; attempt: number; delayMs: number }) => void) | undefined;
}

/**
 * Calls `work` until it succeeds, with jittered exponential back-off between attempts.
 *
 * @param work gets the attempt's number, 1 for the first.
 * @throws the last error when the attempts are used up or it is not worth another; the signal's reason when aborted.
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const {
    maxAttempts = 3,
    signal,
    clock = systemClock,
    shouldRetry = (error) => isMoorlineError(error) && error.isRetryable,
    retryAfterMs = retryAfterOf,
    onRetry,
  } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= maxAttempts || !shouldRetry(error, attempt)) throw error;
      const delayMs = Math.max(backoffDelay(attempt, options), retryAfterMs(error) ?? 0);
      onRetry?.({ error, attempt, delayMs });
      await sleep(delayMs, { signal, clock });
    }
  }
}

/** The convention of the packages' errors: `details.retryAfterMs`. */
function retryAfterOf(error: unknown): number | undefined {
  const value = isMoorlineError(error) ? error.details['retryAfterMs'] : undefined;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3: seconds, or an HTTP date).
 *
 * @param nowMs wall time, milliseconds since 1970.
 * @returns milliseconds to wait, ≥ 0; undefined where the header is absent or says nothing readable.
 */
export function parseRetryAfter(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
