import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection as Connection3 } from '@nats-io/transport-node';
import type { JetStreamClient as JetStreamClient2, NatsConnection as Connection2 } from 'nats';
import { expect, expectTypeOf, it } from 'vitest';
import { createPublisher, type JetStream, type NatsConnection } from '../../src/nats.js';
import type { FakeConnection } from '../../src/testing.js';

it('takes the connections of both clients, and the fake', () => {
  expectTypeOf<Connection3>().toExtend<NatsConnection>();
  expectTypeOf<Connection2>().toExtend<NatsConnection>();
  expectTypeOf<FakeConnection>().toExtend<NatsConnection>();
  expectTypeOf<JetStreamClient>().toExtend<JetStream>();
  expectTypeOf<JetStreamClient2>().toExtend<JetStream>();
});

it('#N23 imports no client', () => {
  const root = resolve(import.meta.dirname, '../../src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.test)\.ts$/.test(path),
  );
  expect(sources.length).toBeGreaterThan(50);
  for (const path of sources) {
    expect(readFileSync(join(root, path), 'utf8'), path).not.toMatch(/(?:from|import\()\s*'(?:@nats-io\/[^']*|nats)'/);
  }
});

it('#N24 needs six members of a connection', async () => {
  const sent: string[] = [];
  const connection: NatsConnection = {
    info: { max_payload: 100 },
    publish: (subject) => void sent.push(subject),
    subscribe: () => {
      throw new Error('not needed');
    },
    flush: () => Promise.resolve(),
    isClosed: () => false,
    status: async function* () {
      yield { type: 'pingTimer' };
    },
  };
  await createPublisher({ connection, subject: 'a.b' }).publish(new TextEncoder().encode('m f=1\n'));
  expect(sent).toEqual(['a.b']);
});
