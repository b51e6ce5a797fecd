import { backoffDelay, type Clock, silentLogger, sleep, systemClock } from '@moorline/core';
import type { LineProtocolError } from '../errors.js';
import type { JetStreamMessages } from './connection.js';
import type { Consumer, ConsumerStats, HandlingOptions } from './consumer.js';
import { nameOf, openConsumer, type OpenConsumer, type SourceOptions } from './consumer-source.js';
import type { DeadLetterOptions } from './dead-letter.js';
import { endFetch } from './end-fetch.js';
import { toNatsError } from './failure.js';
import { KeyedTasks } from './keyed-tasks.js';
import { MessageWork } from './message-work.js';
import type { RedeliveryOptions } from './redelivery.js';
import { reporter, type ReportListener } from './report.js';
import { watchStatus } from './status.js';
import { checkSubject } from './subject.js';

export interface JetStreamConsumeOptions<Event> extends HandlingOptions<Event>, SourceOptions {
  /** How a message comes again whose handler failed. Default: waits of 200 ms to 30 s, without end. */
  retry?: RedeliveryOptions | undefined;
  /** Where messages go that cannot be read, or are given up. Default: nowhere; they are reported. */
  deadLetter?: DeadLetterOptions | undefined;
}

/** A consumer of a stream. */
export interface StreamConsumer extends Consumer {
  readonly stats: StreamConsumerStats;
  /** Asks the server what is left to be done. @throws LineProtocolError as the connection makes it. */
  lag(): Promise<ConsumerLag>;
}

export interface StreamConsumerStats extends ConsumerStats {
  /** Deliveries of messages that had been delivered before. */
  readonly redelivered: number;
  /** Messages that the stream held behind the last one, when that was delivered. */
  readonly behind: number;
}

/** How far a durable consumer is behind its stream, all members together. */
export interface ConsumerLag {
  /** Messages never delivered. */
  readonly waiting: number;
  /** Delivered, not acknowledged yet: being handled, or put off. */
  readonly unacknowledged: number;
  /** Of those, delivered more than once. */
  readonly redelivered: number;
}

/**
 * Handles the messages of a stream, each until it has been: acknowledged behind its handler, delivered again when that
 * failed or died. Resolves once stream and consumer are there.
 *
 * @throws LineProtocolError `no_stream`, `config_mismatch`, `invalid_subject`; and as the connection makes it.
 */
export async function consumeJetStream<Event>(options: JetStreamConsumeOptions<Event>): Promise<StreamConsumer> {
  if (options.filterSubject !== undefined) checkSubject(options.filterSubject, 'subscribe');
  options.signal?.throwIfAborted();
  return new DurableConsumer(options, await openConsumer(options));
}

class DurableConsumer<Event> implements StreamConsumer {
  readonly closed: Promise<LineProtocolError | undefined>;
  readonly #options: JetStreamConsumeOptions<Event>;
  readonly #clock: Clock;
  readonly #tasks: KeyedTasks;
  readonly #work: MessageWork<Event>;
  readonly #report: ReportListener;
  /** Aborted when no more messages are to be fetched. */
  readonly #end = new AbortController();
  /** Aborted when handlers shall end too. */
  readonly #abort = new AbortController();
  #open: OpenConsumer;
  /** Whether stream and consumer may have become others. */
  #isStale = false;
  #fetching: JetStreamMessages | undefined;

  constructor(options: JetStreamConsumeOptions<Event>, open: OpenConsumer) {
    const { connection, signal, concurrency = 64 } = options;
    this.#options = options;
    this.#open = open;
    this.#clock = options.clock ?? systemClock;
    this.#tasks = new KeyedTasks(concurrency);
    this.#report = reporter(options.logger ?? silentLogger, options.onReport);
    this.#work = new MessageWork(options, this.#clock, this.#report, this.#abort.signal);
    const onAbort = (): void => void this.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    const unwatch = watchStatus(connection, { reconnected: () => this.#refresh() });
    this.closed = this.#run().finally(() => {
      unwatch();
      signal?.removeEventListener('abort', onAbort);
    });
    if (signal?.aborted === true) onAbort();
  }

  get stats(): StreamConsumerStats {
    return { ...this.#work.counts, inFlight: this.#tasks.size };
  }

  async lag(): Promise<ConsumerLag> {
    try {
      const info = await this.#open.consumer.info();
      return {
        waiting: info.num_pending,
        unacknowledged: info.num_ack_pending,
        redelivered: info.num_redelivered,
      };
    } catch (error) {
      throw toNatsError(error, `asking for the lag of consumer ${this.#options.durable}`);
    }
  }

  async drain(): Promise<void> {
    this.#end.abort();
    const fetching = this.#fetching;
    if (fetching !== undefined) {
      endFetch(fetching);
      // A server that is away does not say that it has sent everything.
      const timer = this.#clock.setTimer(endFetchMs, () => void fetching.close());
      void this.closed.then(() => timer.cancel());
    }
    await this.closed;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    const drained = this.drain();
    // Behind the end of the request, which would get them again.
    this.#work.giveBack();
    await drained;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<LineProtocolError | undefined> {
    let failure: LineProtocolError | undefined;
    for (let failures = 0; !this.#end.signal.aborted && failure === undefined;) {
      try {
        if (this.#isStale) await this.#reopen();
        await this.#fetch();
        failures = 0;
      } catch (cause) {
        this.#isStale = true;
        const error = toNatsError(cause, `fetching from stream ${nameOf(this.#options.stream)}`);
        if (this.#end.signal.aborted) break;
        if (error.code === 'connection_closed') failure = error;
        this.#report({ type: 'interrupted', error });
        if (failure === undefined) await this.#pause(++failures);
      }
    }
    await this.#tasks.idle();
    // Acknowledgements are sent when the connection finds time: whoever closes it next must not lose them.
    if (failure === undefined && !this.#options.connection.isClosed())
      await this.#options.connection.flush().catch(() => undefined);
    return failure;
  }

  /** Asks for as many messages as may be handled, so that none waits here without its server knowing. */
  async #fetch(): Promise<void> {
    const { concurrency = 64 } = this.#options;
    await this.#tasks.room(Math.ceil(concurrency / 2));
    if (this.#end.signal.aborted) return;
    const max_messages = concurrency - this.#tasks.size;
    const fetching = await this.#open.consumer.fetch({ max_messages, expires: fetchMs });
    // Nobody has asked the server before somebody listens.
    if (this.#end.signal.aborted) return void fetching.close();
    this.#fetching = fetching;
    for await (const message of fetching) this.#work.take(message, this.#tasks);
    this.#fetching = undefined;
  }

  async #reopen(): Promise<void> {
    const before = this.#open;
    this.#open = await openConsumer(this.#options);
    this.#isStale = false;
    if (this.#open.streamCreated === before.streamCreated) return;
    const lastSequence = this.#work.forget();
    this.#report({ type: 'storage_lost', stream: nameOf(this.#options.stream), lastSequence });
  }

  /** The server may be another one, or have begun anew. */
  #refresh(): void {
    this.#isStale = true;
    if (this.#fetching !== undefined) endFetch(this.#fetching);
  }

  async #pause(failures: number): Promise<void> {
    const delayMs = backoffDelay(failures, { minDelayMs: 100, maxDelayMs: 5000 });
    await sleep(delayMs, { signal: this.#end.signal, clock: this.#clock }).catch(() => undefined);
  }
}

/** How long a request for messages stands, milliseconds; the clients notice a dead server after about as long. */
const fetchMs = 5000;

/** How long is waited for messages that are on their way when no more are to come, milliseconds. */
const endFetchMs = 1000;
