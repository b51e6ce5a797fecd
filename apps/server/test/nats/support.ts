import type { ControlAnswer } from '../../src/control/protocol.js';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { buildStartJobMessage, buildStopJobMessage } from '@moorline/nats-lineproto';
import { createJetStreamPublisher, type Publisher } from '@moorline/nats-lineproto/nats';
import { setTimeout as pause } from 'node:timers/promises';
import { askServer } from '../../src/control/ask-server.js';
import { aCluster, aJob } from '../a-cluster.js';
import { apiToken, get, jobList, put, read } from '../support.js';

const startTime = 1_700_000_000;

/** A server, as tests reach it. */
export interface Reached {
  url: string;
  dataDir: string;
}

export const start = (jobId: number): Uint8Array =>
  buildStartJobMessage(aJob(jobId, 'c', 'n1', startTime + jobId), startTime + jobId);

export const stop = (jobId: number): Uint8Array =>
  buildStopJobMessage(
    { jobId, cluster: 'c', startTime: startTime + jobId, stopTime: startTime + jobId + 60, jobState: 'completed' },
    startTime + jobId + 60,
  );

export const together = (messages: readonly Uint8Array[]): Uint8Array => Buffer.concat(messages);

/** Describes the cluster that {@link start} speaks of. */
export async function describeCluster(server: Reached): Promise<void> {
  const { status } = await put(`${server.url}/moorline/v1/clusters/c`, aCluster('c', 'n[1-9]'), await apiToken(server));
  if (status !== 204) throw new Error(`the cluster was not described: ${status}`);
}

/** The number and the state of each job that the server lists. */
export async function storedJobs(server: Reached): Promise<{ jobId: number; jobState: unknown; duration: unknown }[]> {
  const answer = await get(`${server.url}/api/jobs/?items-per-page=1000000`, await apiToken(server));
  const { jobs } = await read(answer, jobList);
  return jobs.map(({ jobId, jobState, duration }) => ({ jobId, jobState, duration }));
}

type Intake = NonNullable<ControlAnswer<'status'>['nats']>;

export async function intakeOf(server: Reached): Promise<Intake> {
  const { nats } = await askServer(server.dataDir, 'status', null);
  if (nats === undefined) throw new Error('the server takes no events over NATS');
  return nats;
}

/** Asks again and again until the answer is as wished: what is waited for happens in other processes. */
export async function until<T>(ask: () => Promise<T>, isWished: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWished(answer)) return answer;
    await pause(20);
  }
}

export const consuming = (server: Reached): Promise<Intake> =>
  until(
    () => intakeOf(server),
    ({ state }) => state === 'consuming',
  );

/** Whoever reports the events. */
export interface Reporter extends AsyncDisposable {
  connection: NatsConnection;
  /** Stores on the subject of jobs, however long the server is away. */
  jobs: Publisher;
  /**
   * Resolves once each message has been acknowledged. Asked of the consumers: a NATS server that was killed may keep
   * acknowledged messages in a stream for ever, which nobody gets again.
   */
  taken(streams?: string): Promise<void>;
}

export async function reporter(port: number, credentials: { user?: string; pass?: string } = {}): Promise<Reporter> {
  const connection = await connect({ port, reconnectTimeWait: 50, maxReconnectAttempts: -1, ...credentials });
  const js = jetstream(connection, { timeout: 1000 });
  return {
    connection,
    jobs: createJetStreamPublisher({
      ...{ connection, jetstream: js, subject: 'cc.job.event', timeoutMs: 500 },
      retry: { minDelayMs: 50, maxDelayMs: 500, maxAttempts: 200 },
    }),
    async taken(streams = 'MOORLINE') {
      const { consumers } = await jetstreamManager(connection, { checkAPI: false, timeout: 500 });
      for (const name of [`${streams}_JOBS`, `${streams}_READINGS`]) {
        // A question that is asked while the connection is away is not answered.
        const ask = () =>
          consumers
            .list(name)
            .next()
            .catch(() => []);
        await until(
          ask,
          (known) => known.length > 0 && known.every((one) => one.num_pending === 0 && one.num_ack_pending === 0),
        );
      }
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
