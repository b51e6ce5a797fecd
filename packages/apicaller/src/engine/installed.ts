import type { Manifold } from './manifold.js';
import type { Resolution } from './start-context.js';
import type { Worker } from './worker.js';

/** What the engine knows about one installed manifold. */
export interface Installed {
  readonly name: string;
  readonly manifold: Manifold;
  readonly inputs: readonly string[];
  /** A start has been asked for and has not become a recorded worker or an end. */
  starting: boolean;
  /** The start or the worker has been told to stop. */
  stopping: boolean;
  /** The recorded worker: what dependents get from. */
  worker: Worker | undefined;
  /** Aborted when the start or the worker is told to stop, and at its end. */
  life: AbortController | undefined;
  /** With what it last ended, filtered; undefined after a good end and from each new start on. */
  error: unknown;
  /** The last error with which it ended, and when (wall time). Outlives new starts. */
  lastError: { readonly error: unknown; readonly atMs: number } | undefined;
  /** Workers that came up, in all. */
  startCount: number;
  /** Starts since a worker last came up. */
  startAttempts: number;
  /** Errors on end, for the back-off. */
  recentErrors: number;
  /** When the recorded worker came up, on both of the clock's scales. */
  startedAt: { readonly wallMs: number; readonly monotonicMs: number } | undefined;
  /** The wait before the start that has been asked for, and when it is over (wall time). */
  delay: { readonly ms: number; readonly untilMs: number } | undefined;
  /** What the last start got from its inputs. */
  resolutions: readonly Resolution[];
}

export function installed(name: string, manifold: Manifold): Installed {
  return {
    name,
    manifold,
    inputs: [...(manifold.inputs ?? [])],
    starting: false,
    stopping: false,
    worker: undefined,
    life: undefined,
    error: undefined,
    lastError: undefined,
    startCount: 0,
    startAttempts: 0,
    recentErrors: 0,
    startedAt: undefined,
    delay: undefined,
    resolutions: [],
  };
}

/** Whether a start or a worker of it is under way. */
export const isActive = (node: Installed): boolean => node.starting || node.worker !== undefined;

/** Whether neither a start nor a worker of it is under way. */
export const isStopped = (node: Installed): boolean => !isActive(node);

/** Whether nothing is on its way: it runs and may go on, or it is stopped for now. */
export const isSettled = (node: Installed): boolean => !node.starting && !node.stopping;

/** Where a manifold is in its life. */
export type ManifoldState = 'starting' | 'started' | 'stopping' | 'stopped';

/** A start on its way wins over the stop that was asked for meanwhile, as in the original (docs/engine.md §7). */
export function stateOf(node: Installed): ManifoldState {
  if (node.starting) return 'starting';
  if (node.stopping) return 'stopping';
  return node.worker === undefined ? 'stopped' : 'started';
}
