import type { Clock } from '@moorline/core';
import type { JetStreamAck } from '../nats/connection.js';
import { matchesSubject } from '../nats/subject.js';
import { FakeConsumer } from './fake-consumer.js';
import { FakeNatsError, notFoundError } from './fake-error.js';

/** A message as a stream keeps it. */
export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: object | undefined;
}

/** A stream in memory. */
export class FakeStream {
  readonly created: string;
  readonly messages = new Map<number, StoredMessage>();
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #clock: Clock;
  readonly #consumers = new Map<string, FakeConsumer>();
  /** When each id was seen, and under which number; oldest first. */
  readonly #ids = new Map<string, { readonly at: number; readonly seq: number }>();
  #lastSeq = 0;

  constructor(config: Readonly<Record<string, unknown>>, clock: Clock, created: string) {
    this.#config = { ...streamDefaults, ...config };
    this.#clock = clock;
    this.created = created;
  }

  get config(): object {
    return this.#config;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  stores(subject: string): boolean {
    return strings(this.#config['subjects']).some((pattern) => matchesSubject(pattern, subject));
  }

  store(message: StoredMessage, id: string | undefined): JetStreamAck {
    const stream = String(this.#config['name']);
    const known = id === undefined ? undefined : this.#recall(id);
    if (known !== undefined) return { stream, seq: known, duplicate: true };
    const seq = ++this.#lastSeq;
    this.messages.set(seq, message);
    if (id !== undefined) this.#ids.set(id, { at: this.#clock.monotonic(), seq });
    for (const consumer of this.#consumers.values()) consumer.pump();
    return { stream, seq, duplicate: false };
  }

  consumer(name: string): FakeConsumer {
    const consumer = this.#consumers.get(name);
    if (consumer === undefined) throw notFoundError('consumer');
    return consumer;
  }

  addConsumer(config: Readonly<Record<string, unknown>>): void {
    const name = String(config['durable_name']);
    const known = this.#consumers.get(name);
    if (known === undefined) this.#consumers.set(name, new FakeConsumer(this, config, this.#clock));
    else if (!hasAll(known.config, config))
      throw new FakeNatsError('JetStreamApiError', 'consumer name already in use', 10_013);
  }

  /** Work is done once: a message that has been handled goes. */
  acknowledged(seq: number): void {
    if (this.#config['retention'] === 'workqueue') this.messages.delete(seq);
  }

  /** Ends what waits for messages, as the end of the server does. */
  dropRequests(): void {
    for (const consumer of this.#consumers.values()) consumer.dropRequests();
  }

  /** Ends the consumers' timers. */
  remove(): void {
    for (const consumer of this.#consumers.values()) consumer.remove();
  }

  #recall(id: string): number | undefined {
    const oldest = this.#clock.monotonic() - Number(this.#config['duplicate_window']) / 1e6;
    for (const [key, { at }] of this.#ids) {
      if (at >= oldest) break;
      this.#ids.delete(key);
    }
    return this.#ids.get(id)?.seq;
  }
}

/** Whether `config` says nothing else than `known`. */
export function hasAll(known: object, config: object): boolean {
  return Object.entries(config).every(
    ([key, value]) => JSON.stringify(Reflect.get(known, key)) === JSON.stringify(value),
  );
}

const streamDefaults = { storage: 'file', retention: 'limits', max_age: 0, duplicate_window: 120e9 };

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
