import { type BackoffOptions, retry, silentLogger, withDeadline } from '@moorline/core';
import type { LineProtocolError } from '../errors.js';
import type { JetStream, JetStreamAck } from './connection.js';
import { ensureStream, type StreamOptions } from './ensure-stream.js';
import { toNatsError } from './failure.js';
import { KeyedTasks } from './keyed-tasks.js';
import { packEvents, type Parcel, tooLargeError } from './parcels.js';
import { defaultTimeoutMs, messageLimit, type Published, type Publisher, type PublisherOptions } from './publisher.js';
import { reporter, type ReportListener } from './report.js';
import { checkSubject } from './subject.js';

export interface JetStreamPublisherOptions extends PublisherOptions {
  jetstream: JetStream;
  /** The stream that stores the subject, created where it is missing, also after its storage was lost. */
  stream?: StreamOptions | undefined;
  /** Messages that are under way at a time, ≥ 1. Default 256. */
  window?: number | undefined;
  /** Attempts for each message, ≥ 1, and the waits between. Default: 5 attempts, 200 ms to 5 s. */
  retry?: (BackoffOptions & { maxAttempts?: number | undefined }) | undefined;
  onReport?: ReportListener | undefined;
}

/**
 * Publishes into a stream: confirmed means that the stream has stored the message. Job events go one by one, each under
 * an id made of what it says, so that one that is published again is stored once (within the stream's duplicate window).
 * What is not confirmed is sent again; when that fails too, the messages that were under way may have been stored.
 *
 * @throws LineProtocolError `invalid_subject`.
 */
export function createJetStreamPublisher(options: JetStreamPublisherOptions): Publisher {
  checkSubject(options.subject, 'publish');
  return new StreamPublisher(options);
}

class StreamPublisher implements Publisher {
  readonly #options: JetStreamPublisherOptions;
  readonly #report: ReportListener;
  #lastSequence = 0;

  constructor(options: JetStreamPublisherOptions) {
    this.#options = options;
    this.#report = reporter(options.logger ?? silentLogger, options.onReport);
  }

  async publish(bytes: Uint8Array, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Published> {
    signal?.throwIfAborted();
    const { subject, window = 256 } = this.#options;
    const limit = messageLimit(this.#options) - emptyHeaderBytes;
    const { parcels, tooLarge } = packEvents(bytes, limit, subject);
    const tasks = new KeyedTasks(window);
    const failures: unknown[] = [];
    let duplicates = 0;
    for (const parcel of parcels) {
      await tasks.room();
      if (failures.length > 0) break;
      tasks.add([], async () => {
        try {
          if ((await this.#store(parcel, signal)).duplicate) duplicates++;
        } catch (error) {
          failures.push(error);
        }
      });
    }
    await tasks.idle();
    if (failures.length > 0) throw failures[0];
    if (tooLarge.length > 0) throw tooLargeError(subject, limit, tooLarge);
    const entries = parcels.reduce((sum, parcel) => sum + parcel.entries, 0);
    return { messages: parcels.length, entries, duplicates };
  }

  close(): void {
    // Acknowledgements answer their messages: there is nothing to be watched.
  }

  async #store(parcel: Parcel, signal: AbortSignal | undefined): Promise<JetStreamAck> {
    const { clock, retry: options } = this.#options;
    const ack = await retry(() => withDeadline(() => this.#send(parcel), { signal, clock }), {
      maxAttempts: 5,
      maxDelayMs: 5000,
      ...options,
      signal,
      clock,
    });
    this.#watchSequence(ack);
    return ack;
  }

  async #send({ data, id }: Parcel): Promise<JetStreamAck> {
    const { jetstream, subject, stream, timeoutMs = defaultTimeoutMs } = this.#options;
    const send = { timeout: timeoutMs, ...(id === undefined ? {} : { msgID: id }) };
    try {
      return await jetstream.publish(subject, data, send);
    } catch (cause) {
      const error = toNatsError(cause, `publishing to ${subject}, which a stream should store`);
      if (error.code === 'no_stream' && stream !== undefined) await this.#restore(stream, error);
      throw error;
    }
  }

  /** @throws LineProtocolError where the stream that is there is another than was asked for: that is not mended by waiting. */
  async #restore(stream: StreamOptions, missing: LineProtocolError): Promise<void> {
    try {
      await ensureStream(this.#options.jetstream, stream);
    } catch (cause) {
      const error = toNatsError(cause, missing.message);
      if (!error.isRetryable) throw error;
    }
  }

  /** Numbers grow as long as the stream is the same, apart from those of repetitions. */
  #watchSequence({ stream, seq, duplicate }: JetStreamAck): void {
    if (duplicate) return;
    if (seq <= this.#lastSequence) this.#report({ type: 'storage_lost', stream, lastSequence: this.#lastSequence });
    this.#lastSequence = seq;
  }
}

/** The clients send headers with every message to a stream: `NATS/1.0` and two line ends at least. */
const emptyHeaderBytes = 12;
