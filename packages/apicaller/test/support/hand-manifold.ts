import { type Manifold, manifold, type StartContext } from '@moorline/apicaller';
import { type HandWorker, handWorker } from './hand-worker.js';

/** A manifold that counts its starts and leaves its worker in the test's hand. */
export interface HandManifold extends Manifold {
  /** Calls of `start`. */
  starts: number;
  /** The worker made last. */
  readonly worker: HandWorker;
  /** What each call of `start` is to throw, the next one first; undefined for a start that succeeds. */
  readonly failures: unknown[];
}

/** Its start needs every input, as most do. */
export function handManifold(
  inputs: readonly string[] = [],
  options: {
    start?: (context: StartContext) => void | Promise<void>;
    onKill?: (worker: HandWorker) => void;
    filter?: (error: unknown) => unknown;
    report?: () => object;
  } = {},
): HandManifold {
  let latest: HandWorker | undefined;
  const failures: unknown[] = [];
  const made: HandManifold = {
    ...manifold({
      inputs,
      async start(context: StartContext) {
        made.starts++;
        for (const input of inputs) context.get(input);
        await options.start?.(context);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        latest = handWorker(options.onKill);
        return options.report === undefined ? latest : Object.assign(latest, { report: options.report });
      },
      ...(options.filter === undefined ? {} : { filter: options.filter }),
    }),
    starts: 0,
    failures,
    get worker() {
      if (latest === undefined) throw new Error('no worker has been made yet');
      return latest;
    },
  };
  return made;
}
