import type { Logger } from '@moorline/core';
import type { LineProtocolError } from '../errors.js';
import type { BadEntry } from './payload-reader.js';

/** What a consumer or a publisher has to say that is no answer to a call. */
export type NatsReport =
  /** An entry that cannot be read; the others of its message are handled. */
  | ({ readonly type: 'bad_entry'; readonly subject: string } & BadEntry)
  /** A handler refused an event; the others of its message are applied. */
  | { readonly type: 'refused'; readonly subject: string; readonly reason: string }
  /** A handler failed; `again` tells whether the message will come again. */
  | { readonly type: 'handler_failed'; readonly subject: string; readonly error: unknown; readonly again: boolean }
  /** A message is given up: its handler failed, or what it waits for did not come, as often as is allowed. */
  | { readonly type: 'given_up'; readonly subject: string; readonly reason: string; readonly deliveries: number }
  /** The copy for the dead-letter subject could not be stored; the message will come again. */
  | { readonly type: 'dead_letter_failed'; readonly subject: string; readonly error: LineProtocolError }
  /** Messages come faster than they are handled: `pending` wait in memory. Said once, until they have become fewer. */
  | { readonly type: 'slow_consumer'; readonly subject: string; readonly pending: number }
  /** Nothing can be fetched at the moment; it is tried again. */
  | { readonly type: 'interrupted'; readonly error: LineProtocolError }
  /** The stream has begun anew: what it held beyond `lastSequence`, and had not handed out, is gone. */
  | { readonly type: 'storage_lost'; readonly stream: string; readonly lastSequence: number }
  /** The server does not allow the subject. */
  | { readonly type: 'permission_denied'; readonly subject: string; readonly error: LineProtocolError };

/** Takes reports; what it throws is logged. */
export type ReportListener = (report: NatsReport) => void;

/** Logs a report and hands it on. */
export function reporter(logger: Logger, listener: ReportListener | undefined): ReportListener {
  return (report) => {
    const { type, ...fields } = report;
    logger.warn(fields, sentences[type]);
    try {
      listener?.(report);
    } catch (error) {
      logger.error({ error }, 'onReport threw');
    }
  };
}

const sentences: Record<NatsReport['type'], string> = {
  bad_entry: 'an entry of a message cannot be read',
  refused: 'an event is refused',
  handler_failed: 'a message could not be handled',
  given_up: 'a message is given up',
  dead_letter_failed: 'a dead letter could not be stored',
  slow_consumer: 'messages come faster than they are handled',
  interrupted: 'messages cannot be fetched at the moment',
  storage_lost: 'a stream has lost its messages',
  permission_denied: 'the server does not allow the subject',
};
