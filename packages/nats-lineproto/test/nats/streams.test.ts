import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasNatsServer } from '../../../../tools/testenv/nats-server.js';
import type { JobMessage, NodeStateMessage } from '../../src/index.js';
import {
  consumeJetStream,
  createJetStreamPublisher,
  deadLetterHeader,
  ensureStream,
  type EventHandler,
  type JetStreamConsumeOptions,
  type JetStreamPublisherOptions,
  jobEvents,
  notYet,
  refused,
  type StreamConsumer,
  type StreamOptions,
} from '../../src/nats.js';
import { type Bed, beds, type Client, deniedSubject, maxPayload } from './bed.js';
import { reconnected, reports, Seen, start, stop, text } from './support.js';

type JobEvent = JobMessage | NodeStateMessage;

for (const [name, open] of Object.entries(beds)) {
  describe.skipIf(name !== 'fake' && !hasNatsServer)(`streams, on ${name}`, () => {
    let bed: Bed;
    let client: Client;
    let number = 0;
    let stream: StreamOptions;
    let subject = '';
    let consumers: StreamConsumer[] = [];

    beforeAll(async () => {
      bed = await open();
    });
    afterAll(() => bed.remove());
    beforeEach(async () => {
      client = await bed.connect();
      subject = `jobs${++number}.event`;
      stream = { name: `JOBS${number}`, subjects: [`jobs${number}.>`], storage: 'memory' };
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.close()));
      consumers = [];
      await client.close();
    });

    const publisher = (options: Partial<JetStreamPublisherOptions> = {}) => {
      const { connection, jetstream } = client;
      return createJetStreamPublisher({ connection, jetstream, subject, stream, ...options });
    };
    const consumer = async (
      handle: EventHandler<JobEvent>,
      options: Partial<JetStreamConsumeOptions<JobEvent>> = {},
    ): Promise<StreamConsumer> => {
      const { connection, jetstream } = client;
      const read = jobEvents();
      const made = await consumeJetStream({
        connection,
        jetstream,
        stream,
        durable: 'server',
        filterSubject: subject,
        read,
        handle,
        ...options,
      });
      consumers.push(made);
      return made;
    };
    const jobId = (event: JobEvent): number | undefined => (event.type === 'nodestate' ? undefined : event.jobId);

    it('#N14 stores an event once that is published twice, and says so', async () => {
      await ensureStream(client.jetstream, stream);
      const both = new Uint8Array([...start(1), ...stop(1)]);
      expect(await publisher().publish(both)).toEqual({ messages: 2, entries: 2, duplicates: 0 });
      expect(await publisher().publish(both)).toEqual({ messages: 2, entries: 2, duplicates: 2 });
      expect(await client.stored(stream.name)).toBe(2);
    });

    it('publishes node states and metric lines together, job events apart', async () => {
      await ensureStream(client.jetstream, stream);
      const lines = text('a f=1\nnodestate event="{}" 5\nb f=1\n');
      const bytes = new Uint8Array([...lines, ...start(1), ...lines]);
      expect(await publisher().publish(bytes)).toEqual({ messages: 3, entries: 7, duplicates: 0 });
      expect(await publisher().publish(bytes)).toEqual({ messages: 3, entries: 7, duplicates: 1 });
    });

    it('names entries that no message holds, and stores the others', async () => {
      await ensureStream(client.jetstream, stream);
      const long = text(`m f="${'x'.repeat(maxPayload - 10)}"\n`);
      const bytes = new Uint8Array([...start(1), ...long, ...start(2)]);
      await expect(publisher().publish(bytes)).rejects.toMatchObject({
        code: 'payload_too_large',
        details: { entries: [{ entry: 2, bytes: long.length }] },
      });
      expect(await client.stored(stream.name)).toBe(2);
    });

    it('#N15 delivers a message again whose handler failed, and acknowledges it then', async () => {
      const deliveries = new Seen<number>();
      const failed = reports();
      const running = await consumer(
        (_, { delivery }) => {
          deliveries.add(delivery);
          if (delivery === 1) throw new Error('database is away');
        },
        { retry: { minDelayMs: 10 }, onReport: failed.listener },
      );
      await publisher().publish(start(1));
      expect(await deliveries.count(2)).toEqual([1, 2]);
      await running.drain();
      expect(failed.items).toMatchObject([
        { type: 'handler_failed', error: { message: 'database is away' }, again: true },
      ]);
      expect(running.stats).toMatchObject({ received: 2, redelivered: 1, handled: 1, failed: 1, inFlight: 0 });
      expect(await running.lag()).toEqual({ waiting: 0, unacknowledged: 0, redelivered: 0 });
    });

    it('#N16 gives up what cannot be read, with a copy and the reason', async () => {
      const dead = `${subject}.dead`;
      await ensureStream(client.jetstream, { name: `DEAD${number}`, subjects: ['dead.>'], storage: 'memory' }).catch(
        () => undefined,
      );
      const bad = reports();
      const seen = new Seen<number | undefined>();
      const running = await consumer((event) => seen.add(jobId(event)), {
        onReport: bad.listener,
        deadLetter: { subject: dead, headers: () => client.headers() },
      });
      await publisher().publish(text('job,function=start_job event=oops 5\n'));
      await publisher().publish(start(7));
      await seen.count(1);
      await bad.count(1);
      await running.drain();
      expect(running.stats).toMatchObject({ handled: 1, badEntries: 1, givenUp: 0 });
      expect(bad.items).toMatchObject([{ type: 'bad_entry', kind: 'syntax', entry: 1 }]);
      expect(await running.lag()).toMatchObject({ waiting: 0, unacknowledged: 0 });
      expect(await client.stored(stream.name)).toBe(3);
    });

    it('gives up after so many failures, and puts a copy where it can be found', async () => {
      const given = reports();
      const running = await consumer(
        () => {
          throw new Error('never');
        },
        {
          retry: { minDelayMs: 5, maxDelayMs: 5, maxDeliveries: 3 },
          onReport: given.listener,
          deadLetter: { subject: `${subject}.dead`, headers: () => client.headers() },
        },
      );
      await publisher().publish(start(1));
      await given.until((items) => items.some(({ type }) => type === 'given_up'));
      await running.drain();
      expect(given.items.at(-1)).toMatchObject({ type: 'given_up', reason: 'never', deliveries: 3 });
      expect(running.stats).toMatchObject({ received: 3, failed: 3, givenUp: 1, handled: 0 });
      expect(await client.stored(stream.name)).toBe(2);
    });

    it('puts a message with a refused event there too, once, and applies its other events', async () => {
      const refusals = reports();
      const seen = new Seen<number | undefined>();
      const running = await consumer(
        (event) => (jobId(event) === 1 ? refused('no such cluster') : seen.add(jobId(event))),
        {
          onReport: refusals.listener,
          deadLetter: { subject: `${subject}.dead`, headers: () => client.headers() },
        },
      );
      client.connection.publish(subject, new Uint8Array([...start(1), ...start(2)]));
      client.connection.publish(subject, start(1));
      expect(await refusals.count(2)).toMatchObject(Array(2).fill({ type: 'refused', reason: 'no such cluster' }));
      await running.drain();
      expect(seen.items).toEqual([2]);
      expect(running.stats).toMatchObject({ received: 2, refused: 2, handled: 0, givenUp: 0 });
      expect(await running.lag()).toEqual({ waiting: 0, unacknowledged: 0, redelivered: 0 });
      expect(await client.stored(stream.name)).toBe(4);
    });

    it('drops nothing whose copy cannot be stored', async () => {
      const failed = reports();
      const running = await consumer(() => undefined, {
        onReport: failed.listener,
        deadLetter: { subject: 'nowhere.dead', headers: () => client.headers() },
      });
      await publisher().publish(text('job event="{}" 5\n'));
      await failed.count(1);
      await running.drain();
      expect(failed.items).toMatchObject([{ type: 'dead_letter_failed', error: { code: 'no_stream' } }]);
      expect(await running.lag()).toMatchObject({ unacknowledged: 1 });
    });

    it('#N17 says which subject no stream stores', async () => {
      const sender = publisher({ stream: undefined, subject: 'nobody.stores', retry: { maxAttempts: 1 } });
      await expect(sender.publish(start(1))).rejects.toMatchObject({
        code: 'no_stream',
        message: expect.stringContaining('nobody.stores'),
      });
      await expect(consumer(() => undefined, { stream: 'NOWHERE' })).rejects.toMatchObject({ code: 'no_stream' });
    });

    it('makes the stream when a publisher comes first', async () => {
      expect(await publisher({ retry: { minDelayMs: 5 } }).publish(start(1))).toMatchObject({ messages: 1 });
    });

    it('compares a stream that is there, and leaves it as it is', async () => {
      await ensureStream(client.jetstream, { ...stream, maxAgeMs: 60_000, duplicateWindowMs: 1000 });
      await ensureStream(client.jetstream, stream);
      await expect(ensureStream(client.jetstream, { ...stream, maxAgeMs: 1000 })).rejects.toMatchObject({
        code: 'config_mismatch',
        details: { keys: ['max_age'] },
      });
      await ensureStream(client.jetstream, { ...stream, maxAgeMs: 60_000 });
      await consumer(() => undefined);
      await expect(consumer(() => undefined, { ackWaitMs: 1000 })).rejects.toMatchObject({
        code: 'config_mismatch',
        details: { keys: ['ack_wait'] },
      });
    });

    it('makes one stream and one consumer of many who begin at once', async () => {
      const seen = new Seen<number | undefined>();
      const handle = (event: JobEvent): void => seen.add(jobId(event));
      await Promise.all([consumer(handle), consumer(handle), consumer(handle)]);
      const bytes = Array.from({ length: 300 }, (_, id) => [...start(id)]).flat();
      await publisher().publish(new Uint8Array(bytes));
      await seen.count(300);
      expect(new Set(seen.items).size).toBe(300);
    });

    it('applies events in the end as if they had come once and in order', async () => {
      const started = new Map<number, number>();
      const stopped = new Seen<number>();
      const running = await consumer(
        (event) => {
          const id = jobId(event) ?? -1;
          if (event.type === 'start_job') started.set(id, (started.get(id) ?? 0) + 1);
          else if (!started.has(id)) return notYet(`job ${id} has not started`);
          else stopped.add(id);
          return undefined;
        },
        { concurrency: 4, notYet: { minDelayMs: 20, maxDelayMs: 100 } },
      );
      const stops = Array.from({ length: 50 }, (_, id) => [...stop(id)]).flat();
      const starts = Array.from({ length: 50 }, (_, id) => [...start(id)]).flat();
      await publisher().publish(new Uint8Array(stops));
      await publisher().publish(new Uint8Array(starts));
      await publisher().publish(new Uint8Array(stops));
      await stopped.count(50);
      await running.drain();
      expect(new Set(stopped.items).size).toBe(50);
      expect([...started.values()]).toEqual(Array(50).fill(1));
      expect(running.stats.givenUp).toBe(0);
    });

    it('leaves nothing unacknowledged when it is drained while messages come', async () => {
      const ids = Array.from({ length: 300 }, (_, id) => id);
      await ensureStream(client.jetstream, stream);
      const published = publisher().publish(new Uint8Array(ids.flatMap((id) => [...start(id)])));
      const seen = new Seen<number | undefined>();
      const deliveries = new Set<number>();
      while (seen.items.length < ids.length) {
        const enough = Math.min(seen.items.length + 50, ids.length);
        const running = await consumer((event, { delivery }) => {
          deliveries.add(delivery);
          seen.add(jobId(event));
        });
        await seen.count(enough);
        await running.drain();
        // The server has the acknowledgements by then, and looks at them when it finds time.
        await expect.poll(() => running.lag(), { timeout: 5000 }).toMatchObject({ unacknowledged: 0, redelivered: 0 });
      }
      await published;
      expect([...seen.items].sort((a = 0, b = 0) => a - b)).toEqual(ids);
      expect([...deliveries]).toEqual([1]);
    });

    it('gives back at once what it has not begun when it is closed', async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const begun = new Seen<string>();
      const running = await consumer((event) => {
        begun.add(event.type);
        return held;
      });
      try {
        await publisher().publish(new Uint8Array([...start(1), ...stop(1)]));
        await expect.poll(() => running.stats.received, { interval: 5 }).toBe(2);
        const closing = running.close();
        const other = new Seen<string>();
        await consumer((event) => other.add(event.type));
        expect(await other.count(1)).toEqual(['stop_job']);
        release();
        await closing;
        expect(begun.items).toEqual(['start_job']);
      } finally {
        release();
      }
    });

    it('ends at once when it is drained before its first request stands', async () => {
      const running = await consumer(() => undefined);
      const begun = performance.now();
      await running.drain();
      expect(performance.now() - begun).toBeLessThan(2500);
    });

    it('tells the server that a long handler is at work', async () => {
      const deliveries = new Seen<number>();
      const running = await consumer(
        async (_, { delivery }) => {
          deliveries.add(delivery);
          await new Promise((resolve) => setTimeout(resolve, 700));
        },
        { ackWaitMs: 300 },
      );
      await publisher().publish(start(1));
      await deliveries.count(1);
      await running.drain();
      expect([deliveries.items, await running.lag()]).toEqual([[1], { waiting: 0, unacknowledged: 0, redelivered: 0 }]);
    });

    it('takes a message over that another member did not finish', async () => {
      const other = await bed.connect();
      let release: () => void = () => undefined;
      const never = new Promise<void>((resolve) => (release = resolve));
      const taken = new Seen<number | undefined>();
      const lost = await consumeJetStream({
        ...other,
        stream,
        durable: 'server',
        filterSubject: subject,
        ackWaitMs: 400,
        read: jobEvents(),
        handle: (event) => {
          taken.add(jobId(event));
          return never;
        },
      });
      await publisher().publish(start(1));
      await taken.count(1);
      await other.close();
      const seen = new Seen<number>();
      await consumer((_, { delivery }) => seen.add(delivery), { ackWaitMs: 400 });
      expect(await seen.count(1)).toEqual([2]);
      release();
      await lost.close();
    });

    it('goes on when the server is back', async () => {
      await ensureStream(client.jetstream, { ...stream, storage: 'file' });
      const seen = new Seen<number | undefined>();
      await consumer((event) => seen.add(jobId(event)), { stream: stream.name });
      await publisher({ stream: undefined }).publish(start(1));
      await seen.count(1);
      const back = reconnected(client.connection);
      await bed.stop();
      await bed.start();
      await back;
      await publisher({ stream: undefined, retry: { minDelayMs: 50, maxAttempts: 20 } }).publish(start(2));
      expect(await seen.until((items) => items.includes(2))).toContain(2);
    });

    it('begins anew on a server that lost its storage, and reports it', async () => {
      const events = reports();
      const seen = new Seen<number | undefined>();
      await consumer((event) => seen.add(jobId(event)), { onReport: events.listener });
      const sender = publisher({ retry: { minDelayMs: 50, maxAttempts: 20 }, onReport: events.listener });
      await sender.publish(new Uint8Array([...start(1), ...start(2)]));
      await seen.count(2);
      const back = reconnected(client.connection);
      await bed.stop();
      await bed.start('empty');
      await back;
      await sender.publish(start(3));
      expect(await seen.until((items) => items.includes(3))).toEqual([1, 2, 3]);
      await events.until((items) => items.filter(({ type }) => type === 'storage_lost').length === 2);
      expect(events.items).toContainEqual({ type: 'storage_lost', stream: stream.name, lastSequence: 2 });
    });

    it('says when the server does not allow the subject', async () => {
      await expect(
        publisher({ subject: deniedSubject, retry: { maxAttempts: 1 }, timeoutMs: 500 }).publish(start(1)),
      ).rejects.toMatchObject({ code: 'permission_denied' });
    });

    it('ends with its signal', async () => {
      const controller = new AbortController();
      const running = await consumer(() => undefined, { signal: controller.signal });
      controller.abort();
      expect(await running.closed).toBeUndefined();
      await expect(consumer(() => undefined, { signal: controller.signal })).rejects.toThrow();
    });

    it('ends when its connection is closed, and says why', async () => {
      const other = await bed.connect();
      const running = await consumeJetStream({
        ...other,
        stream,
        durable: 'server',
        read: jobEvents(),
        handle: () => undefined,
      });
      await other.close();
      expect(await running.closed).toMatchObject({ code: 'connection_closed' });
    });
  });
}

it('names the headers of a dead letter', () => {
  expect(Object.values(deadLetterHeader).every((header) => header.startsWith('Moorline-Dead-Letter-'))).toBe(true);
});
