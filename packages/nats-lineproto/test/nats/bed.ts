import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import * as legacy from 'nats';
import { type NatsServer, startNatsServer } from '../../../../tools/testenv/nats-server.js';
import type { DeadLetterHeaders, JetStream, NatsConnection } from '../../src/nats.js';
import { createFakeNats } from '../../src/testing.js';

/** What the same tests run on: nats-server with either client, or the fake. */
export interface Bed {
  connect(): Promise<Client>;
  stop(): Promise<void>;
  start(how?: 'as it was' | 'empty'): Promise<void>;
  remove(): Promise<void>;
}

export interface Client {
  readonly connection: NatsConnection;
  readonly jetstream: JetStream;
  /** How many messages a stream holds. */
  stored(stream: string): Promise<number>;
  headers(): DeadLetterHeaders;
  drain(): Promise<void>;
  close(): Promise<void>;
}

export const maxPayload = 65_536;
/** Nobody may publish or subscribe there. */
export const deniedSubject = 'denied';
const quick = { reconnectTimeWait: 50, reconnectJitter: 0, maxReconnectAttempts: -1 };

const configuration = `
max_payload: ${maxPayload}
authorization {
  users: [{ user: moorline, password: moorline, permissions: { publish: { deny: ${deniedSubject} }, subscribe: { deny: ${deniedSubject} } } }]
}`;
const credentials = { user: 'moorline', pass: 'moorline' };

export const beds: Record<'fake' | 'nats-server, @nats-io' | 'nats-server, nats 2', () => Promise<Bed>> = {
  fake: async () => {
    const nats = createFakeNats({ maxPayload });
    nats.deny(deniedSubject);
    return {
      connect: async () => {
        const connection = nats.connect();
        return {
          connection,
          jetstream: connection.jetstream(),
          stored: async (stream) => nats.stored(stream).size,
          headers: () => nats.headers(),
          drain: () => connection.drain(),
          close: () => connection.close(),
        };
      },
      stop: async () => nats.stop(),
      start: async (how) => {
        if (how === 'empty') nats.loseStorage();
        nats.start();
      },
      remove: async () => undefined,
    };
  },
  'nats-server, @nats-io': async () => {
    const server = await startNatsServer(configuration);
    return {
      ...lifeOf(server),
      connect: async () => {
        const connection = await connect({ port: server.port, ...credentials, ...quick });
        const js = jetstream(connection, { timeout: 2000 });
        return {
          connection,
          jetstream: js,
          stored: async (stream) => (await (await js.jetstreamManager()).streams.info(stream)).state.messages,
          headers: () => headers(),
          drain: () => connection.drain(),
          close: () => connection.close(),
        };
      },
    };
  },
  'nats-server, nats 2': async () => {
    const server = await startNatsServer(configuration);
    return {
      ...lifeOf(server),
      connect: async () => {
        const connection = await legacy.connect({ port: server.port, ...credentials, ...quick });
        const js = connection.jetstream({ timeout: 2000 });
        return {
          connection,
          jetstream: js,
          stored: async (stream) => (await (await js.jetstreamManager()).streams.info(stream)).state.messages,
          headers: () => legacy.headers(),
          drain: () => connection.drain(),
          close: () => connection.close(),
        };
      },
    };
  },
};

function lifeOf(server: NatsServer): Omit<Bed, 'connect'> {
  return { stop: () => server.kill(), start: (how) => server.start(how), remove: () => server.remove() };
}
