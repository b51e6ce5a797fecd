import { buildStopJobMessage } from '@moorline/nats-lineproto';
import { consumeJetStream, createJetStreamPublisher, jobEvents } from '@moorline/nats-lineproto/nats';
import { createFakeNats } from '@moorline/nats-lineproto/testing';
import { equal } from './check.js';

/** Publishes a job's end to a NATS server in memory, and consumes it. */
export async function run(): Promise<void> {
  const connection = createFakeNats().connect();
  const jetstream = connection.jetstream();
  const stream = { name: 'CC_JOBS', subjects: ['cc.job.*'] };

  let tell: (jobId: number | undefined) => void = () => undefined;
  const seen = new Promise<number | undefined>((resolve) => (tell = resolve));
  const consumer = await consumeJetStream({
    connection,
    jetstream,
    stream,
    durable: 'server',
    read: jobEvents(),
    handle: async (event) => {
      if (event.type === 'stop_job') tell(event.jobId);
    },
  });

  const publisher = createJetStreamPublisher({ connection, jetstream, subject: 'cc.job.event' });
  const stop = { jobId: 4711, cluster: 'fritz', jobState: 'completed', stopTime: 1_700_000_600 } as const;
  await publisher.publish(buildStopJobMessage(stop, stop.stopTime));
  equal(await seen, 4711);
  await consumer.close();
}
