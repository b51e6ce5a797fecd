import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasNatsServer } from '../../../../tools/testenv/nats-server.js';
import { Encoder, decode, isLineProtocolError, type JobMessage, type NodeStateMessage } from '../../src/index.js';
import {
  consume,
  createPublisher,
  jobEvents,
  metricSamples,
  type NatsMessage,
  notYet,
  refused,
} from '../../src/nats.js';
import { type Bed, beds, type Client, deniedSubject, maxPayload } from './bed.js';
import { reconnected, reports, Seen, start, stop, text } from './support.js';

type JobEvent = JobMessage | NodeStateMessage;

for (const [name, open] of Object.entries(beds)) {
  describe.skipIf(name !== 'fake' && !hasNatsServer)(`subjects, on ${name}`, () => {
    let bed: Bed;
    let client: Client;
    let number = 0;
    let subject = '';

    beforeAll(async () => {
      bed = await open();
    });
    afterAll(() => bed.remove());
    beforeEach(async () => {
      client = await bed.connect();
      subject = `cc.test.${++number}`;
    });
    afterEach(() => client.close());

    /** What arrives on the subject, from now on. */
    const listen = async (): Promise<Seen<NatsMessage>> => {
      const seen = new Seen<NatsMessage>();
      const subscription = client.connection.subscribe(subject);
      void (async () => {
        for await (const message of subscription) seen.add({ subject: message.subject, data: message.data.slice() });
      })();
      await client.connection.flush();
      return seen;
    };
    const publisher = (options: { maxMessageBytes?: number; timeoutMs?: number } = {}) =>
      createPublisher({ connection: client.connection, subject, ...options });
    const points = (message: NatsMessage): string[] =>
      [...decode(message.data)].map((entry) => (entry.type === 'point' ? entry.measurement : entry.text));

    it('#N1 publishes points as one message', async () => {
      const seen = await listen();
      const bytes = text('a f=1\nb f=2\nc f=3\n');
      expect(await publisher().publish(bytes)).toEqual({ messages: 1, entries: 3, duplicates: 0 });
      expect((await seen.count(1)).map(points)).toEqual([['a', 'b', 'c']]);
    });

    it('#N2 sends the bytes at the time of publishing, whatever becomes of the buffer', async () => {
      const seen = await listen();
      const encoder = new Encoder();
      encoder.encode({ measurement: 'first', fields: { f: 1 } });
      const published = publisher().publish(encoder.bytes());
      encoder.reset();
      encoder.encode({ measurement: 'other', fields: { f: 1 } });
      await published;
      expect((await seen.count(1)).map(points)).toEqual([['first']]);
    });

    it('#N3 cuts ten thousand lines at entry ends, below the limit, in order', async () => {
      const seen = await listen();
      const lines = Array.from({ length: 10_000 }, (_, index) => `m${index},host=h value=${index} 1700000000`);
      const { messages, entries } = await publisher().publish(text(`${lines.join('\n')}\n`));
      expect(entries).toBe(10_000);
      const got = await seen.count(messages);
      expect(got.every(({ data }) => data.length <= maxPayload)).toBe(true);
      expect(messages).toBeLessThan(10);
      expect(got.flatMap(points)).toEqual(lines.map((_, index) => `m${index}`));
    });

    it('#N4 names an entry that no message holds, and sends the others', async () => {
      const seen = await listen();
      const long = `b f="${'x'.repeat(maxPayload)}"\n`;
      const failure = await publisher()
        .publish(text(`a f=1\n${long}c f=3\n`))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'payload_too_large',
        isRetryable: false,
        details: { limit: maxPayload, entries: [{ entry: 2, bytes: long.length }] },
      });
      expect((await seen.count(2)).flatMap(points)).toEqual(['a', 'c']);
      await publisher().publish(text('d f=1\n'));
      expect((await seen.count(3)).flatMap(points)).toEqual(['a', 'c', 'd']);
    });

    it('#N5 never cuts inside an entry whose string holds line feeds', async () => {
      const seen = await listen();
      const entry = 'm f="1\n2\n3\n4\n5\n6\n7\n8"\n';
      const { messages } = await publisher({ maxMessageBytes: 60 }).publish(text(entry.repeat(10)));
      expect((await seen.count(messages)).flatMap(points)).toEqual(Array(10).fill('m'));
    });

    it('#N6 #N9 delivers the good entries of a message and reports the bad ones', async () => {
      const seen = new Seen<JobEvent>();
      const bad = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        handle: (event) => void seen.add(event),
        onReport: bad.listener,
      });
      await client.connection.flush();
      const lines = [
        '# a comment\r',
        '',
        new TextDecoder().decode(start(1)).trimEnd(),
        'job event=oops 5',
        'job f=1 5',
      ];
      client.connection.publish(subject, text(`${lines.join('\n')}\n`));
      client.connection.publish(subject, stop(1));
      expect((await seen.count(2)).map(({ type }) => type)).toEqual(['start_job', 'stop_job']);
      expect(bad.items).toMatchObject([
        { type: 'bad_entry', subject, kind: 'syntax', entry: 2, reason: expect.stringContaining('at line 4:11: ') },
        { type: 'bad_entry', subject, kind: 'missing_function', entry: 3 },
      ]);
      await consumer.drain();
      expect(consumer.stats).toMatchObject({ received: 2, handled: 2, badEntries: 2, inFlight: 0 });
    });

    it('#N7 reports what a handler throws or rejects with, and goes on', async () => {
      const failed = reports();
      const seen = new Seen<number | undefined>();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        handle: (event) => {
          const jobId = event.type === 'nodestate' ? undefined : event.jobId;
          if (jobId === 1) throw new Error('thrown');
          if (jobId === 2) return Promise.reject(new Error('rejected'));
          seen.add(jobId);
        },
        onReport: (report) => {
          failed.add(report);
          throw new Error('a listener that throws');
        },
      });
      await client.connection.flush();
      for (const jobId of [1, 2, 3]) client.connection.publish(subject, start(jobId));
      await client.connection.flush();
      expect(await seen.count(1)).toEqual([3]);
      await failed.count(2);
      expect(failed.items).toMatchObject([
        { type: 'handler_failed', error: { message: 'thrown' }, again: false },
        { type: 'handler_failed', error: { message: 'rejected' }, again: false },
      ]);
      await consumer.close();
      expect(consumer.stats).toMatchObject({ received: 3, handled: 1, failed: 2 });
    });

    it('#N8 takes an empty payload for no entries', async () => {
      const seen = new Seen<JobEvent>();
      const bad = reports();
      const handle = (event: JobEvent): void => seen.add(event);
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        handle,
        onReport: bad.listener,
      });
      await client.connection.flush();
      client.connection.publish(subject);
      client.connection.publish(subject, start(1));
      await seen.count(1);
      await consumer.drain();
      expect([seen.items.length, bad.items, consumer.stats.received]).toEqual([1, [], 2]);
    });

    it('#N10 shares messages among the members of a queue group, each once', async () => {
      const seen = new Seen<number | undefined>();
      const member = () =>
        consume({
          connection: client.connection,
          subject,
          queue: 'servers',
          read: jobEvents(),
          handle: (event) => {
            if (event.type === 'start_job') seen.add(event.jobId);
          },
        });
      const members = [member(), member()];
      await client.connection.flush();
      for (let jobId = 0; jobId < 100; jobId++) client.connection.publish(subject, start(jobId));
      await seen.count(100);
      await Promise.all(members.map((consumer) => consumer.drain()));
      expect(new Set(seen.items).size).toBe(100);
      expect(seen.items).toHaveLength(100);
      expect(members.every(({ stats }) => stats.handled > 0)).toBe(true);
    });

    it('#N11 handles what has come before a drain resolves', async () => {
      let handled = 0;
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        concurrency: 1,
        handle: async () => {
          await client.connection.flush();
          handled++;
        },
      });
      await client.connection.flush();
      for (let jobId = 0; jobId < 20; jobId++) client.connection.publish(subject, start(jobId));
      await client.connection.flush();
      await consumer.drain();
      expect(handled).toBe(20);
      await client.drain();
      await expect(publisher().publish(start(1))).rejects.toMatchObject({ code: 'connection_closed' });
    });

    it('#N12 does not confirm what is published while the server is away', async () => {
      const sender = publisher({ timeoutMs: 300 });
      await bed.stop();
      try {
        await expect(sender.publish(start(1))).rejects.toMatchObject({ code: 'not_confirmed', isRetryable: true });
      } finally {
        await bed.start();
      }
    });

    it('#N13 goes on when the server is back', async () => {
      const seen = new Seen<JobEvent>();
      const consumer = consume({ connection: client.connection, subject, read: jobEvents(), handle: seen.add });
      await client.connection.flush();
      const back = reconnected(client.connection);
      await bed.stop();
      await bed.start();
      await back;
      await publisher().publish(start(1));
      await seen.count(1);
      await consumer.close();
    });

    it('#N18 says when the server does not allow the subject', async () => {
      const sender = createPublisher({ connection: client.connection, subject: deniedSubject });
      await expect(sender.publish(start(1))).rejects.toMatchObject({ code: 'permission_denied', isRetryable: false });
      sender.close();
      const denied = reports();
      const consumer = consume({
        connection: client.connection,
        subject: deniedSubject,
        read: jobEvents(),
        handle: () => undefined,
        onReport: denied.listener,
      });
      expect(await consumer.closed).toMatchObject({ code: 'permission_denied' });
      expect(denied.items).toMatchObject([{ type: 'permission_denied', subject: deniedSubject }]);
    });

    it.each(['', 'a b', 'a.', '.a', 'a..b', 'a.*', 'a.>', 'a\n'])('#N19 refuses to publish to %j', (bad) => {
      expect(() => createPublisher({ connection: client.connection, subject: bad })).toThrow(/^subject /);
      if (/[*>]/.test(bad)) return;
      const handle = (): void => undefined;
      expect(() => consume({ connection: client.connection, subject: bad, read: jobEvents(), handle })).toThrow(
        /^subject /,
      );
    });

    it('#N25 tells once of messages that wait in memory, and loses none', async () => {
      const slow = reports();
      let handled = 0;
      let go: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        concurrency: 1,
        slowAt: 5,
        handle: async () => {
          await gate;
          handled++;
        },
        onReport: slow.listener,
      });
      await client.connection.flush();
      for (let jobId = 0; jobId < 12; jobId++) client.connection.publish(subject, start(jobId));
      await client.connection.flush();
      go();
      await consumer.drain();
      expect([handled, slow.items.map(({ type }) => type)]).toEqual([12, ['slow_consumer']]);
    });

    it('keeps the order of a job, whatever its handler waits for', async () => {
      const seen = new Seen<string>();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        handle: async (event) => {
          if (event.type === 'start_job') await client.connection.flush();
          if (event.type !== 'nodestate') seen.add(`${event.type} ${event.jobId}`);
        },
      });
      await client.connection.flush();
      for (let jobId = 0; jobId < 30; jobId++) {
        client.connection.publish(subject, start(jobId));
        client.connection.publish(subject, stop(jobId));
      }
      await seen.count(60);
      await consumer.close();
      for (let jobId = 0; jobId < 30; jobId++) {
        expect(seen.items.indexOf(`start_job ${jobId}`)).toBeLessThan(seen.items.indexOf(`stop_job ${jobId}`));
      }
    });

    it('tries a stop again whose start comes later, and gives up one whose start never comes', async () => {
      const started = new Set<number | undefined>();
      const ended = new Seen<number | undefined>();
      const given = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        notYet: { minDelayMs: 10, maxDelayMs: 20, maxDeliveries: 5 },
        handle: (event) => {
          if (event.type === 'start_job') started.add(event.jobId);
          if (event.type !== 'stop_job') return;
          if (!started.has(event.jobId)) return notYet(`job ${event.jobId} has not started`);
          ended.add(event.jobId);
        },
        onReport: given.listener,
      });
      await client.connection.flush();
      client.connection.publish(subject, stop(1));
      client.connection.publish(subject, stop(2));
      client.connection.publish(subject, start(1));
      await Promise.all([ended.count(1), given.count(1)]);
      expect(ended.items).toEqual([1]);
      expect(given.items).toMatchObject([{ type: 'given_up', reason: 'job 2 has not started', deliveries: 5 }]);
      await consumer.close();
    });

    it('gives up at once what comes too early while as many wait as may', async () => {
      const given = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        notYet: { minDelayMs: 60_000, maxDelayMs: 60_000 },
        maxWaiting: 2,
        handle: (event) => notYet(`${event.type} waits`),
        onReport: given.listener,
      });
      await client.connection.flush();
      for (const id of [1, 2, 3]) client.connection.publish(subject, stop(id));
      expect(await given.count(1)).toMatchObject([{ type: 'given_up', reason: 'stop_job waits', deliveries: 1 }]);
      await consumer.close();
      expect(consumer.stats).toMatchObject({ givenUp: 3, inFlight: 0 });
    });

    it('reports an event that its handler refuses, and handles the others of its message', async () => {
      const ended = new Seen<string>();
      const refusals = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        handle: (event) => (event.type === 'start_job' ? refused('no such cluster') : ended.add(event.type)),
        onReport: refusals.listener,
      });
      await client.connection.flush();
      client.connection.publish(subject, new Uint8Array([...start(1), ...stop(1)]));
      await ended.count(1);
      expect(await refusals.count(1)).toMatchObject([{ type: 'refused', reason: 'no such cluster' }]);
      await consumer.close();
      expect(consumer.stats).toMatchObject({ handled: 0, refused: 1 });
    });

    it('hands the samples of a message to the handler, and names its bad lines', async () => {
      const seen = new Seen<readonly { metric: string }[]>();
      const bad = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: metricSamples({ defaultCluster: 'fritz', isMetric: (metric) => metric !== 'other' }),
        handle: (samples) => seen.add(samples),
        onReport: bad.listener,
      });
      await client.connection.flush();
      client.connection.publish(
        subject,
        text(
          'a,hostname=h value=1 5\nother f=1\nb,hostname=h v=1\nc,hostname=../h value=1\nd value=\ne,hostname=h value=2\n',
        ),
      );
      const [samples = []] = await seen.count(1);
      expect(samples.map(({ metric }) => metric)).toEqual(['a', 'e']);
      expect(bad.items.map((report) => report.type === 'bad_entry' && [report.kind, report.entry])).toEqual([
        ['unknown_field', 3],
        ['unsafe_name', 4],
        ['syntax', 5],
      ]);
      await consumer.close();
    });

    it('reports a reader that throws, and goes on', async () => {
      const failed = reports();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: (): never => {
          throw new Error('reader');
        },
        handle: () => undefined,
        onReport: failed.listener,
      });
      await client.connection.flush();
      client.connection.publish(subject, start(1));
      client.connection.publish(subject, start(2));
      await failed.count(2);
      await consumer.close();
      expect(failed.items[1]).toMatchObject({ type: 'handler_failed', error: { message: 'reader' } });
    });

    it('ends with its signal, and says so to the handler', async () => {
      const controller = new AbortController();
      const told = new Seen<boolean>();
      const consumer = consume({
        connection: client.connection,
        subject,
        read: jobEvents(),
        signal: controller.signal,
        handle: (_, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(told.add(signal.aborted)));
            controller.abort();
          }),
      });
      await client.connection.flush();
      client.connection.publish(subject, start(1));
      expect(await consumer.closed).toBeUndefined();
      expect(told.items).toEqual([true]);
    });

    it('rejects a publish at once whose signal is aborted', async () => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(publisher().publish(start(1), { signal })).rejects.toThrow('enough');
    });

    it('has errors of its own for every failure', async () => {
      const failure: unknown = await createPublisher({ connection: client.connection, subject: deniedSubject })
        .publish(start(1))
        .catch((error: unknown) => error);
      expect(isLineProtocolError(failure)).toBe(true);
    });
  });
}
