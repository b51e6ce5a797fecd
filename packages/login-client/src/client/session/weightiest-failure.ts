import { isMoorlineError } from '@moorline/core';

/**
 * Of several failures of one session, the one that decides when the next attempt is and what is recorded: a wish of the
 * control plane, then a token that is not good, then other refusals, then what came first (docs/protocol.md §8.6).
 */
export function weightiestOf(failures: readonly unknown[]): unknown {
  return [...failures].sort((a, b) => rank(a) - rank(b))[0];
}

function rank(failure: unknown): number {
  if (!isMoorlineError(failure)) return 3;
  if (failure.details['retryAfterMs'] !== undefined) return 0;
  if (failure.code === 'session_unauthorized') return 1;
  return failure.code === 'session_refused' ? 2 : 3;
}
