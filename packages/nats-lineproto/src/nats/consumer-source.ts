import type { JetStream, JetStreamConsumer } from './connection.js';
import { ensureConsumer, ensureStream, type StreamOptions } from './ensure-stream.js';
import { toNatsError } from './failure.js';

/** Which consumer of which stream. */
export interface SourceOptions {
  jetstream: JetStream;
  /** A stream that is there, by its name; or one that is created where it is missing, also after its storage was lost. */
  stream: string | StreamOptions;
  /** The durable consumer's name: those who share it share the messages. Created where it is missing. */
  durable: string;
  /** Of the stream's subjects the one that is consumed; wildcards are allowed. Default: all. */
  filterSubject?: string | undefined;
  /**
   * Milliseconds without a word after which the server gives a message to another member. A handler may take longer:
   * the server is told that it is at work. Default 30,000.
   */
  ackWaitMs?: number | undefined;
}

/** A consumer that is there. */
export interface OpenConsumer {
  readonly consumer: JetStreamConsumer;
  /** When the stream was made: another one of the same name has another time. */
  readonly streamCreated: string;
}

/** Finds stream and consumer, and makes what is missing. @throws LineProtocolError as {@link ensureStream}. */
export async function openConsumer(options: SourceOptions): Promise<OpenConsumer> {
  const { jetstream, stream, durable, filterSubject, ackWaitMs = defaultAckWaitMs } = options;
  if (typeof stream !== 'string') await ensureStream(jetstream, stream);
  const streamName = nameOf(stream);
  await ensureConsumer(jetstream, { stream: streamName, name: durable, filterSubject, ackWaitMs });
  try {
    const { streams } = await jetstream.jetstreamManager(false);
    const { created } = await streams.info(streamName);
    return { consumer: await jetstream.consumers.get(streamName, durable), streamCreated: created };
  } catch (error) {
    throw toNatsError(error, `consumer ${durable} of stream ${streamName}`);
  }
}

export const defaultAckWaitMs = 30_000;

export function nameOf(stream: string | StreamOptions): string {
  return typeof stream === 'string' ? stream : stream.name;
}
