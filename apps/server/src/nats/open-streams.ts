import type { Logger } from '@moorline/core';
import { isLineProtocolError } from '@moorline/nats-lineproto';
import { consumeJetStream, ensureStream, type ReportListener, type StreamOptions } from '@moorline/nats-lineproto/nats';
import type { JetStreamClient } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { Channel, OpenChannel } from './channels.js';
import type { IntakeSettings } from './settings.js';
import { waits } from './waits.js';

export interface StreamSurroundings {
  connection: NatsConnection;
  jetstream: JetStreamClient;
  logger: Logger;
  onReport: ReportListener;
}

/** Consumes from JetStream: what is not acknowledged comes again. Missing streams and consumers are made. */
export async function openStreams(settings: IntakeSettings, surroundings: StreamSurroundings): Promise<OpenChannel> {
  const { connection, jetstream, logger, onReport } = surroundings;
  const { jobs, readings, dead } = streamsOf(settings);
  const use = (stream: StreamOptions) => useStream(jetstream, stream, logger);
  await use(dead);
  const sources = { jobs: await use(jobs), readings: await use(readings) };
  const [deadSubject = ''] = dead.subjects;
  return <Event>({ name, subject, ...channel }: Channel<Event>) =>
    consumeJetStream({
      ...channel,
      ...{ connection, jetstream, logger, onReport },
      stream: name === 'jobs' ? sources.jobs : sources.readings,
      durable: `${settings.natsGroup}-${name}`,
      filterSubject: subject,
      ackWaitMs,
      notYet: waits(settings.natsWait),
      deadLetter: { subject: deadSubject, headers },
    });
}

/**
 * Milliseconds until what a server that died had begun goes to another, or to the same one when it is back. A server that
 * lives says that it is at work.
 */
const ackWaitMs = 5000;

/**
 * Job events are kept until they are applied, however long that takes. Readings grow old, so they have an end: their
 * amount must not keep job events from being stored. Dead letters wait a month for somebody to look at them.
 */
function streamsOf(settings: IntakeSettings) {
  const { natsStreams: name, natsJobSubject, natsNodeStateSubject, natsMetricsSubject } = settings;
  const jobs: StreamOptions = { name: `${name}_JOBS`, subjects: [natsJobSubject], retention: 'workqueue' };
  const readings: StreamOptions = {
    name: `${name}_READINGS`,
    subjects: [natsNodeStateSubject, `${natsMetricsSubject}.*`],
    ...{ retention: 'workqueue', discard: 'old', maxAgeMs: dayMs, maxBytes: 1024 ** 3 },
  };
  const dead: StreamOptions = {
    name: `${name}_DEAD`,
    subjects: [`dead.${name}`],
    ...{ discard: 'old', maxAgeMs: 30 * dayMs, maxBytes: 256 * 1024 ** 2 },
  };
  return { jobs, readings, dead };
}

const dayMs = 86_400_000;

/** A stream that somebody has made otherwise is used as it is, and then not made anew when it is lost. */
async function useStream(
  jetstream: JetStreamClient,
  stream: StreamOptions,
  logger: Logger,
): Promise<StreamOptions | string> {
  try {
    await ensureStream(jetstream, stream);
    return stream;
  } catch (error) {
    if (!isLineProtocolError(error) || error.code !== 'config_mismatch') throw error;
    logger.info({ stream: stream.name, reason: error.message }, 'a stream is there already, and is used as it is');
    return stream.name;
  }
}
