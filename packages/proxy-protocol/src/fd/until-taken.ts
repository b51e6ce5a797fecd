import { type Clock, sleep } from '@moorline/core';

export interface UntilTakenOptions {
  /** Ends the wait at once; the promise rejects with its reason. */
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
}

/** Turns of the event loop before timers are taken: most descriptors are there within them. */
const quickTries = 3;
const longestPauseMs = 16;

/**
 * Calls `attempt` until it answers something else than `again`: at once, in the next turns of the event loop, then after pauses
 * of 1 ms that grow to 16 ms. It ends by its signal alone: give it one with the call's deadline.
 *
 * @throws whatever `attempt` throws, or the signal's reason.
 */
export async function untilTaken<T>(attempt: () => T | 'again', options: UntilTakenOptions = {}): Promise<T> {
  const { signal } = options;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    const result = attempt();
    if (result !== 'again') return result;
    if (tries < quickTries) await new Promise((resolve) => setImmediate(resolve));
    else await sleep(Math.min(2 ** (tries - quickTries), longestPauseMs), options);
  }
}
