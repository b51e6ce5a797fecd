import type { Clock } from '@moorline/core';
import { FakeConnection } from './fake-connection.js';
import { FakeServer } from './fake-server.js';
import type { StoredMessage } from './fake-stream.js';

export interface FakeNatsOptions {
  /** Bytes of a message. Default 1 MiB, as the server's. */
  maxPayload?: number | undefined;
  /** Moves acknowledgement waits, delays and duplicate windows. Default: the system's. */
  clock?: Clock | undefined;
}

/**
 * A NATS server in memory, for tests: subjects with wildcards, queue groups, streams with ids, and durable pull consumers
 * that deliver again; and the faults of a server. The package's own tests run against it and against nats-server alike.
 */
export interface FakeNats {
  connect(): FakeConnection;
  /** As `headers()` of the clients. */
  headers(): Map<string, string>;
  /** What a stream holds, by number. @throws Error where there is no such stream. */
  stored(stream: string): ReadonlyMap<number, StoredMessage>;
  /** The server is gone: what is published is lost, confirmations fail. */
  stop(): void;
  /** It is back, and the connections say so. */
  start(): void;
  /** All streams and consumers are gone. */
  loseStorage(): void;
  /** Nobody may publish or subscribe to exactly `subject` from now on. */
  deny(subject: string): void;
  setMaxPayload(bytes: number): void;
}

export function createFakeNats(options: FakeNatsOptions = {}): FakeNats {
  const server = new FakeServer(options.maxPayload ?? 1_048_576, options.clock);
  return {
    connect: () => {
      const connection = new FakeConnection(server);
      server.connections.add(connection);
      return connection;
    },
    headers: () => new Map(),
    stored: (stream) => server.stream(stream).messages,
    stop: () => server.stop(),
    start: () => server.start(),
    loseStorage: () => server.loseStorage(),
    deny: (subject) => void server.denied.add(subject),
    setMaxPayload: (bytes) => void (server.maxPayload = bytes),
  };
}
