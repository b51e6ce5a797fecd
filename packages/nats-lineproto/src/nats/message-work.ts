import type { Clock } from '@moorline/core';
import type { JetStreamMessage } from './connection.js';
import { defaultAckWaitMs, nameOf } from './consumer-source.js';
import { DeadLetters } from './dead-letter.js';
import { toNatsError } from './failure.js';
import type { JetStreamConsumeOptions, StreamConsumerStats } from './jetstream-consumer.js';
import type { KeyedTasks } from './keyed-tasks.js';
import { handleEvents, type ReadOut, readOut } from './outcome.js';
import { Progress, tell, type Word } from './progress.js';
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
  readonly #report: ReportListener;
  readonly #signal: AbortSignal;
  readonly #deadLetters: DeadLetters | undefined;
  readonly #progress: Progress;
  /** The numbers of the messages that are being handled. */
  #working = new Set<number>();
  /** Messages that wait for an earlier one with a key in common, and the set that has their numbers. */
  readonly #waiting = new Map<JetStreamMessage, Set<number>>();
  #lastSequence = 0;

  /** @throws LineProtocolError `invalid_subject`. */
  constructor(options: JetStreamConsumeOptions<Event>, clock: Clock, report: ReportListener, signal: AbortSignal) {
    const { connection, jetstream, stream, deadLetter } = options;
    this.#options = options;
    this.#progress = new Progress(clock, options.ackWaitMs ?? defaultAckWaitMs);
    this.#report = report;
    this.#signal = signal;
    this.#deadLetters =
      deadLetter === undefined ? undefined : new DeadLetters(connection, jetstream, nameOf(stream), deadLetter);
  }

  take(message: JetStreamMessage, tasks: KeyedTasks): void {
    if (this.#signal.aborted) return tell(message, giveBack);
    const { seq, redelivered } = message;
    this.counts.received++;
    if (redelivered) this.counts.redelivered++;
    this.counts.behind = message.info.pending;
    this.#lastSequence = Math.max(this.#lastSequence, seq);
    if (this.#working.has(seq)) {
      // It is being handled: the server was told so, and has not heard it. The acknowledgement of that one counts.
      if (redelivered) return;
      this.#working = new Set();
    }
    const working = this.#working;
    working.add(seq);
    const contents = readOut(this.#options.read, message.data);
    this.#progress.begin(message);
    this.#waiting.set(message, working);
    tasks.add(contents.keys, () => this.#run(message, contents, working));
  }

  /** Leaves what has not been begun to others: they need not wait until the server takes it for lost. */
  giveBack(): void {
    for (const [message, working] of this.#waiting) {
      this.#leave(message, working);
      tell(message, giveBack);
    }
    this.#waiting.clear();
  }

  /** For a stream that began anew. @returns the highest number that was seen of the old one. */
  forget(): number {
    const last = this.#lastSequence;
    this.#working = new Set();
    this.#lastSequence = 0;
    return last;
  }

  async #run(message: JetStreamMessage, contents: ReadOut<Event>, working: Set<number>): Promise<void> {
    if (!this.#waiting.delete(message)) return;
    const word = await this.#handle(message, contents);
    this.#leave(message, working);
    // A stream that began anew has given the number to another message.
    if (working === this.#working) tell(message, word);
  }

  #leave(message: JetStreamMessage, working: Set<number>): void {
    this.#progress.end(message);
    working.delete(message.seq);
  }

  /** @returns what is to be told the server. */
  async #handle(message: JetStreamMessage, contents: ReadOut<Event>): Promise<Word> {
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
      return again ? comeAgain(delayMs) : this.#giveUp(message, contents, textOf(failures.at(-1)));
    }
    if (notYet !== undefined) {
      const delayMs = redeliveryDelay(delivery, this.#options.notYet, notYetDefaults);
      this.counts.early++;
      return delayMs === undefined ? this.#giveUp(message, contents, notYet) : comeAgain(delayMs);
    }
    if (contents.bad.length + refused.length > 0) return this.#buryPart(message, contents, refused);
    this.counts.handled++;
    return acknowledge;
  }

  async #giveUp(message: JetStreamMessage, contents: ReadOut<Event>, reason: string): Promise<Word> {
    const { subject } = message;
    if (!(await this.#bury(message, reason))) return comeAgain(retryBuryMs);
    this.#reportBad(subject, contents);
    this.counts.givenUp++;
    this.#report({ type: 'given_up', subject, reason, deliveries: message.info.deliveryCount });
    return end;
  }

  /** For a message with something wrong in it: the rest has been applied. */
  async #buryPart(message: JetStreamMessage, contents: ReadOut<Event>, refused: readonly string[]): Promise<Word> {
    const { bad, events } = contents;
    const reasons = [...bad.map(({ entry, kind, reason }) => `entry ${entry}: ${kind}: ${reason}`), ...refused];
    if (!(await this.#bury(message, reasons.join('; ')))) return comeAgain(retryBuryMs);
    this.#reportBad(message.subject, contents);
    this.counts.refused += refused.length;
    for (const reason of refused) this.#report({ type: 'refused', subject: message.subject, reason });
    if (events.length === refused.length) return end;
    if (refused.length === 0) this.counts.handled++;
    return acknowledge;
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
}

/** Milliseconds until a dead letter is tried again. */
const retryBuryMs = 5000;

const acknowledge: Word = (message) => message.ack();
const end: Word = (message) => message.term();
const giveBack: Word = (message) => message.nak();
const comeAgain =
  (delayMs: number): Word =>
  (message) =>
    message.nak(delayMs);

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
