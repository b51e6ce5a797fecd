import type { DecodeMetrics } from '@moorline/cc-api/server';
import { decodeMetricSamples } from '@moorline/nats-lineproto';

/** Joins the line protocol codec to the REST API; the one counts in milliseconds, the other in seconds. */
export const decodeMetrics: DecodeMetrics = (body, { now, ...options }) =>
  decodeMetricSamples(body, { ...options, now: now * 1000 });
