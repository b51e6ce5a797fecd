import { retry } from '@moorline/core';
import { jetstream, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { readMessages } from '@moorline/nats-lineproto';
import type { NatsServer } from '../../../../tools/testenv/nats-server.js';

/** A look into the streams of a server, as an administrator has it. */
export interface NatsAdmin {
  readonly jsm: JetStreamManager;
  /** Makes a stream that remembers ids for ten minutes. */
  addStream(name: string, subject: string): Promise<void>;
  count(stream: string): Promise<number>;
  read(stream: string): Promise<StoredMessage[]>;
  close(): Promise<void>;
}

export interface StoredMessage {
  subject: string;
  id: string;
  text: string;
}

export async function natsAdmin(server: NatsServer, options: ConnectionOptions = {}): Promise<NatsAdmin> {
  const connection: NatsConnection = await connect({
    port: server.port,
    reconnectTimeWait: 50,
    maxReconnectAttempts: -1,
    ...options,
  });
  const js = jetstream(connection);
  const jsm = await js.jetstreamManager();
  return {
    jsm,
    async addStream(name, subject) {
      await jsm.streams.add({ name, subjects: [subject], duplicate_window: 600e9 });
    },
    async count(stream) {
      // A server that is started anew has its streams a moment later.
      const info = await retry(() => jsm.streams.info(stream), { minDelayMs: 20, shouldRetry: () => true });
      return info.state.messages;
    },
    async read(stream) {
      const { messages } = (await jsm.streams.info(stream)).state;
      if (messages === 0) return [];
      const consumer = await js.consumers.get(stream);
      const read: StoredMessage[] = [];
      for await (const message of await consumer.fetch({ max_messages: messages, expires: 5000 })) {
        read.push({ subject: message.subject, id: message.headers?.get('Nats-Msg-Id') ?? '', text: message.string() });
        if (read.length === messages) break;
      }
      return read;
    },
    close: () => connection.close(),
  };
}

/** `start_job 7`, `stop_job 7`, … in the order in which the stream has them. */
export const eventsOf = (messages: readonly StoredMessage[]): string[] =>
  messages.flatMap(({ text }) =>
    [...readMessages(new TextEncoder().encode(text))].map((message) =>
      message.type === 'start_job' || message.type === 'stop_job' ? `${message.type} ${message.jobId}` : message.type,
    ),
  );
