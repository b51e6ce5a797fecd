import type { Worker } from '@moorline/apicaller';

/** A worker in the test's hand. */
export interface HandWorker extends Worker {
  /** Ends well. */
  end(): void;
  /** Ends with `error`. */
  fail(error: unknown): void;
  /** How often `kill` was called. */
  kills: number;
}

/** @param onKill what a kill does; by default the worker ends well. */
export function handWorker(onKill: (worker: HandWorker) => void = (worker) => worker.end()): HandWorker {
  let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const finished = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  finished.catch(() => undefined);
  const worker: HandWorker = {
    kills: 0,
    kill() {
      worker.kills++;
      onKill(worker);
    },
    wait: () => finished,
    end: () => settle?.resolve(),
    fail: (error) => settle?.reject(error),
  };
  return worker;
}
