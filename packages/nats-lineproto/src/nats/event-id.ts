import type { JobMessage } from '../wire/messages/read-messages.js';

/**
 * The id under which JetStream recognises a job's event when it is published again: the same for the same event from
 * whichever process, in whichever words. Undefined where the event does not say which job it is of.
 *
 * Node states and metric lines have none: they may be stored twice without harm.
 */
export function eventId(subject: string, message: JobMessage): string | undefined {
  const { type, cluster, jobId, startTime, payload } = message;
  if (jobId === undefined) return undefined;
  const identity = [subject, type, cluster ?? null, jobId, startTime ?? null];
  if (type === 'stop_job') identity.push(scalar(payload['stopTime']));
  // JSON, because it has neither line ends nor half surrogate pairs, which a header could not carry.
  return JSON.stringify(identity);
}

function scalar(value: unknown): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}
