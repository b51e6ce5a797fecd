import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { buildStartJobMessage, buildStopJobMessage } from '@moorline/nats-lineproto';
import { createJetStreamPublisher, type NatsReport, type StreamConsumer } from '@moorline/nats-lineproto/nats';
import { createFakeNats } from '@moorline/nats-lineproto/testing';
import { consumeJobs, type JobChange } from '../src/consume-jobs.js';

const job = { jobId: 4711, cluster: 'fritz', startTime: 1_700_000_000 };
const start = buildStartJobMessage({ ...job, user: 'alice' }, job.startTime);
const stop = buildStopJobMessage({ ...job, jobState: 'completed', stopTime: 1_700_000_600 }, 1_700_000_600);
const nameless = new TextEncoder().encode(`job,function=start_job event="{}" ${job.startTime}\n`);

// A NATS server in memory: streams, acknowledgements and deliveries are real, the network is not.
const connection = createFakeNats().connect();
const jetstream = connection.jetstream();
const publisher = createJetStreamPublisher({ connection, jetstream, subject: 'cc.job.event' });

let consumer: StreamConsumer;
let reports: NatsReport[];
let record: (change: JobChange) => void;
/** The next `count` changes that are recorded. */
const changes = (count: number) =>
  new Promise<JobChange[]>((resolve) => {
    const seen: JobChange[] = [];
    record = (change) => {
      if (seen.push(change) === count) resolve(seen);
    };
  });
beforeEach(async () => {
  reports = [];
  consumer = await consumeJobs({
    connection,
    jetstream,
    durable: 'test',
    record: (change) => record(change),
    onReport: (report) => void reports.push(report),
  });
});
afterEach(() => consumer.drain());

it('records a start and a stop', async () => {
  const both = changes(2);
  await publisher.publish(new Uint8Array([...start, ...stop]));
  assert.deepEqual(await both, [
    { change: 'start', cluster: 'fritz', jobId: 4711, time: 1_700_000_000, user: 'alice' },
    { change: 'stop', cluster: 'fritz', jobId: 4711, time: 1_700_000_600, state: 'completed' },
  ]);
});

it('gets a change again that could not be recorded', async () => {
  const again = new Promise<JobChange>((resolve) => {
    record = () => {
      record = resolve;
      throw new Error('the disk is full');
    };
  });
  await publisher.publish(buildStartJobMessage({ ...job, jobId: 4712 }, job.startTime));
  assert.equal((await again).jobId, 4712);
  assert.deepEqual(
    reports.map((report) => report.type === 'handler_failed' && report.again),
    [true],
  );
});

it('passes over an event that does not say of which job it is', async () => {
  const next = changes(1);
  await publisher.publish(nameless);
  await publisher.publish(buildStartJobMessage({ ...job, jobId: 4713 }, job.startTime));
  assert.equal((await next)[0]?.jobId, 4713);
  assert.deepEqual(
    reports.map(({ type }) => type),
    ['refused'],
  );
});
