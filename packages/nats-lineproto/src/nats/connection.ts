/**
 * What this package needs of a NATS connection, a subscription and a message: the shapes that the connections of
 * `@nats-io/transport-node`, `@nats-io/nats-core` (version 3) and of the older `nats` (version 2) have. None of them is
 * imported.
 */
export interface NatsConnection {
  /** What the server said last; its `max_payload`, in bytes, may be another after a reconnect. Absent once closed. */
  readonly info?: { readonly max_payload: number } | undefined;
  publish(subject: string, payload?: Uint8Array): void;
  subscribe(subject: string, options?: { queue?: string }): NatsSubscription;
  flush(): Promise<void>;
  isClosed(): boolean;
  status(): AsyncIterable<{ readonly type: string }>;
}

export interface NatsSubscription extends AsyncIterable<NatsMessage> {
  /** Messages that have come and not been taken. */
  getPending(): number;
  /** Ends the subscription once the messages that have come are taken. */
  drain(): Promise<void>;
  unsubscribe(): void;
}

export interface NatsMessage {
  readonly subject: string;
  /** A view into the socket's buffer. */
  readonly data: Uint8Array;
}

/** What `jetstream(connection)` of `@nats-io/jetstream` and `connection.jetstream()` of `nats` give. */
export interface JetStream {
  publish(
    subject: string,
    payload?: Uint8Array,
    options?: { msgID?: string; headers?: object; timeout?: number },
  ): Promise<JetStreamAck>;
  readonly consumers: { get(stream: string, consumer: string): Promise<JetStreamConsumer> };
  jetstreamManager(checkAPI?: boolean): Promise<JetStreamManager>;
}

export interface JetStreamAck {
  readonly stream: string;
  readonly seq: number;
  /** Whether the stream had a message with this id already. */
  readonly duplicate: boolean;
}

export interface JetStreamManager {
  readonly streams: {
    info(stream: string): Promise<{ readonly config: object; readonly created: string }>;
    add(config: { name: string }): Promise<unknown>;
  };
  readonly consumers: {
    info(stream: string, consumer: string): Promise<{ readonly config: object }>;
    add(stream: string, config: object): Promise<unknown>;
  };
}

export interface JetStreamConsumer {
  fetch(options?: { max_messages?: number; expires?: number }): Promise<JetStreamMessages>;
  info(): Promise<JetStreamConsumerInfo>;
}

export interface JetStreamConsumerInfo {
  readonly num_pending: number;
  readonly num_ack_pending: number;
  readonly num_redelivered: number;
}

export interface JetStreamMessages extends AsyncIterable<JetStreamMessage> {
  close(): Promise<unknown>;
}

export interface JetStreamMessage extends NatsMessage {
  /** The message's number in its stream, from 1. */
  readonly seq: number;
  readonly redelivered: boolean;
  readonly info: { readonly deliveryCount: number; readonly pending: number };
  ack(): void;
  /** @param millis when the message is to come again; absent: at once. */
  nak(millis?: number): void;
  working(): void;
  term(): void;
}
