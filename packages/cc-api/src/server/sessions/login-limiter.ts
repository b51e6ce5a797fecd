import type { Clock } from '@moorline/core';

export interface LoginLimits {
  /** Attempts that may come at once. */
  burst: number;
  /** Milliseconds until one more may come. */
  intervalMs: number;
  /** Addresses and names that are remembered; beyond them the one that was quiet for longest is forgotten. */
  remembered: number;
}

/** The original's limits, and a bound on what they cost in memory. */
const loginLimits: LoginLimits = { burst: 5, intervalMs: 180_000, remembered: 10_000 };

/** Counts attempts to log in, for each address and name. */
export class LoginLimiter {
  /** When the attempts so far will have been paid for, by key, the most recently used last. */
  readonly #paidAt = new Map<string, number>();
  readonly #clock: Clock;
  readonly #limits: LoginLimits;

  constructor(clock: Clock, limits: LoginLimits = loginLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** @returns false where this attempt is one too many; such an attempt does not count. */
  admit(key: string): boolean {
    const { burst, intervalMs, remembered } = this.#limits;
    const now = this.#clock.monotonic();
    const paidAt = Math.max(this.#paidAt.get(key) ?? now, now) + intervalMs;
    if (paidAt - now > burst * intervalMs) return false;
    this.#paidAt.delete(key);
    this.#paidAt.set(key, paidAt);
    if (this.#paidAt.size > remembered) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    for (const key of this.#paidAt.keys()) {
      this.#paidAt.delete(key);
      return;
    }
  }
}
