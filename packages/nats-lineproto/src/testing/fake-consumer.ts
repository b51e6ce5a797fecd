import type { Clock, Timer } from '@moorline/core';
import type {
  JetStreamConsumer,
  JetStreamConsumerInfo,
  JetStreamMessage,
  JetStreamMessages,
} from '../nats/connection.js';
import { matchesSubject } from '../nats/subject.js';
import { notFoundError } from './fake-error.js';
import { FakeQueue } from './fake-queue.js';
import type { FakeStream, StoredMessage } from './fake-stream.js';

/** A message that has been delivered and not settled. */
interface Delivered {
  count: number;
  timer: Timer | undefined;
}

/** The way from a client to the server. */
export interface FakeLink {
  /** Requests for messages that the client has made. */
  readonly requests: Set<FakeRequest>;
  /** @returns whether what the client says arrives. @throws Error where its connection is closed. */
  isUp(): boolean;
}

/** A durable pull consumer in memory. */
export class FakeConsumer {
  readonly config: Readonly<Record<string, unknown>>;
  readonly #stream: FakeStream;
  readonly #clock: Clock;
  readonly #requests: FakeRequest[] = [];
  readonly #delivered = new Map<number, Delivered>();
  /** Numbers that are to be delivered again, in order. */
  readonly #again: number[] = [];
  #next = 1;
  #isRemoved = false;

  constructor(stream: FakeStream, config: Readonly<Record<string, unknown>>, clock: Clock) {
    this.config = { ack_wait: 30e9, ...config };
    this.#stream = stream;
    this.#clock = clock;
  }

  /** This consumer, as a client at the other end of `link` sees it. */
  at(link: FakeLink): JetStreamConsumer {
    return { fetch: async (options = {}) => this.#fetch(options, link), info: async () => this.#info() };
  }

  #fetch(options: { max_messages?: number; expires?: number }, link: FakeLink): JetStreamMessages {
    if (this.#isRemoved) throw notFoundError('consumer');
    link.isUp();
    const request = new FakeRequest(options.max_messages ?? 100, link);
    const timer = this.#clock.setTimer(options.expires ?? 30_000, () => request.stop());
    link.requests.add(request);
    request.onEnd = () => {
      timer.cancel();
      link.requests.delete(request);
    };
    this.#requests.push(request);
    this.pump();
    return request;
  }

  #info(): JetStreamConsumerInfo {
    if (this.#isRemoved) throw notFoundError('consumer');
    return {
      num_pending: this.#waiting(),
      num_ack_pending: this.#delivered.size,
      num_redelivered: [...this.#delivered.values()].filter(({ count }) => count > 1).length,
    };
  }

  /** Delivers what there is to those who asked. */
  pump(): void {
    for (;;) {
      const request = this.#openRequest();
      const seq = request === undefined ? undefined : this.#nextSeq();
      if (request === undefined || seq === undefined) return;
      const message = this.#stream.messages.get(seq);
      if (message !== undefined) request.give(this.#deliver(seq, message, request.link));
    }
  }

  dropRequests(): void {
    for (const request of this.#requests.splice(0)) request.stop();
  }

  remove(): void {
    this.#isRemoved = true;
    for (const { timer } of this.#delivered.values()) timer?.cancel();
    for (const request of this.#requests.splice(0)) request.stop(notFoundError('consumer'));
  }

  #openRequest(): FakeRequest | undefined {
    while (this.#requests[0]?.isEnded === true) this.#requests.shift();
    return this.#requests[0];
  }

  #nextSeq(): number | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return again;
    for (; this.#next <= this.#stream.lastSeq; this.#next++) {
      if (this.#wants(this.#stream.messages.get(this.#next))) return this.#next++;
    }
    return undefined;
  }

  #wants(message: StoredMessage | undefined): boolean {
    const filter = this.config['filter_subject'];
    return message !== undefined && (typeof filter !== 'string' || matchesSubject(filter, message.subject));
  }

  #waiting(): number {
    let count = 0;
    for (const [seq, message] of this.#stream.messages) if (seq >= this.#next && this.#wants(message)) count++;
    return count;
  }

  #deliver(seq: number, { subject, data }: StoredMessage, link: FakeLink): JetStreamMessage {
    const delivered = this.#delivered.get(seq) ?? { count: 0, timer: undefined };
    this.#delivered.set(seq, delivered);
    delivered.count++;
    this.#wait(seq, delivered, Number(this.config['ack_wait']) / 1e6);
    const deliveryCount = delivered.count;
    const isCurrent = (): boolean => link.isUp() && this.#delivered.get(seq) === delivered && !this.#isRemoved;
    const settle = (): void => {
      if (!isCurrent()) return;
      delivered.timer?.cancel();
      this.#delivered.delete(seq);
      this.#stream.acknowledged(seq);
    };
    return {
      subject,
      data,
      seq,
      redelivered: deliveryCount > 1,
      info: { deliveryCount, pending: this.#waiting() },
      ack: settle,
      term: settle,
      nak: (millis = 0) => {
        if (isCurrent()) this.#wait(seq, delivered, millis);
      },
      working: () => {
        if (isCurrent()) this.#wait(seq, delivered, Number(this.config['ack_wait']) / 1e6);
      },
    };
  }

  #wait(seq: number, delivered: Delivered, delayMs: number): void {
    delivered.timer?.cancel();
    delivered.timer = this.#clock.setTimer(delayMs, () => {
      this.#again.push(seq);
      this.pump();
    });
    delivered.timer.unref();
  }
}

/** A request for some messages: ends when they have come, or nobody waits any more. */
export class FakeRequest extends FakeQueue<JetStreamMessage> implements JetStreamMessages {
  onEnd: () => void = () => undefined;
  #left: number;

  constructor(
    messages: number,
    readonly link: FakeLink,
  ) {
    super();
    this.#left = messages;
  }

  give(message: JetStreamMessage): void {
    this.push(message);
    if (--this.#left === 0) this.stop();
  }

  override stop(error?: Error): void {
    super.stop(error);
    this.onEnd();
  }

  async close(): Promise<void> {
    this.stop();
  }
}
