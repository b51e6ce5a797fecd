import { type Clock, systemClock } from '@moorline/core';
import type { BadSampleKind, MetricLineOptions } from '../wire/metrics/metric-line-reader.js';
import { readMetricSamples } from '../wire/metrics/read-metric-samples.js';
import type { MetricSample } from '../wire/metrics/metric-sample.js';
import {
  type BadMessageKind,
  type JobMessage,
  type NodeStateMessage,
  readMessages,
  type ReadMessagesOptions,
} from '../wire/messages/read-messages.js';

/** An entry that could not be read: what is wrong, and where. */
export interface BadEntry {
  readonly kind: BadMessageKind | BadSampleKind;
  /** For a log: quotes names, not payloads. Begins with line and column for `syntax`. */
  readonly reason: string;
  /** Which entry of the message, from 1. */
  readonly entry: number;
}

/** What a NATS message holds. */
export interface Reading<Event> {
  /** In the order of the message. */
  readonly events: readonly Event[];
  readonly bad: readonly BadEntry[];
  /** Events of messages with a key in common are handled one after the other, in the order in which they came. */
  readonly keys: readonly string[];
}

/** Reads the payload of one message. Does not throw. */
export type PayloadReader<Event> = (payload: Uint8Array) => Reading<Event>;

/** Reads job events and node states, those of one job and those of one cluster's nodes in order. */
export function jobEvents(options: ReadMessagesOptions = {}): PayloadReader<JobMessage | NodeStateMessage> {
  return (payload) => {
    const events: (JobMessage | NodeStateMessage)[] = [];
    const bad: BadEntry[] = [];
    const keys = new Set<string>();
    for (const message of readMessages(payload, options)) {
      if (message.type === 'bad') {
        bad.push({ kind: message.kind, reason: message.reason, entry: message.entry });
        continue;
      }
      events.push(message);
      keys.add(`${message.type === 'nodestate' ? 'nodestate' : message.jobId} ${message.cluster}`);
    }
    return { events, bad, keys: [...keys] };
  };
}

export interface MetricSamplesOptions extends Omit<MetricLineOptions, 'now'> {
  /** Default: the system's. */
  clock?: Clock | undefined;
}

/** Reads metric lines: the samples of one message are one event. Their order does not matter, for each has its time. */
export function metricSamples(options: MetricSamplesOptions): PayloadReader<readonly MetricSample[]> {
  const { clock = systemClock, ...rest } = options;
  return (payload) => {
    const { samples, bad } = readMetricSamples(payload, { ...rest, now: clock.now() });
    return { events: samples.length === 0 ? [] : [samples], bad, keys: [] };
  };
}
