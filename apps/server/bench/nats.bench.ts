/**
 * Starts of jobs that are published over NATS at once, through JetStream to durable rows: the whole server against a consumer
 * that acknowledges the same messages and does nothing with them, and against the store alone.
 *
 * node --import tsx --conditions=@moorline/source bench/nats.bench.ts
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@moorline/cc-store';
import { buildStartJobMessage } from '@moorline/nats-lineproto';
import { consumeJetStream, ensureStream, jobEvents } from '@moorline/nats-lineproto/nats';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { notAvailable, report } from '../../../tools/bench/harness.js';
import { hasNatsServer, startNatsServer } from '../../../tools/testenv/nats-server.js';
import { askServer } from '../src/control/ask-server.js';
import { jobList, read, temporaryDirectory } from '../test/support.js';
import { startBenchServer } from './bench-server.js';
import { epoch, startBody } from './load/requests.js';
import { sizes } from './sizes.js';

if (!hasNatsServer) notAvailable({ name: 'events over NATS', reason: 'nats-server is not installed' });
for (const count of hasNatsServer ? sizes.events : []) await benchEvents(count);

async function benchEvents(count: number): Promise<void> {
  const nats = await startNatsServer();
  const connection = await connect({ port: nats.port });
  const at = `${count.toLocaleString('en-US')} events`;
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const messages = ids.map((id) => buildStartJobMessage(startBody(id), epoch + id));

  const bare = await consumeBare(connection, messages);
  const store = await startInStore(ids.slice(0, 20_000));
  const server = await startBenchServer(0, '--nats', `nats://127.0.0.1:${nats.port}`);
  const { consumers } = await jetstreamManager(connection);
  // Asked of the NATS server, which is told once a row is durable: the other one would have to count its rows each time.
  const left = async () => {
    const { num_pending, num_ack_pending } = await consumers.info('MOORLINE_JOBS', 'moorline-server-jobs');
    return num_pending + num_ack_pending;
  };
  while ((await askServer(server.dataDir, 'status', null)).nats?.state !== 'consuming') await pause(20);
  const since = performance.now();
  const cpuSince = server.cpuMs();
  await publish(connection, 'cc.job.event', messages);
  const publishedMs = performance.now() - since;
  const mostMs = performance.now() + 300_000;
  while ((await left()) > 0 && performance.now() < mostMs) await pause(50);
  const seconds = (performance.now() - since) / 1000;
  const headers = { authorization: `Bearer ${server.token}` };
  const { jobs } = await read(await fetch(`${server.url}/api/jobs/?items-per-page=${count}`, { headers }), jobList);
  const goal = '≥ 8000 events/s';
  report({
    ...{ name: `${at} to durable rows`, unit: 'events/s', ours: count / seconds, goal },
    peer: { name: 'acknowledged, not applied', value: bare },
  });
  report({
    ...{ name: `${at}, against the store alone`, unit: 'events/s', ours: count / seconds },
    peer: { name: 'starts in the store alone', value: store },
  });
  report({
    ...{ name: `${at}, lost`, unit: 'events', goal: '≤ 0 events' },
    ours: count - new Set(jobs.map(({ jobId }) => jobId)).size,
  });
  report({ name: `${at}, published in`, unit: 'ms', ours: publishedMs });
  report({ name: `${at}, CPU of the server`, unit: 'µs/event', ours: ((server.cpuMs() - cpuSince) / count) * 1000 });
  report({ name: `${at}, memory`, unit: 'MB', ours: server.residentMb() });
  await server.close();
  await connection.close();
  await nats.remove();
}

/** As fast as the connection takes them; the answer to the flush comes behind all of them. */
async function publish(connection: NatsConnection, subject: string, messages: readonly Uint8Array[]): Promise<void> {
  for (const message of messages) connection.publish(subject, message);
  await connection.flush();
}

/** The same messages, decoded and acknowledged. @returns messages a second. */
async function consumeBare(connection: NatsConnection, messages: readonly Uint8Array[]): Promise<number> {
  const js = jetstream(connection);
  const stream = { name: 'BARE', subjects: ['bare.job'], retention: 'workqueue' as const };
  await ensureStream(js, stream);
  const since = performance.now();
  let left = messages.length;
  let isDone: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (isDone = resolve));
  const consumer = await consumeJetStream({
    ...{ connection, jetstream: js, stream, durable: 'bare', concurrency: 1024, read: jobEvents() },
    handle: () => {
      if (--left === 0) isDone();
    },
  });
  await publish(connection, 'bare.job', messages);
  await done;
  await consumer.drain();
  return messages.length / ((performance.now() - since) / 1000);
}

/** @returns starts a second, 1024 at a time, each durable. */
async function startInStore(ids: readonly number[]): Promise<number> {
  const folder = temporaryDirectory();
  const store = await openStore({ path: join(folder, 'moorline.db') });
  const since = performance.now();
  for (let first = 0; first < ids.length; first += 1024) {
    await Promise.all(
      ids.slice(first, first + 1024).map((id) => {
        const { numHwthreads: _, ...job } = startBody(id);
        const rest = { subCluster: 'main', shared: 'none', monitoringStatus: 1, energy: 0 } as const;
        return store.backend.startJob({ ...job, ...rest });
      }),
    );
  }
  const perSecond = ids.length / ((performance.now() - since) / 1000);
  await store.close();
  rmSync(folder, { recursive: true });
  return perSecond;
}
