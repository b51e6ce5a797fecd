import type { Clock, Logger } from '@moorline/core';
import { CcApiError } from '../wire/error.js';
import { type RemoteOperation, remoteOperation, type RemoteOperationId } from '../wire/remote-operations.js';
import { credentialHeader } from './credential-header.js';
import { type Answer, type Asked, toError } from './failure.js';
import { type FirstJson, firstJson } from './first-json.js';

/** What is sent, for one operation. */
export interface Message {
  operation: RemoteOperationId;
  /** In place of the path's last parameter. */
  id?: string;
  /** In place of `{cluster}`. */
  cluster?: string;
  query?: URLSearchParams;
  body?: string | Uint8Array;
  contentType?: string;
}

/** What is sent to a route that is named by its path. */
export interface RoutedMessage extends Omit<Message, 'operation' | 'id' | 'cluster'> {
  /** `GET /api/jobs/{id}` */
  operation: string;
  /** Its path is filled in. */
  route: RemoteOperation;
}

export interface Connection {
  /**
   * Sends once.
   *
   * @param isExpected tells which statuses are no failure.
   * @throws CcApiError for any other status, and `network_error` where no answer came.
   */
  exchange(
    message: Message | RoutedMessage,
    signal: AbortSignal,
    isExpected: (status: number) => boolean,
  ): Promise<Answer>;
  /**
   * Sends once.
   *
   * @returns the text of a 2xx answer.
   * @throws CcApiError for any other answer, and `network_error` where none came.
   */
  send(message: Message, signal: AbortSignal): Promise<string>;
  /**
   * Sends once and reads the answer's JSON.
   *
   * @throws CcApiError as {@link send}; `invalid_response` where the answer is not what `isAnswer` knows,
   *   `metrics_unavailable` for the empty 200 that means that a job's metrics cannot be read.
   */
  ask<T>(message: Message, signal: AbortSignal, isAnswer: (value: unknown) => value is T): Promise<T>;
  /** `POST https://host/api/…`, for messages. */
  describe(message: Message | RoutedMessage): Asked;
}

export interface ConnectionOptions {
  baseUrl: string;
  token: string | (() => Promise<string>) | undefined;
  session: string | undefined;
  fetch: typeof fetch;
  headers: Readonly<Record<string, string>>;
  logger: Logger;
  clock: Clock;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { baseUrl, logger, clock } = options;

  const describe = (message: Message | RoutedMessage): Asked => {
    const { method, url } = addressOf(baseUrl, message);
    return { operation: message.operation, attempted: `${method} ${url}` };
  };

  const dial = async (message: Message | RoutedMessage, signal: AbortSignal): Promise<Answer> => {
    const { method, url, credential } = addressOf(baseUrl, message);
    const query = message.query?.toString() ?? '';
    const headers = new Headers({ ...options.headers, accept: 'application/json' });
    for (const [name, value] of await credentialHeader(credential, options)) headers.set(name, value);
    if (message.contentType !== undefined) headers.set('content-type', message.contentType);
    try {
      const { fetch } = options;
      // Browsers' types leave out bytes that are shared between threads, which `fetch` refuses by itself.
      const body = message.body as NonNullable<RequestInit['body']> | undefined;
      const init = { method, headers, signal, ...(body === undefined ? {} : { body }) };
      const response = await fetch(query === '' ? url : `${url}?${query}`, init);
      return { status: response.status, text: await response.text(), headers: response.headers };
    } catch (cause) {
      signal.throwIfAborted();
      throw networkError({ operation: message.operation, attempted: `${method} ${url}` }, cause);
    }
  };

  const exchange: Connection['exchange'] = async (message, signal, isExpected) => {
    const startedAt = clock.monotonic();
    const answer = await dial(message, signal);
    const durationMs = Math.round(clock.monotonic() - startedAt);
    logger.debug({ operation: message.operation, status: answer.status, durationMs }, 'ClusterCockpit answered');
    if (isExpected(answer.status)) return answer;
    throw toError(describe(message), answer, clock.now());
  };

  const send: Connection['send'] = async (message, signal) => (await exchange(message, signal, isSuccess)).text;

  return {
    describe,
    exchange,
    send,
    async ask(message, signal, isAnswer) {
      const first = firstJson(await send(message, signal));
      if (first.found === 'json' && isAnswer(first.value)) return first.value;
      throw unreadable(describe(message), first);
    },
  };
}

const isSuccess = (status: number) => status >= 200 && status < 300;

function unreadable({ operation, attempted }: Asked, { found }: FirstJson): CcApiError {
  if (found === 'nothing' && /^get(User)?Job(Series)?$/.test(operation)) {
    return new CcApiError(`${attempted} answered 200 with an empty body`, {
      code: 'metrics_unavailable',
      status: 200,
      operation,
      hint: 'the server found the job but cannot read its metrics',
    });
  }
  return new CcApiError(`${attempted} answered 200 with ${found === 'json' ? 'other JSON than expected' : 'no JSON'}`, {
    code: 'invalid_response',
    status: 200,
    operation,
    hint: 'is baseUrl the address of a ClusterCockpit server?',
  });
}

function addressOf(baseUrl: string, message: Message | RoutedMessage) {
  if ('route' in message) return { ...message.route, url: `${baseUrl}${message.route.path}` };
  const { operation, id = '', cluster = '' } = message;
  const { method, path, credential } = remoteOperation(operation);
  const filled = path
    .replace('{cluster}', () => encodeURIComponent(cluster))
    .replace(/\{\w+\}$/, () => encodeURIComponent(id));
  return { method, url: `${baseUrl}${filled}`, credential };
}

/** Failures of the system that leave no doubt: nothing reached the server. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function networkError({ operation, attempted }: Asked, cause: unknown): CcApiError {
  const code = systemCode(cause);
  return new CcApiError(`${attempted} got no answer${code === undefined ? '' : ` (${code})`}`, {
    code: 'network_error',
    operation,
    cause,
    hint: 'is the server running, and is baseUrl its address?',
    isRetryable: true,
    details: { ...(code === undefined ? {} : { systemCode: code }), mayHaveLanded: !neverSent.has(code ?? '') },
  });
}

/** Node's fetch hides the system's code one or two causes down; other runtimes have none. */
function systemCode(error: unknown): string | undefined {
  for (let level = error, depth = 0; level instanceof Error && depth < 5; level = level.cause, depth++) {
    if ('code' in level && typeof level.code === 'string') return level.code;
  }
  return undefined;
}
