import { isMoorlineError } from '@moorline/core';

/** Milliseconds: what an agent leaves between two sessions in any case. */
const shortestMs = 100;
/** Milliseconds: the first delay is shorter than this, each further one shorter than twice that of before. */
const firstBoundMs = 3000;
/** Milliseconds: no delay is longer, unless the control plane asks for it. */
const longestBoundMs = 60_000;
/** Milliseconds that a fleet spreads over when all of it was told to stay away until the same moment. */
const spreadMs = 5000;

/** Milliseconds, exclusive: how long an agent waits before its first attempt, that a fleet does not come at once. */
export const startDelayBoundMs = 10_000;

/** Milliseconds: a session that was up for so long makes the next delay short again. */
export const settledAfterMs = 120_000;

/**
 * Milliseconds until the next attempt (docs/protocol.md §8.6): uniform below a bound that doubles, and not before the
 * control plane wants to be asked again.
 *
 * @param attempts how many attempts ended since the last session that held, 0 for none.
 * @param end what ended the last one; `details.retryAfterMs` of it is the control plane's wish.
 * @param random uniform in [0, 1).
 */
export function reconnectDelay(attempts: number, end: unknown, random: () => number): number {
  const delayMs = Math.max(shortestMs, random() * Math.min(longestBoundMs, firstBoundMs * 2 ** attempts));
  const wishedMs = isMoorlineError(end) ? end.details['retryAfterMs'] : undefined;
  if (typeof wishedMs !== 'number' || wishedMs <= 0) return delayMs;
  return Math.max(delayMs, wishedMs + random() * spreadMs);
}
