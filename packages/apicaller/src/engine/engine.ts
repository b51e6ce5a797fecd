import type { Manifold } from './manifold.js';
import type { EngineReport } from './report.js';
import type { EngineStatus } from './status.js';
import type { ValidateOptions } from './validate.js';
import type { Worker } from './worker.js';

/** Takes manifolds. */
export interface Installer {
  /**
   * Installs a manifold under `name` and starts it; it stays down where an input does not run yet.
   *
   * @throws ApicallerError `engine_stopping`, `invalid_name`, `already_installed`, `dependency_cycle`, or with
   * `unknownInputs: 'refuse'` `input_unknown`. Nothing has changed then.
   */
  install(name: string, manifold: Manifold, options?: ValidateOptions): void;
  /**
   * Installs manifolds one after another and stops at the first that cannot be; those before it stay. Inputs may be of
   * the same set. To have all or nothing, call {@link validate} first.
   *
   * @throws as {@link Installer.install}.
   */
  installAll(manifolds: Readonly<Record<string, Manifold>>, options?: ValidateOptions): void;
}

/** Tells what goes on. */
export interface Reporter {
  /** The report in the original's shape; works after the engine has stopped too. */
  report(): EngineReport;
  /** Everything that the engine knows; works after the engine has stopped too. */
  status(): EngineStatus;
}

/** Runs workers, each as long as what it needs runs. It is itself a worker, and may run inside another engine. */
export interface Engine extends Installer, Reporter, Worker {
  /** Tells everything to stop, and returns at once. */
  kill(): void;
  /**
   * Settles when everything has stopped.
   *
   * @throws the worst fatal error, filtered, where there was one.
   */
  wait(): Promise<void>;
  /** {@link Engine.kill}, then {@link Engine.wait}. */
  stop(): Promise<void>;
  /**
   * Resolves when nothing is on its way: each manifold runs, or is stopped until an input changes, or the engine has
   * stopped. A manifold that waits out its back-off is on its way.
   *
   * @throws the signal's reason; core's TimeoutError after `timeoutMs`.
   */
  settled(options?: SettledOptions): Promise<void>;
  report(): EngineReport;
  /** {@link Engine.stop}. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Options of {@link Engine.settled}. */
export interface SettledOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds, ≥ 0; 0 or undefined turns the deadline off. */
  timeoutMs?: number | undefined;
}
