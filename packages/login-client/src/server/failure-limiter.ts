import type { Clock } from '@moorline/core';

/** How many failed logins are answered before the next are turned away. */
export interface FailureLimit {
  /** ≥ 1. */
  maxFailures: number;
  /** Milliseconds from the first failure until the count begins anew. */
  windowMs: number;
}

/** Counts failures by key in windows of time, for a bounded number of keys. */
export interface FailureLimiter {
  /**
   * Milliseconds until the key is served again; undefined where it is served.
   *
   * @param key asked for only where anything has failed lately.
   */
  blockedForMs(key: () => string): number | undefined;
  record(key: string): void;
}

/** @param maxKeys beyond it, the oldest key is forgotten. */
export function createFailureLimiter(limit: FailureLimit, clock: Clock, maxKeys = 10_000): FailureLimiter {
  const windows = new Map<string, { failures: number; endsAt: number }>();
  const current = (key: string) => {
    const window = windows.get(key);
    if (window === undefined || window.endsAt > clock.monotonic()) return window;
    windows.delete(key);
    return undefined;
  };
  return {
    blockedForMs(key) {
      if (windows.size === 0) return undefined;
      const window = current(key());
      return window !== undefined && window.failures >= limit.maxFailures
        ? window.endsAt - clock.monotonic()
        : undefined;
    },
    record(key) {
      const window = current(key);
      if (window !== undefined) {
        window.failures++;
        return;
      }
      const [oldest] = windows.size >= maxKeys ? windows.keys() : [];
      if (oldest !== undefined) windows.delete(oldest);
      windows.set(key, { failures: 1, endsAt: clock.monotonic() + limit.windowMs });
    },
  };
}
