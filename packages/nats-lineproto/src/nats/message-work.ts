import type { Clock } from '@moorline/core';
import type { JetStreamMessage } from './connection.js';
import { defaultAckWaitMs, nameOf } from './consumer-source.js';
import { DeadLetters } from './dead-letter.js';
import { toNatsError } from './failure.js';
import type { JetStreamConsumeOptions, StreamConsumerStats } from './jetstream-consumer.js';
import type { KeyedTasks } from './keyed-tasks.js';
import { handleEvents, type ReadOut, readOut } from './outcome.js';
import { failureDefaults, notYetDefaults, redeliveryDelay } from './redelivery.js';
import type { ReportListener } from './report.js';

/** What becomes of each message of a stream: handled and acknowledged, put off, or given up. */
export class MessageWork<Event> {
  readonly counts: { -readonly [Name in Exclude<keyof StreamConsumerStats, 'inFlight'>]: number } = {
    received: 0,
    redelivered: 0,
    behind: 0,
    handled: 0,
    failed: 0,
    early: 0,
    refused: 0,
    givenUp: 0,
    badEntries: 0,
  };
  readonly #options: JetStreamConsumeOptions<Event>;
  readonly #clock: Clock;
  readonly #report: ReportListener;
  readonly #signal: AbortSignal;
  readonly #deadLetters: DeadLetters | undefined;
  /** The numbers of the messages that are being handled. */
  #working = new Set<number>();
  /** What gives those messages back that wait for an earlier one with a key in common. */
  readonly #waiting = new Set<() => void>();
  #lastSequence = 0;

  /** @throws LineProtocolError `invalid_subject`. */
  constructor(options: JetStreamConsumeOptions<Event>, clock: Clock, report: ReportListener, signal: AbortSignal) {
    const { connection, jetstream, stream, deadLetter } = options;
    this.#options = options;
    this.#clock = clock;
    this.#report = report;
    this.#signal = signal;
    this.#deadLetters =
      deadLetter === undefined ? undefined : new DeadLetters(connection, jetstream, nameOf(stream), deadLetter);
  }

  take(message: JetStreamMessage, tasks: KeyedTasks): void {
    if (this.#signal.aborted) return attempt(() => message.nak());
    this.counts.received++;
    if (message.redelivered) this.counts.redelivered++;
    this.counts.behind = message.info.pending;
    this.#lastSequence = Math.max(this.#lastSequence, message.seq);
    if (this.#working.has(message.seq)) {
      // It is being handled: the server was told so, and has not heard it. The acknowledgement of that one counts.
      if (message.redelivered) return;
      this.#working = new Set();
    }
    const working = this.#working;
    working.add(message.seq);
    const contents = readOut(this.#options.read, message.data);
    const stopTelling = this.#tellProgress(message);
    const giveBack = (): void => {
      stopTelling();
      working.delete(message.seq);
      attempt(() => message.nak());
    };
    this.#waiting.add(giveBack);
    tasks.add(contents.keys, async () => {
      if (!this.#waiting.delete(giveBack)) return;
      const settle = await this.#handle(message, contents);
      stopTelling();
      working.delete(message.seq);
      // A stream that began anew has given the number to another message.
      if (working === this.#working) attempt(settle);
    });
  }

  /** Leaves what has not been begun to others: they need not wait until the server takes it for lost. */
  giveBack(): void {
    for (const giveBack of this.#waiting) giveBack();
    this.#waiting.clear();
  }

  /** For a stream that began anew. @returns the highest number that was seen of the old one. */
  forget(): number {
    const last = this.#lastSequence;
    this.#working = new Set();
    this.#lastSequence = 0;
    return last;
  }

  /** @returns what is to be told the server. */
  async #handle(message: JetStreamMessage, contents: ReadOut<Event>): Promise<() => void> {
    const { subject } = message;
    const delivery = message.info.deliveryCount;
    const { failures, notYet, refused } = await handleEvents(contents, this.#options.handle, {
      subject,
      delivery,
      signal: this.#signal,
    });
    if (failures.length > 0) {
      const delayMs = redeliveryDelay(delivery, this.#options.retry, failureDefaults);
      this.counts.failed++;
      const again = delayMs !== undefined;
      for (const error of failures) this.#report({ type: 'handler_failed', subject, error, again });
      return again ? () => message.nak(delayMs) : this.#giveUp(message, contents, textOf(failures.at(-1)));
    }
    if (notYet !== undefined) {
      const delayMs = redeliveryDelay(delivery, this.#options.notYet, notYetDefaults);
      this.counts.early++;
      return delayMs === undefined ? this.#giveUp(message, contents, notYet) : () => message.nak(delayMs);
    }
    return this.#finish(message, contents, refused);
  }

  async #giveUp(message: JetStreamMessage, contents: ReadOut<Event>, reason: string): Promise<() => void> {
    const { subject } = message;
    if (!(await this.#bury(message, reason))) return () => message.nak(retryBuryMs);
    this.#reportBad(subject, contents);
    this.counts.givenUp++;
    this.#report({ type: 'given_up', subject, reason, deliveries: message.info.deliveryCount });
    return () => message.term();
  }

  async #finish(message: JetStreamMessage, contents: ReadOut<Event>, refused: readonly string[]): Promise<() => void> {
    const { bad, events } = contents;
    const reasons = [...bad.map(({ entry, kind, reason }) => `entry ${entry}: ${kind}: ${reason}`), ...refused];
    if (reasons.length > 0) {
      if (!(await this.#bury(message, reasons.join('; ')))) return () => message.nak(retryBuryMs);
      this.#reportBad(message.subject, contents);
      this.counts.refused += refused.length;
      for (const reason of refused) this.#report({ type: 'refused', subject: message.subject, reason });
    }
    if (reasons.length > 0 && events.length === refused.length) return () => message.term();
    if (refused.length === 0) this.counts.handled++;
    return () => message.ack();
  }

  /** @returns false where the copy could not be stored: the message must not be dropped then. */
  async #bury(message: JetStreamMessage, reason: string): Promise<boolean> {
    try {
      await this.#deadLetters?.put(message, reason);
      return true;
    } catch (cause) {
      const error = toNatsError(cause, 'storing a dead letter');
      this.#report({ type: 'dead_letter_failed', subject: message.subject, error });
      return false;
    }
  }

  #reportBad(subject: string, { bad }: ReadOut<Event>): void {
    this.counts.badEntries += bad.length;
    for (const entry of bad) this.#report({ type: 'bad_entry', subject, ...entry });
  }

  /** Says "in progress" three times in each wait for an acknowledgement. @returns what ends it. */
  #tellProgress(message: JetStreamMessage): () => void {
    const everyMs = (this.#options.ackWaitMs ?? defaultAckWaitMs) / 3;
    const tell = (): void => {
      attempt(() => message.working());
      timer = this.#clock.setTimer(everyMs, tell);
      timer.unref();
    };
    let timer = this.#clock.setTimer(everyMs, tell);
    timer.unref();
    return () => timer.cancel();
  }
}

/** Milliseconds until a dead letter is tried again. */
const retryBuryMs = 5000;

/** Where the connection is gone, what is told does not arrive: the message comes again. */
function attempt(tell: () => void): void {
  try {
    tell();
  } catch {
    // The consumer's next request says what is wrong with the connection.
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
