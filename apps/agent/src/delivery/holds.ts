import type { SpoolKind } from '@moorline/cc-store/spool';
import { backoffDelay, type BackoffOptions, type Clock } from '@moorline/core';

/** What is held back: one kind of entries, or everything. */
export type HoldScope = SpoolKind | 'all';

interface Hold {
  /** Failures in a row. */
  failures: number;
  /** On the monotonic clock. */
  notBefore: number;
  reason: string;
}

/** Knows what is not sent for the moment, because it was refused or nobody answered. */
export class Holds {
  readonly #backoff: BackoffOptions;
  readonly #clock: Clock;
  readonly #holds = new Map<HoldScope, Hold>();

  constructor(backoff: BackoffOptions, clock: Clock) {
    this.#backoff = backoff;
    this.#clock = clock;
  }

  /** Milliseconds until entries of this kind may be sent; ≤ 0 = now. */
  waitMs(kind: SpoolKind): number {
    const until = Math.max(...[kind, 'all' as const].map((scope) => this.#holds.get(scope)?.notBefore ?? -Infinity));
    return until - this.#clock.monotonic();
  }

  /** Milliseconds until the next hold is over; Infinity where nothing is held. */
  nextMs(): number {
    const waits = [...this.#holds.values()].map(({ notBefore }) => notBefore - this.#clock.monotonic());
    return Math.min(...waits.filter((ms) => ms > 0));
  }

  /**
   * Holds back after a failure, each time for longer.
   *
   * @returns how long, and how many failures in a row that makes; undefined while the hold of an earlier one lasts: several
   * requests that fail together are one failure.
   */
  add(scope: HoldScope, reason: string, atLeastMs = 0): { delayMs: number; failures: number } | undefined {
    const now = this.#clock.monotonic();
    const before = this.#holds.get(scope);
    if (before !== undefined && now < before.notBefore) return undefined;
    const failures = (before?.failures ?? 0) + 1;
    const delayMs = Math.max(atLeastMs, backoffDelay(failures, this.#backoff));
    this.#holds.set(scope, { failures, notBefore: now + delayMs, reason });
    return { delayMs: Math.round(delayMs), failures };
  }

  /** Something of this kind got through. @returns whether it had been held. */
  lift(kind: SpoolKind): boolean {
    const wasAll = this.#holds.delete('all');
    return this.#holds.delete(kind) || wasAll;
  }

  /** Why something waits; absent where nothing does. */
  reason(): string | undefined {
    return (this.#holds.get('all') ?? [...this.#holds.values()][0])?.reason;
  }
}
