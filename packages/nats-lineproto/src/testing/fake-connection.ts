import type {
  JetStream,
  JetStreamAck,
  JetStreamConsumer,
  JetStreamManager,
  NatsConnection,
  NatsMessage,
  NatsSubscription,
} from '../nats/connection.js';
import { matchesSubject } from '../nats/subject.js';
import type { FakeLink } from './fake-consumer.js';
import { closedError, disconnectedError, FakeNatsError, FakePermissionError } from './fake-error.js';
import type { FakeServer } from './fake-server.js';
import { FakeQueue } from './fake-queue.js';

/** A connection to a {@link FakeNats}: what this package needs of one. */
export class FakeConnection implements NatsConnection {
  readonly #server: FakeServer;
  readonly #subscriptions = new Set<FakeSubscription>();
  readonly #statuses = new Set<FakeQueue<{ readonly type: string }>>();
  readonly #link: FakeLink = {
    requests: new Set(),
    isUp: () => {
      this.#check();
      return this.#server.isUp;
    },
  };
  #isClosed = false;

  /** @internal */
  constructor(server: FakeServer) {
    this.#server = server;
  }

  get info(): { readonly max_payload: number } | undefined {
    return this.#isClosed ? undefined : { max_payload: this.#server.maxPayload };
  }

  publish(subject: string, payload: Uint8Array = new Uint8Array(0)): void {
    this.#check(payload);
    if (!this.#server.isUp) return;
    if (this.#server.denied.has(subject))
      this.tell({ type: 'error', error: new FakePermissionError('publish', subject) });
    else this.#server.publish(subject, payload.slice());
  }

  subscribe(subject: string, options: { queue?: string } = {}): NatsSubscription {
    this.#check();
    const subscription = new FakeSubscription(subject, options.queue, () => this.#subscriptions.delete(subscription));
    this.#subscriptions.add(subscription);
    if (this.#server.denied.has(subject)) {
      const error = new FakePermissionError('subscription', subject);
      this.tell({ type: 'error', error });
      subscription.stop(error);
    }
    return subscription;
  }

  async flush(): Promise<void> {
    this.#check();
    if (!this.#server.isUp) throw disconnectedError();
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  status(): AsyncIterable<{ readonly type: string }> {
    const statuses = new FakeQueue<{ readonly type: string }>();
    this.#statuses.add(statuses);
    return statuses;
  }

  /** The JetStream of this connection, as `jetstream(connection)` of `@nats-io/jetstream` gives it. */
  jetstream(): JetStream {
    const server = this.#server;
    const up = async <Result>(work: () => Result): Promise<Result> => {
      this.#check();
      if (!server.isUp) throw new FakeNatsError('TimeoutError', 'timeout');
      return work();
    };
    const manager: JetStreamManager = {
      streams: {
        info: (name) => up(() => ({ config: server.stream(name).config, created: server.stream(name).created })),
        add: (config) => up(() => server.addStream(config)),
      },
      consumers: {
        info: (stream, consumer) => up(() => ({ config: server.stream(stream).consumer(consumer).config })),
        add: (stream, config) => up(() => server.stream(stream).addConsumer({ ...config })),
      },
    };
    return {
      publish: (subject, payload = new Uint8Array(0), { msgID, headers } = {}) =>
        up((): JetStreamAck => {
          this.#check(payload);
          if (server.denied.has(subject)) throw new FakePermissionError('publish', subject);
          return server.store({ subject, data: payload.slice(), headers }, msgID);
        }),
      consumers: {
        get: (stream, consumer) => up((): JetStreamConsumer => server.stream(stream).consumer(consumer).at(this.#link)),
      },
      jetstreamManager: async () => manager,
    };
  }

  /** Ends the connection once all messages that have come are taken. */
  async drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.drain()));
    await this.close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#server.connections.delete(this);
    for (const subscription of this.#subscriptions) subscription.stop();
    for (const request of [...this.#link.requests]) request.stop();
    for (const statuses of this.#statuses) statuses.stop();
  }

  /** @internal */
  tell(status: { readonly type: string; readonly error?: Error }): void {
    for (const statuses of this.#statuses) statuses.push(status);
  }

  /** @internal Subscriptions that get messages of `subject`. */
  listening(subject: string): FakeSubscription[] {
    return [...this.#subscriptions].filter((subscription) => matchesSubject(subscription.subject, subject));
  }

  #check(payload?: Uint8Array): void {
    if (this.#isClosed) throw closedError();
    if (payload !== undefined && payload.length > this.#server.maxPayload) {
      throw new FakeNatsError('InvalidArgumentError', "'payload' max_payload size exceeded");
    }
  }
}

/** @internal */
export class FakeSubscription extends FakeQueue<NatsMessage> implements NatsSubscription {
  readonly #onEnd: () => void;

  constructor(
    readonly subject: string,
    readonly queue: string | undefined,
    onEnd: () => void,
  ) {
    super();
    this.#onEnd = onEnd;
  }

  getPending(): number {
    return this.pending;
  }

  async drain(): Promise<void> {
    this.stop();
  }

  unsubscribe(): void {
    this.stop();
  }

  override stop(error?: Error): void {
    super.stop(error);
    this.#onEnd();
  }
}
