import { type Clock, systemClock } from '@moorline/core';
import type { JetStreamAck } from '../nats/connection.js';
import type { FakeConnection, FakeSubscription } from './fake-connection.js';
import { FakeNatsError, notFoundError } from './fake-error.js';
import { FakeStream, hasAll, type StoredMessage } from './fake-stream.js';

/** What the connections of one fake have in common. */
export class FakeServer {
  readonly connections = new Set<FakeConnection>();
  readonly denied = new Set<string>();
  isUp = true;
  maxPayload: number;
  readonly #clock: Clock;
  readonly #streams = new Map<string, FakeStream>();
  /** Whose turn it is in each queue group. */
  readonly #turns = new Map<string, number>();
  #streamsMade = 0;

  constructor(maxPayload: number, clock: Clock = systemClock) {
    this.maxPayload = maxPayload;
    this.#clock = clock;
  }

  publish(subject: string, data: Uint8Array): void {
    this.#deliver(subject, data);
    for (const stream of this.#streams.values()) {
      if (stream.stores(subject)) stream.store({ subject, data, headers: undefined }, undefined);
    }
  }

  store(message: StoredMessage, id: string | undefined): JetStreamAck {
    const stream = [...this.#streams.values()].find((candidate) => candidate.stores(message.subject));
    if (stream === undefined) throw new FakeNatsError('JetStreamNotEnabled', 'jetstream is not enabled');
    this.#deliver(message.subject, message.data);
    return stream.store(message, id);
  }

  stream(name: string): FakeStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw notFoundError('stream');
    return stream;
  }

  addStream(config: { readonly name: string }): void {
    const known = this.#streams.get(config.name);
    if (known === undefined) {
      const created = `${new Date(this.#clock.now()).toISOString()}#${++this.#streamsMade}`;
      this.#streams.set(config.name, new FakeStream({ ...config }, this.#clock, created));
    } else if (!hasAll(known.config, config)) {
      throw new FakeNatsError('JetStreamApiError', 'stream name already in use with a different configuration', 10_058);
    }
  }

  stop(): void {
    this.isUp = false;
    for (const stream of this.#streams.values()) stream.dropRequests();
  }

  start(): void {
    this.isUp = true;
    for (const connection of this.connections) connection.tell({ type: 'reconnect' });
  }

  loseStorage(): void {
    for (const stream of this.#streams.values()) stream.remove();
    this.#streams.clear();
  }

  #deliver(subject: string, data: Uint8Array): void {
    const listening = [...this.connections].flatMap((connection) => connection.listening(subject));
    const groups = new Map<string, FakeSubscription[]>();
    for (const subscription of listening) {
      if (subscription.queue === undefined) subscription.push({ subject, data });
      else groups.set(subscription.queue, [...(groups.get(subscription.queue) ?? []), subscription]);
    }
    for (const [queue, members] of groups) {
      const turn = this.#turns.get(queue) ?? 0;
      this.#turns.set(queue, turn + 1);
      members[turn % members.length]?.push({ subject, data });
    }
  }
}
