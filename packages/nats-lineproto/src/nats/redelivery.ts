import { backoffDelay, type BackoffOptions } from '@moorline/core';

/** How often a message comes again, and the waits between, which become longer and are jittered. */
export interface RedeliveryOptions extends BackoffOptions {
  /** Deliveries in all, ≥ 1, after which the message is given up. */
  maxDeliveries?: number | undefined;
}

interface Defaults {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxDeliveries: number;
}

/** What an event waits for is usually on its way: 30 deliveries take about a minute and a half. */
export const notYetDefaults: Defaults = { minDelayMs: 100, maxDelayMs: 5000, maxDeliveries: 30 };

/** A store that is down comes back some time. */
export const failureDefaults: Defaults = { minDelayMs: 200, maxDelayMs: 30_000, maxDeliveries: Infinity };

/**
 * When the message comes again behind the delivery number `delivery`, from 1.
 *
 * @returns whole milliseconds; undefined where it was the last one.
 */
export function redeliveryDelay(
  delivery: number,
  options: RedeliveryOptions | undefined,
  defaults: Defaults,
): number | undefined {
  const {
    minDelayMs = defaults.minDelayMs,
    maxDelayMs = defaults.maxDelayMs,
    maxDeliveries = defaults.maxDeliveries,
    ...rest
  } = options ?? {};
  if (delivery >= maxDeliveries) return undefined;
  // The server takes whole nanoseconds, and what it cannot read for no delay at all.
  return Math.ceil(backoffDelay(delivery, { ...rest, minDelayMs, maxDelayMs }));
}
