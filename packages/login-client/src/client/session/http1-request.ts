import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { SessionAttempt } from './attempt.js';

/** What is sent beside `Host` and `User-Agent`, in the order in which the original writes it. */
export interface Http1Request {
  method: 'GET' | 'POST';
  path: string;
  headers: readonly (readonly [string, string])[];
}

export type Http1Connection = Pick<SessionAttempt, 'target' | 'dial' | 'userAgent'>;

/** The request's own connection: version 1 shares none, and closes each with its request. */
export async function openRequest(
  connection: Http1Connection,
  request: Http1Request,
  signal: AbortSignal,
): Promise<ClientRequest> {
  const { target, dial, userAgent = 'Go-http-client/1.1' } = connection;
  const socket = await dial(signal);
  const lines = [['Host', target.host], ['User-Agent', userAgent], ...request.headers] as const;
  const opened = httpRequest({
    createConnection: () => socket,
    method: request.method,
    path: request.path,
    headers: [...lines, ['Accept-Encoding', 'gzip'], ['Connection', 'close']].flat(),
  });
  // Each failure is told by the promise or the handler of whoever waits; one that comes after is nobody's.
  opened.on('error', () => socket.destroy());
  return opened;
}

/** The final answer's head; 1xx answers are none. */
export function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => {
      response.on('error', () => undefined);
      resolve(response);
    });
    request.once('error', reject);
    request.once('close', () => reject(new Error('the connection closed before an answer came')));
  });
}
