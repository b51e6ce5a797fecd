import { type Clock, type Logger, silentLogger, withDeadline } from '@moorline/core';
import { LineProtocolError } from '../errors.js';
import type { NatsConnection } from './connection.js';
import { toNatsError } from './failure.js';
import { packEntries, tooLargeError } from './parcels.js';
import { watchStatus } from './status.js';
import { checkSubject } from './subject.js';

export interface PublisherOptions {
  connection: NatsConnection;
  subject: string;
  /** Bytes of one message, ≤ `max_payload` of the server, which holds anyway. Default: that. */
  maxMessageBytes?: number | undefined;
  /** How long a confirmation is waited for, milliseconds. Default 5000. */
  timeoutMs?: number | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** Sends encoded entries, and says when they have arrived. */
export interface Publisher {
  /**
   * Sends all entries of `bytes`, in order, in as few messages as hold them; a message ends where an entry ends.
   *
   * @param bytes what an `Encoder`, a `MetricEncoder` or the builders of messages made. Copied: the buffer may be used
   * again at once.
   * @throws LineProtocolError `payload_too_large` for entries that no message can hold: the others have arrived.
   * `not_confirmed` (may have arrived or not: send it again), `permission_denied`, `connection_closed`, `no_stream`; the
   * signal's reason.
   */
  publish(bytes: Uint8Array, options?: { signal?: AbortSignal | undefined }): Promise<Published>;
  /** Stops watching the connection, which stays open. Idempotent. */
  close(): void;
}

export interface Published {
  readonly messages: number;
  readonly entries: number;
  /** Messages that the stream had already; 0 without JetStream. */
  readonly duplicates: number;
}

/**
 * Publishes without JetStream: confirmed means that the server has taken the messages and given them to those who listen.
 *
 * @throws LineProtocolError `invalid_subject`.
 */
export function createPublisher(options: PublisherOptions): Publisher {
  checkSubject(options.subject, 'publish');
  return new FlushingPublisher(options);
}

class FlushingPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #unwatch: () => void;
  #violation: LineProtocolError | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { connection, subject, logger = silentLogger } = options;
    this.#unwatch = watchStatus(connection, {
      violated: (violation) => {
        if (violation.subject !== subject) return;
        logger.warn({ subject }, 'the server does not allow publishing');
        this.#violation = violation.error;
      },
    });
  }

  async publish(bytes: Uint8Array, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Published> {
    signal?.throwIfAborted();
    const { connection, subject } = this.#options;
    const limit = messageLimit(this.#options);
    const { parcels, tooLarge } = packEntries(bytes, limit);
    this.#violation = undefined;
    try {
      for (const { data } of parcels) connection.publish(subject, data);
      // In the same turn as the messages: a connection that breaks off in between takes the confirmation with it.
      await this.#confirm(connection.flush(), signal);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw toNatsError(error, `publishing to ${subject}`);
    }
    if (tooLarge.length > 0) throw tooLargeError(subject, limit, tooLarge);
    return { messages: parcels.length, entries: parcels.reduce((sum, { entries }) => sum + entries, 0), duplicates: 0 };
  }

  close(): void {
    this.#unwatch();
  }

  async #confirm(flushed: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const { timeoutMs = defaultTimeoutMs, clock } = this.#options;
    await withDeadline(() => flushed, { timeoutMs, signal, clock, attempted: 'the confirmation' });
    // A refusal comes before the confirmation, but by the connection's statuses, whose iterator takes its turns.
    for (let turn = 0; turn < 16; turn++) await Promise.resolve();
    if (this.#violation !== undefined) throw this.#violation;
  }
}

export const defaultTimeoutMs = 5000;

/** How many bytes a message may have now: after a reconnect it may be another server. */
export function messageLimit({ connection, subject, maxMessageBytes = Infinity }: PublisherOptions): number {
  if (connection.info !== undefined) return Math.min(maxMessageBytes, connection.info.max_payload);
  throw new LineProtocolError(`publishing to ${subject}: the connection is closed`, {
    code: 'connection_closed',
    hint: 'Connect again: a closed connection stays closed.',
  });
}
