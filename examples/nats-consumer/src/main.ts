import { isMoorlineError } from '@moorline/core';
import { toNatsError } from '@moorline/nats-lineproto/nats';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { consumeJobs } from './consume-jobs.js';

const { NATS_URL = 'nats://127.0.0.1:4222', DURABLE = 'nats-consumer-example' } = process.env;

let connection: NatsConnection | undefined;
try {
  connection = await connect({ servers: NATS_URL, maxReconnectAttempts: -1 }).catch((error: unknown) => {
    throw toNatsError(error, `connecting to ${NATS_URL}`);
  });
  const consumer = await consumeJobs({
    connection,
    jetstream: jetstream(connection),
    durable: DURABLE,
    // Yours: a row in a database, a message to somebody. Record the same change twice without harm.
    record({ change, cluster, jobId, time, user = 'somebody', state = 'no state' }) {
      const what = change === 'start' ? `started by ${user}` : `stopped: ${state}`;
      console.log(`${new Date(time * 1000).toISOString()} ${cluster} ${jobId} ${what}`);
    },
    onReport: (report) => console.error(report),
  });
  console.log(`waiting for jobs from ${NATS_URL}; Ctrl-C ends`);

  // What has come is recorded and acknowledged; the rest of the stream waits for the next start.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void consumer.drain());
  const failure = await consumer.closed;
  if (failure !== undefined) throw failure;
} catch (error) {
  if (!isMoorlineError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  if (error.hint !== undefined) console.error(error.hint);
  process.exitCode = 1;
} finally {
  await connection?.close();
}
