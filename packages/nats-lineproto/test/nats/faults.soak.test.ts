import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { hasNatsServer, startNatsServer } from '../../../../tools/testenv/nats-server.js';
import { soak } from '../../../../tools/testenv/scale.js';
import { consumeJetStream, createJetStreamPublisher, jobEvents, type NatsReport, notYet } from '../../src/nats.js';
import { reconnected, Seen, start, stop } from './support.js';

/** Two events a job. */
const jobs = soak(400, 10_000);
const kills = soak(2, 20);
const jobsAtOnce = soak(50, 125);
const stream = { name: 'JOBS', subjects: ['cc.job.*'], duplicateWindowMs: 600_000 };
const patient = { minDelayMs: 50, maxDelayMs: 500, maxAttempts: 200 };

it.skipIf(!hasNatsServer).each(['as it was', 'empty'] as const)(
  'applies every event once, while the server is killed again and again and its storage is %s',
  async (storage) => {
    const server = await startNatsServer();
    const connection = await connect({ port: server.port, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
    const js = jetstream(connection, { timeout: 1000 });
    const reports: NatsReport[] = [];
    const applied = new Map<string, number>();
    const done = new Seen<string>();
    const apply = (event: string): void => {
      if (applied.has(event)) return;
      applied.set(event, 1);
      done.add(event);
    };
    const consumer = await consumeJetStream({
      connection,
      jetstream: js,
      stream,
      durable: 'server',
      ackWaitMs: 1000,
      concurrency: 64,
      notYet: { minDelayMs: 50, maxDelayMs: 1000, maxDeliveries: storage === 'empty' ? 5 : Infinity },
      read: jobEvents(),
      handle: (event) => {
        if (event.type === 'nodestate') return undefined;
        if (event.type === 'stop_job' && !applied.has(`start_job ${event.jobId}`)) return notYet('its start');
        return apply(`${event.type} ${event.jobId}`);
      },
      onReport: (report) => reports.push(report),
    });
    const publisher = createJetStreamPublisher({
      connection,
      jetstream: js,
      subject: 'cc.job.event',
      stream,
      timeoutMs: 500,
      retry: patient,
      onReport: (report) => reports.push(report),
    });
    const killer = (async (): Promise<void> => {
      for (let kill = 0; kill < kills; kill++) {
        await done.count(Math.floor(((kill + 0.5) * 2 * jobs) / (kills * 4)));
        const back = reconnected(connection);
        await server.kill();
        await server.start(storage);
        await back;
      }
    })();
    // A stop before its start, as eight workers would send them.
    for (let first = 0; first < jobs; first += jobsAtOnce) {
      const ids = Array.from({ length: jobsAtOnce }, (_, index) => first + index);
      await publisher.publish(new Uint8Array(ids.flatMap((id) => [...stop(id), ...start(id)])));
    }
    await killer;
    if (storage === 'as it was') {
      await done.count(2 * jobs);
      expect(reports.filter(({ type }) => type === 'storage_lost' || type === 'given_up')).toEqual([]);
    } else {
      // What was stored and not yet handed out is gone with the disk: that is told, so that it can be sent again.
      expect(reports.some(({ type }) => type === 'storage_lost')).toBe(true);
      for (let first = 0; first < jobs; first += jobsAtOnce) {
        const ids = Array.from({ length: jobsAtOnce }, (_, index) => first + index);
        await publisher.publish(new Uint8Array(ids.flatMap((id) => [...start(id), ...stop(id)])));
      }
      await done.count(2 * jobs);
    }
    await consumer.drain();
    expect(applied.size).toBe(2 * jobs);
    await connection.close();
    await server.remove();
  },
  soak(60_000, 600_000),
);
