import { randomUUID } from 'node:crypto';
import { systemClock } from '@moorline/core';
import { headers, type NatsConnection } from '@nats-io/transport-node';

/** How many messages a reply is, and which reply each of them belongs to. */
const partsHeader = 'Moorline-Parts';
const answerHeader = 'Moorline-Answer';

/** Sends a reply in as many messages as it takes. */
export function sendParts(connection: NatsConnection, inbox: string, bytes: Uint8Array): void {
  // Room for the headers.
  const size = (connection.info?.max_payload ?? 1024 ** 2) - 1024;
  const parts = Math.max(1, Math.ceil(bytes.length / size));
  const id = randomUUID();
  for (let part = 0; part < parts; part++) {
    const fields = headers();
    fields.set(partsHeader, String(parts));
    fields.set(answerHeader, id);
    connection.publish(inbox, bytes.subarray(part * size, (part + 1) * size), { headers: fields });
  }
}

/** @returns the first reply that is whole; undefined where nobody listens, or none has come in `waitMs`. */
export function ask(
  connection: NatsConnection,
  subject: string,
  body: string,
  waitMs: number,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const inbox = `${subject}.reply.${randomUUID()}`;
    const answers = new Map<string, Uint8Array[]>();
    const waiting = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error !== null) return settle(() => reject(error));
        if (message.headers?.code === 503) return settle(() => resolve(undefined));
        const id = message.headers?.get(answerHeader) ?? '';
        const parts = [...(answers.get(id) ?? []), message.data];
        answers.set(id, parts);
        if (parts.length >= Number(message.headers?.get(partsHeader))) {
          settle(() => resolve(Buffer.concat(parts).toString()));
        }
      },
    });
    const settle = (outcome: () => void): void => {
      timer.cancel();
      waiting.unsubscribe();
      outcome();
    };
    const timer = systemClock.setTimer(waitMs, () => settle(() => resolve(undefined)));
    try {
      connection.publish(subject, body, { reply: inbox });
    } catch (error) {
      settle(() => reject(error));
    }
  });
}
