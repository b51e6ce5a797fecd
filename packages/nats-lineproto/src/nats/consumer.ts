import type { Clock, Logger } from '@moorline/core';
import type { LineProtocolError } from '../errors.js';
import type { NatsConnection } from './connection.js';
import type { EventHandler } from './outcome.js';
import type { PayloadReader } from './payload-reader.js';
import type { RedeliveryOptions } from './redelivery.js';
import type { ReportListener } from './report.js';

/** What both kinds of consumers are given. */
export interface HandlingOptions<Event> {
  connection: NatsConnection;
  /** What is in the messages: `jobEvents()` or `metricSamples(…)`. */
  read: PayloadReader<Event>;
  handle: EventHandler<Event>;
  /** Messages that are handled beside each other, ≥ 1. Default 64. */
  concurrency?: number | undefined;
  /**
   * How a message comes again that has an event which comes too early, see `notYet`. Default: waits of 100 ms to 5 s, 30
   * deliveries.
   */
  notYet?: RedeliveryOptions | undefined;
  /** Closes the consumer when aborted. */
  signal?: AbortSignal | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  onReport?: ReportListener | undefined;
}

/** A running consumer. */
export interface Consumer {
  readonly stats: ConsumerStats;
  /** Handles what has come, takes nothing more, and resolves then. */
  drain(): Promise<void>;
  /** Takes nothing more, gives back to a stream what is not begun, and resolves once what is being handled has been. Idempotent. */
  close(): Promise<void>;
  /** Resolves when the consumer has ended, with the failure if one ended it. */
  readonly closed: Promise<LineProtocolError | undefined>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Counts since the start. */
export interface ConsumerStats {
  /** Messages delivered, repetitions included. */
  readonly received: number;
  /** Messages whose events have all been applied. */
  readonly handled: number;
  /** Deliveries at which a handler failed. */
  readonly failed: number;
  /** Deliveries at which an event came too early. */
  readonly early: number;
  /** Events that a handler refused. */
  readonly refused: number;
  /** Messages given up. */
  readonly givenUp: number;
  /** Entries that could not be read. */
  readonly badEntries: number;
  /** Messages being handled or waited for now. */
  readonly inFlight: number;
}
