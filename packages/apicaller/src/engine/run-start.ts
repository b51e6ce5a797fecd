import { type Clock, sleep } from '@moorline/core';
import { ApicallerError } from '../error.js';
import type { EngineEvent } from './event.js';
import type { Installed } from './installed.js';
import { type InputSnapshot, openStart } from './start-context.js';
import { checkWorker, type Worker } from './worker.js';

/** One start, as the engine asks for it. */
export interface StartRequest {
  readonly node: Installed;
  /** Aborted when the start or its worker is told to stop. */
  readonly life: AbortController;
  readonly snapshot: ReadonlyMap<string, InputSnapshot | undefined>;
  readonly delayMs: number;
  readonly clock: Clock;
}

/** One start with all that follows it: `due`, `up`, and always at last `ended`. Never rejects. */
export async function runStart(request: StartRequest, post: (event: EngineEvent) => void): Promise<void> {
  const { node, life, delayMs, clock } = request;
  let error: unknown;
  try {
    if (delayMs > 0) await sleep(delayMs, { signal: life.signal, clock });
    else await Promise.resolve(); // A manifold's code never runs inside the handling of an event.
    life.signal.throwIfAborted();
    post({ kind: 'due', node });
    const worker = await makeWorker(request);
    post({ kind: 'up', node, worker });
    await worker.wait();
  } catch (thrown) {
    error = thrown ?? new ApicallerError('a worker failed without saying why', { code: 'worker_invalid' });
  }
  post({ kind: 'ended', node, life, error });
}

async function makeWorker({ node, life, snapshot }: StartRequest): Promise<Worker> {
  const start = openStart(node.name, life.signal, snapshot);
  node.resolutions = start.resolutions;
  try {
    const worker: unknown = await node.manifold.start(start.context);
    checkWorker(worker);
    return worker;
  } finally {
    start.expire();
  }
}
