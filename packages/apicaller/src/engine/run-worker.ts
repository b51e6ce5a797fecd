import { aborted } from './aborted.js';
import { calledOff } from './called-off.js';
import { isInChain } from '../error-chain.js';
import type { Worker } from './worker.js';

/** A worker with something that others use while it runs. */
export interface OutputWorker<T> extends Worker {
  readonly output: T;
}

/** Options of {@link worker}. */
export interface WorkerOptions<T> {
  /** What dependents may use while the worker runs; hand it out in the manifold's `outputs`. */
  output?: T;
  /** Facts for the engine's report: JSON values, no secrets. */
  report?: (() => object) | undefined;
}

/**
 * Makes a worker of an async function, which begins at once.
 *
 * The worker ends when the function does, with its error if it threw one. `kill()` aborts `signal`; the function then
 * should release what it holds and return, or let the signal's reason (or an `AbortError` with that reason as its cause,
 * as Node's own functions throw) pass through: both count as a good end. An error of any other kind on the way down is
 * reported.
 *
 * ```ts
 * start: (context) => {
 *   const spool = context.get('spool', spoolKey);
 *   return worker(async (signal) => {
 *     for (;;) {
 *       await deliverNext(spool, { signal });
 *     }
 *   });
 * },
 * ```
 */
export function worker(
  run: (signal: AbortSignal) => Promise<void>,
  options?: WorkerOptions<undefined>,
): OutputWorker<undefined>;
export function worker<T>(
  run: (signal: AbortSignal) => Promise<void>,
  options: WorkerOptions<T> & { output: T },
): OutputWorker<T>;
export function worker<T>(
  run: (signal: AbortSignal) => Promise<void>,
  options: WorkerOptions<T> = {},
): OutputWorker<T | undefined> {
  const life = new AbortController();
  const finished = live(run, life.signal);
  finished.catch(() => undefined); // Whoever waits is told; a worker that nobody waits for must not end the process.
  return {
    kill: () => life.abort(calledOff),
    wait: () => finished,
    output: options.output,
    ...(options.report === undefined ? {} : { report: options.report }),
  };
}

/** Options of {@link valueWorker}. */
export interface ValueWorkerOptions {
  /** Releases the value: called once, when the worker is killed. Its error becomes the worker's. */
  close?: (() => void | Promise<void>) | undefined;
  /** Facts for the engine's report: JSON values, no secrets. */
  report?: (() => object) | undefined;
}

/**
 * Makes a worker that does nothing by itself: it offers `value` to others until it is killed, then closes it.
 *
 * ```ts
 * start: async () => {
 *   const spool = await openSpool(file);
 *   return valueWorker(spool, { close: () => spool.close() });
 * },
 * ```
 */
export function valueWorker<T>(value: T, options: ValueWorkerOptions = {}): OutputWorker<T> {
  const run = async (signal: AbortSignal): Promise<void> => {
    await aborted(signal);
    await options.close?.();
  };
  return worker(run, { output: value, report: options.report });
}

async function live(run: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await run(signal);
  } catch (error) {
    if (signal.aborted && isInChain(error, calledOff)) return;
    throw error;
  }
}
