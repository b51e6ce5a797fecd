import type { Installed } from './installed.js';
import type { Worker } from './worker.js';

/** What happens to an engine. Each is handled to its end before the next (docs/engine.md §4). */
export type EngineEvent =
  /** A manifold is in the registry and wants its first start. */
  | { readonly kind: 'installed'; readonly node: Installed }
  /** The wait before a start is over, the start is being made. */
  | { readonly kind: 'due'; readonly node: Installed }
  /** The start gave a worker. */
  | { readonly kind: 'up'; readonly node: Installed; readonly worker: Worker }
  /** The start failed or was called off, or its worker ended: with `error`, undefined for a good end. */
  | { readonly kind: 'ended'; readonly node: Installed; readonly life: AbortController; readonly error: unknown }
  /** The engine was told to stop. */
  | { readonly kind: 'killed' };
