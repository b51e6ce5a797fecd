import { isErrMissing } from './sentinels.js';

/** An end, as the back-off sees it. */
export interface End {
  /** Undefined for a good end; not filtered. */
  readonly error: unknown;
  /** Whether it was called off rather than failed. */
  readonly isAborted: boolean;
  /** How long the worker ran, milliseconds; undefined where none came up. */
  readonly ranMs: number | undefined;
}

/**
 * How many errors in a row there have been after this end (docs/engine.md §5): a good end forgets them, a start that
 * was called off or lacked an input counts as one, and so does a failure after a long run.
 */
export function recentErrorsAfter(end: End, before: number, backoffResetMs: number): number {
  if (end.isAborted) return 1;
  if (end.error === undefined) return 0;
  if (isErrMissing(end.error)) return 1;
  return end.ranMs === undefined || end.ranMs < backoffResetMs ? before + 1 : 1;
}
