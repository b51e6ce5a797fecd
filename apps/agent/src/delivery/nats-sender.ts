import { setMaxListeners } from 'node:events';
import type { NatsSettings } from '@moorline/app-kit';
import type { SpoolKind } from '@moorline/cc-store/spool';
import type { Logger } from '@moorline/core';
import { isLineProtocolError, type LineProtocolErrorCode } from '@moorline/nats-lineproto';
import {
  createJetStreamPublisher,
  type JetStream,
  type NatsConnection,
  type Publisher,
} from '@moorline/nats-lineproto/nats';
import { AgentError } from '../agent-error.js';
import type { Outcome } from './outcome.js';
import { joinLines, type Parcel } from './parcel.js';
import { readMessage } from './read-message.js';

/** A connection to NATS that is made again when it breaks off. */
export interface NatsLink {
  connection: NatsConnection;
  jetstream: JetStream;
  /**
   * Aborted when the connection of now breaks off; undefined while there is none: what is published then would be lost
   * without a word.
   */
  life(): AbortSignal | undefined;
}

/** The subject of each kind of entries. */
export type NatsSubjects = Readonly<Record<SpoolKind, string>>;

/** @param cluster the machine's own: metrics of each cluster have a subject of theirs. */
export const natsSubjects = (settings: NatsSettings, cluster: string): NatsSubjects => ({
  job: settings.natsJobSubject,
  node_state: settings.natsNodeStateSubject,
  metrics: `${settings.natsMetricsSubject}.${cluster}`,
});

/** Options of {@link createNatsSender}. */
export interface NatsSenderOptions {
  link: NatsLink;
  subjects: NatsSubjects;
  /** How long a stream's acknowledgement is waited for, milliseconds. Default 5000. */
  timeoutMs?: number | undefined;
  logger: Logger;
}

/**
 * Sends parcels over NATS: done means that a stream has stored them. Each job event goes under an id made of what it says,
 * so that one that is sent again is stored once. Never throws but for the signal's reason.
 *
 * @throws LineProtocolError `invalid_subject`.
 */
export function createNatsSender({ link, subjects, timeoutMs, logger }: NatsSenderOptions) {
  const publisherOf = (subject: string): Publisher =>
    createJetStreamPublisher({
      connection: link.connection,
      jetstream: link.jetstream,
      subject,
      timeoutMs,
      // Whoever sends parcels tries again, and keeps them until then.
      retry: { maxAttempts: 1 },
      logger,
    });
  const publishers: Record<SpoolKind, Publisher> = {
    job: publisherOf(subjects.job),
    node_state: publisherOf(subjects.node_state),
    metrics: publisherOf(subjects.metrics),
  };

  /** One signal for all parcels of a connection: each of them would stay with the other two for as long as these live. */
  let shared: { life: AbortSignal; signal: AbortSignal; either: AbortSignal } | undefined;
  const eitherOf = (life: AbortSignal, signal: AbortSignal): AbortSignal => {
    if (shared?.life !== life || shared.signal !== signal) {
      shared = { life, signal, either: AbortSignal.any([life, signal]) };
      setMaxListeners(0, shared.either);
    }
    return shared.either;
  };

  return async (parcel: Parcel, signal: AbortSignal): Promise<Outcome> => {
    const life = link.life();
    if (life === undefined) return { kind: 'postponed', error: notConnected() };
    const content = contentOf(parcel);
    if (content.type === 'bad') return { kind: 'rejected', reason: `no message that can be sent: ${content.reason}` };
    try {
      await publishers[parcel.kind].publish(content.bytes, { signal: eitherOf(life, signal) });
      return content.type === 'lines' ? { kind: 'done' } : { kind: 'done', type: content.type };
    } catch (error) {
      signal.throwIfAborted();
      // Its answer went with the connection. Sent again, it is recognised.
      return life.aborted ? { kind: 'postponed', error: notConnected() } : outcomeOf(error);
    }
  };
}

type Content =
  { type: 'start_job' | 'stop_job' | 'nodestate' | 'lines'; bytes: Uint8Array } | { type: 'bad'; reason: string };

/** Of several node states the newest: a state counts from when it is received. */
function contentOf(parcel: Parcel): Content {
  if (parcel.kind === 'metrics') return { type: 'lines', bytes: joinLines(parcel) };
  const bytes = parcel.entries.at(-1)?.body ?? new Uint8Array();
  const message = readMessage(bytes);
  return message.type === 'bad' ? message : { type: message.type, bytes };
}

function outcomeOf(error: unknown): Outcome {
  const code = isLineProtocolError(error) ? error.code : undefined;
  if (isLineProtocolError(error) && code === 'payload_too_large') return { kind: 'rejected', reason: error.message };
  return { kind: 'postponed', error, isOfItsKind: code !== undefined && !concernsAll.has(code) };
}

/** Everything else is the answer of one stream, or for one subject. */
const concernsAll: ReadonlySet<LineProtocolErrorCode> = new Set<LineProtocolErrorCode>([
  'not_confirmed',
  'connection_closed',
]);

const notConnected = (): AgentError =>
  new AgentError('the NATS servers cannot be reached', {
    code: 'nats_unreachable',
    hint: 'are they running? "moorline-agent status" shows since when they are away',
    isRetryable: true,
  });
