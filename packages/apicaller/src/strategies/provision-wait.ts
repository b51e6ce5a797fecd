import { type Clock, sleep, systemClock } from '@moorline/core';

/** How long and how often an agent asks a controller that does not know its machine yet (docs/protocol.md §3.2). */
export interface ProvisionWait {
  /** Milliseconds from the first attempt after which none is begun. Default 600,000. */
  totalMs?: number | undefined;
  /** Milliseconds between attempts. Default 5,000. */
  delayMs?: number | undefined;
  /** From where `delayMs` counts: the start of an attempt, or its end. Default `'end'`. */
  delayFrom?: 'start' | 'end' | undefined;
  /** So many attempts are made however long they take. Default 0. */
  minAttempts?: number | undefined;
}

/** As Juju 2.0's first versions waited: one minute. */
export const seedProvisionWait: ProvisionWait = { totalMs: 60_000, delayMs: 5000, delayFrom: 'start' };

/**
 * Yields once for each attempt, waiting before all but the first.
 *
 * @throws the signal's reason.
 */
export async function* attempts(
  wait: ProvisionWait,
  { clock = systemClock, signal }: { clock?: Clock | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<void> {
  const { totalMs = 600_000, delayMs = 5000, delayFrom = 'end', minAttempts = 0 } = wait;
  const began = clock.monotonic();
  for (let made = 1; ; made++) {
    const startedAt = clock.monotonic();
    yield;
    const now = clock.monotonic();
    const nextAt = Math.max(now, (delayFrom === 'start' ? startedAt : now) + delayMs);
    const isOver = delayFrom === 'start' ? nextAt >= began + totalMs : nextAt > began + totalMs;
    if (isOver && made >= minAttempts) return;
    await sleep(isOver ? 0 : nextAt - now, { clock, signal });
  }
}
