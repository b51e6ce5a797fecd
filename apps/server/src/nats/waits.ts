import type { RedeliveryOptions } from '@moorline/nats-lineproto/nats';

const minDelayMs = 100;
const maxDelayMs = 5000;

/**
 * How an event comes again that waits for another one: after a tenth of a second at first, every few seconds in the end.
 * Deliveries are counted, not seconds, because the count outlives this process.
 *
 * @param totalMs about how long in all.
 */
export function waits(totalMs: number): RedeliveryOptions {
  let maxDeliveries = 1;
  // A quarter of each wait is left to chance on average.
  for (let waited = 0, next = minDelayMs; waited < totalMs; next = Math.min(maxDelayMs, 2 * next)) {
    waited += 0.75 * next;
    maxDeliveries++;
  }
  return { minDelayMs, maxDelayMs, maxDeliveries };
}
