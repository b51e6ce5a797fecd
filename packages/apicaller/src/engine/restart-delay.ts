/** The part of the configuration that sets the pace. */
export interface RestartPace {
  backoffFactor: number;
  maxDelayMs: number;
  /** Uniform in [0, 1). */
  random: () => number;
}

/** An unbounded back-off grows to a hundred years and no further, so that clocks and dates can still hold it. */
const longestDelayMs = 100 * 365.25 * 86_400_000;

/**
 * Milliseconds to wait before a start (docs/engine.md §5): `baseMs` grown by the factor for each recent error beyond
 * the first, bounded, then jittered by up to 10 % either way. A base of 0 is no wait at all.
 */
export function restartDelay(baseMs: number, recentErrors: number, pace: RestartPace): number {
  if (baseMs === 0) return 0;
  let delayMs = baseMs;
  if (pace.backoffFactor > 0) {
    delayMs *= pace.backoffFactor ** (recentErrors - 1);
    if (pace.maxDelayMs > 0) delayMs = Math.min(delayMs, pace.maxDelayMs);
  }
  return Math.round(Math.min(delayMs * (0.9 + 0.2 * pace.random()), longestDelayMs));
}
