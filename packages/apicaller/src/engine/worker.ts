import { ApicallerError } from '../error.js';

/**
 * Something that runs until it is told to stop or fails: what a manifold's `start` makes and the engine looks after.
 *
 * Most are made with {@link worker} or {@link valueWorker}; anything with these two methods will do.
 */
export interface Worker {
  /** Asks the worker to stop, and returns at once. May be called more than once, and after the end. */
  kill(): void;
  /**
   * Settles when the worker has ended, with everything that it held released: resolves where it ended well (also when
   * killed), rejects with the error that ended it. May be called more than once.
   */
  wait(): Promise<void>;
  /** Facts about the worker for the engine's report: JSON values, no secrets. Must not wait for anything. */
  report?(): object;
}

/**
 * Kills a worker and waits for its end.
 *
 * @throws the error that ended it.
 */
export async function stopWorker(worker: Worker): Promise<void> {
  worker.kill();
  await worker.wait();
}

/** `value`, if it can be looked after; else an error that says what came instead. */
export function checkWorker(value: unknown): asserts value is Worker {
  const isWorker =
    typeof value === 'object' &&
    value !== null &&
    'kill' in value &&
    typeof value.kill === 'function' &&
    'wait' in value &&
    typeof value.wait === 'function';
  if (isWorker) return;
  throw new ApicallerError(`start gave no worker but ${value === null ? 'null' : typeof value}`, {
    code: 'worker_invalid',
    hint: 'return an object with kill() and wait(), for example worker(async (signal) => { … })',
  });
}
