import { type Clock, silentLogger, sleep, systemClock } from '@moorline/core';
import type { LineProtocolError } from '../errors.js';
import type { NatsSubscription } from './connection.js';
import type { Consumer, ConsumerStats, HandlingOptions } from './consumer.js';
import { toNatsError } from './failure.js';
import { KeyedTasks } from './keyed-tasks.js';
import { handleEvents, type ReadOut, readOut } from './outcome.js';
import { notYetDefaults, redeliveryDelay } from './redelivery.js';
import { reporter, type ReportListener } from './report.js';
import { checkSubject } from './subject.js';

export interface ConsumeOptions<Event> extends HandlingOptions<Event> {
  /** Wildcards are allowed. */
  subject: string;
  /** Members of a queue group share the messages. */
  queue?: string | undefined;
  /** From how many messages that wait in memory on it is reported. Default 10,000. */
  slowAt?: number | undefined;
  /** How many messages may wait here for their next delivery, see `notYet`; beyond it they are given up. Default 10,000. */
  maxWaiting?: number | undefined;
}

/**
 * Handles the messages of a subject. NATS delivers them at most once: what comes while nobody listens is gone, and so is
 * an event whose handler fails; {@link consumeJetStream} loses none.
 *
 * @throws LineProtocolError `invalid_subject`, `connection_closed`.
 */
export function consume<Event>(options: ConsumeOptions<Event>): Consumer {
  checkSubject(options.subject, 'subscribe');
  if (options.queue !== undefined) checkSubject(options.queue, 'publish');
  try {
    return new SubjectConsumer(options);
  } catch (error) {
    throw toNatsError(error, `subscribing to ${options.subject}`);
  }
}

class SubjectConsumer<Event> implements Consumer {
  readonly closed: Promise<LineProtocolError | undefined>;
  readonly #options: ConsumeOptions<Event>;
  readonly #subscription: NatsSubscription;
  readonly #tasks: KeyedTasks;
  readonly #clock: Clock;
  readonly #report: ReportListener;
  readonly #abort = new AbortController();
  readonly #counts = { received: 0, handled: 0, failed: 0, early: 0, refused: 0, givenUp: 0, badEntries: 0 };
  /** Messages that wait for their next delivery. */
  readonly #waiting = new Set<Promise<void>>();
  #isSlow = false;

  constructor(options: ConsumeOptions<Event>) {
    const { connection, subject, queue, signal, concurrency = 64 } = options;
    this.#options = options;
    this.#tasks = new KeyedTasks(concurrency);
    this.#clock = options.clock ?? systemClock;
    this.#report = reporter(options.logger ?? silentLogger, options.onReport);
    this.#subscription = connection.subscribe(subject, queue === undefined ? {} : { queue });
    const onAbort = (): void => void this.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.closed = this.#run().finally(() => signal?.removeEventListener('abort', onAbort));
    if (signal?.aborted === true) onAbort();
  }

  get stats(): ConsumerStats {
    return { ...this.#counts, inFlight: this.#tasks.size + this.#waiting.size };
  }

  async drain(): Promise<void> {
    await this.#subscription.drain();
    await this.closed;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#subscription.unsubscribe();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<LineProtocolError | undefined> {
    let failure: LineProtocolError | undefined;
    try {
      for await (const message of this.#subscription) {
        if (this.#abort.signal.aborted) break;
        this.#counts.received++;
        this.#watchBacklog();
        this.#take(message.subject, readOut(this.#options.read, message.data));
        await this.#tasks.room();
      }
    } catch (error) {
      const { subject } = this.#options;
      failure = toNatsError(error, `consuming ${subject}`);
      if (failure.code === 'permission_denied') this.#report({ type: 'permission_denied', subject, error: failure });
      else this.#report({ type: 'interrupted', error: failure });
    }
    while (this.#tasks.size + this.#waiting.size > 0) {
      await this.#tasks.idle();
      await Promise.all(this.#waiting);
    }
    return failure;
  }

  #take(subject: string, reading: ReadOut<Event>): void {
    this.#counts.badEntries += reading.bad.length;
    for (const bad of reading.bad) this.#report({ type: 'bad_entry', subject, ...bad });
    this.#schedule(subject, reading, 1);
  }

  #schedule(subject: string, reading: ReadOut<Event>, delivery: number): void {
    this.#tasks.add(reading.keys, () => this.#handle(subject, reading, delivery));
  }

  async #handle(subject: string, reading: ReadOut<Event>, delivery: number): Promise<void> {
    const context = { subject, delivery, signal: this.#abort.signal };
    const { failures, notYet, refused } = await handleEvents(reading, this.#options.handle, context);
    if (failures.length > 0) this.#counts.failed++;
    for (const error of failures) this.#report({ type: 'handler_failed', subject, error, again: false });
    if (notYet === undefined) {
      this.#counts.refused += refused.length;
      for (const reason of refused) this.#report({ type: 'refused', subject, reason });
      if (failures.length + refused.length === 0) this.#counts.handled++;
      return;
    }
    this.#counts.early++;
    const { maxWaiting = 10_000 } = this.#options;
    const delayMs = redeliveryDelay(delivery, this.#options.notYet, notYetDefaults);
    if (delayMs === undefined || this.#waiting.size >= maxWaiting) this.#giveUp(subject, notYet, delivery);
    else this.#again(subject, reading, delivery, notYet, delayMs);
  }

  /** NATS does not deliver again: the message waits here, without holding up those that it waits for. */
  #again(subject: string, reading: ReadOut<Event>, delivery: number, reason: string, delayMs: number): void {
    const waiting = sleep(delayMs, { signal: this.#abort.signal, clock: this.#clock }).then(
      () => this.#schedule(subject, reading, delivery + 1),
      () => this.#giveUp(subject, reason, delivery),
    );
    this.#waiting.add(waiting);
    void waiting.then(() => this.#waiting.delete(waiting));
  }

  #giveUp(subject: string, reason: string, deliveries: number): void {
    this.#counts.givenUp++;
    this.#report({ type: 'given_up', subject, reason, deliveries });
  }

  #watchBacklog(): void {
    const { subject, slowAt = 10_000 } = this.#options;
    const pending = this.#subscription.getPending();
    if (pending >= slowAt && !this.#isSlow) this.#report({ type: 'slow_consumer', subject, pending });
    this.#isSlow = pending >= slowAt;
  }
}
