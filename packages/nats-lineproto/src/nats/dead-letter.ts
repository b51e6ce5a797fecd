import type { JetStream, JetStreamMessage, NatsConnection } from './connection.js';
import { toNatsError } from './failure.js';
import { checkSubject } from './subject.js';

/** Where messages go that cannot be handled. */
export interface DeadLetterOptions {
  /** Of a stream, not the one that is consumed. */
  subject: string;
  /** `headers` of the NATS client: only the client itself can make them. */
  headers: () => DeadLetterHeaders;
}

/** What a client's `headers()` gives. */
export interface DeadLetterHeaders {
  set(name: string, value: string): void;
}

/** The headers of a dead letter, whose payload is the message's own. */
export const deadLetterHeader = {
  /** Why: for each entry that could not be read its reason, or what the handler threw last. */
  reason: 'Moorline-Dead-Letter-Reason',
  subject: 'Moorline-Dead-Letter-Subject',
  stream: 'Moorline-Dead-Letter-Stream',
  sequence: 'Moorline-Dead-Letter-Sequence',
  deliveries: 'Moorline-Dead-Letter-Deliveries',
  /** `true` where the payload had to be cut off to make room for the headers. */
  truncated: 'Moorline-Dead-Letter-Truncated',
} as const;

/** Puts copies of messages on the dead-letter subject, each once however often it is tried. */
export class DeadLetters {
  readonly #connection: NatsConnection;
  readonly #jetstream: JetStream;
  readonly #options: DeadLetterOptions;
  readonly #stream: string;

  /** @throws LineProtocolError `invalid_subject`. */
  constructor(connection: NatsConnection, jetstream: JetStream, stream: string, options: DeadLetterOptions) {
    checkSubject(options.subject, 'publish');
    this.#connection = connection;
    this.#jetstream = jetstream;
    this.#stream = stream;
    this.#options = options;
  }

  /** Resolves once the copy is stored. @throws LineProtocolError as {@link toNatsError}. */
  async put(message: JetStreamMessage, reason: string): Promise<void> {
    const { subject, headers: makeHeaders } = this.#options;
    const headers = makeHeaders();
    headers.set(deadLetterHeader.reason, headerText(reason));
    headers.set(deadLetterHeader.subject, message.subject);
    headers.set(deadLetterHeader.stream, this.#stream);
    headers.set(deadLetterHeader.sequence, String(message.seq));
    headers.set(deadLetterHeader.deliveries, String(message.info.deliveryCount));
    const room = Math.max(0, (this.#connection.info?.max_payload ?? 0) - roomForHeaders);
    const isTooLong = message.data.length > room;
    if (isTooLong) headers.set(deadLetterHeader.truncated, 'true');
    const data = isTooLong ? message.data.slice(0, room) : message.data;
    try {
      await this.#jetstream.publish(subject, data, { headers, msgID: `${this.#stream}:${message.seq}` });
    } catch (error) {
      throw toNatsError(error, `storing a dead letter on ${subject}`);
    }
  }
}

/** Names and values of the headers; a subject can be long. */
const roomForHeaders = 8192;
const longestReason = 1024;

/** A header is one line. */
function headerText(text: string): string {
  return text.slice(0, longestReason).replace(/[\r\n]+/g, ' ');
}
