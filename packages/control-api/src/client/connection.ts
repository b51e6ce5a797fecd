import type { Clock, Logger } from '@moorline/core';
import { hasShape } from '../wire/check.js';
import { ControlApiError } from '../wire/error.js';
import type { OperationId } from '../wire/models.js';
import { encodeQuery, type QueryOf } from '../wire/query.js';
import { routeOf } from '../wire/route-of.js';
import { answeredFailure, noAnswer, notAnAnswer, parseJson } from './failure.js';

/** One request of an operation. */
export interface Message<Id extends OperationId = OperationId> {
  operation: Id;
  /** Of the path, by name. */
  params?: Readonly<Record<string, string | number>>;
  query?: QueryOf<Id> | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** In place of the client's credential. */
  token?: string;
}

export interface ConnectionOptions {
  /** Without a slash at its end. */
  baseUrl: string;
  token: string | (() => Promise<string>) | undefined;
  session: string | undefined;
  credentials: 'include' | 'omit' | 'same-origin' | undefined;
  fetch: typeof fetch;
  headers: Readonly<Record<string, string>>;
  logger: Logger;
  clock: Clock;
}

export type Connection = ReturnType<typeof createConnection>;

/** Sends single requests; nothing is repeated here. */
export function createConnection(options: ConnectionOptions) {
  const { baseUrl, logger, clock } = options;

  const open = async (message: Message, signal: AbortSignal): Promise<Response> => {
    const { method } = routeOf(message.operation);
    const url = urlOf(baseUrl, message);
    const query = encodeQuery(message.operation, message.query).toString();
    const body = message.body === undefined ? {} : { body: toJson(message.operation, message.body) };
    const headers = await headersOf(message, options);
    const init = {
      ...{ method, headers, signal, redirect: 'error' as const, ...body },
      ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    };
    try {
      return await options.fetch(query === '' ? url : `${url}?${query}`, init);
    } catch (cause) {
      signal.throwIfAborted();
      throw noAnswer(`${method} ${url}`, cause);
    }
  };

  const describe = (message: Message): string => `${routeOf(message.operation).method} ${urlOf(baseUrl, message)}`;

  const textOf = async (message: Message, response: Response, signal: AbortSignal): Promise<string> => {
    try {
      return await response.text();
    } catch (cause) {
      signal.throwIfAborted();
      throw noAnswer(describe(message), cause);
    }
  };

  return {
    /** `GET https://host/moorline/v1/…` without query, for messages. */
    describe,
    /**
     * Sends once and reads the answer.
     *
     * @returns the body of a success, undefined where it has none.
     * @throws ControlApiError for anything else.
     */
    async ask(message: Message, signal: AbortSignal): Promise<unknown> {
      const startedAt = clock.monotonic();
      const response = await open(message, signal);
      const { status, headers } = response;
      const text = await textOf(message, response, signal);
      const durationMs = Math.round(clock.monotonic() - startedAt);
      logger.debug({ operation: message.operation, status, durationMs }, 'the control plane answered');
      const attempted = describe(message);
      if (!response.ok) throw answeredFailure(attempted, { status, headers, text }, clock.now());
      const { answer } = routeOf(message.operation);
      if (answer === undefined) return undefined;
      const value = parseJson(text);
      if (value === undefined) throw notAnAnswer(attempted, status, 'no JSON');
      if (!hasShape(value, answer)) throw notAnAnswer(attempted, status, `other JSON than ${answer}`);
      return value;
    },
    /**
     * Opens a stream of events.
     *
     * @throws ControlApiError for anything else.
     */
    async stream(message: Message, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
      const response = await open(message, signal);
      const { status, headers, body } = response;
      const attempted = describe(message);
      if (!response.ok) {
        throw answeredFailure(
          attempted,
          { status, headers, text: await textOf(message, response, signal) },
          clock.now(),
        );
      }
      if (body !== null && headers.get('content-type')?.startsWith('text/event-stream') === true) return body;
      body?.cancel().catch(() => undefined);
      throw notAnAnswer(attempted, status, 'no stream of events');
    },
  };
}

function urlOf(baseUrl: string, { operation, params = {} }: Message): string {
  const path = routeOf(operation).path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeSegment(operation, name, String(params[name] ?? '')),
  );
  return `${baseUrl}/moorline/v1${path}`;
}

/** `.` and `..` are taken out of paths wherever they are encoded; nothing is called so. */
function encodeSegment(operation: OperationId, name: string, value: string): string {
  if (value !== '' && value !== '.' && value !== '..' && isWellFormed(value)) return encodeURIComponent(value);
  throw new ControlApiError(`${operation} was not asked: ${JSON.stringify(value)} is no ${name}`, {
    code: 'invalid_option',
    hint: 'give the name of something',
  });
}

/** Half of a surrogate pair has no bytes in UTF-8. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

async function headersOf(message: Message, options: ConnectionOptions): Promise<Headers> {
  const headers = new Headers({
    ...options.headers,
    accept: message.operation === 'live' ? 'text/event-stream' : 'application/json',
  });
  if (message.body !== undefined) headers.set('content-type', 'application/json');
  const { session } = options;
  const token = message.token ?? (typeof options.token === 'function' ? await options.token() : options.token);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  else if (session !== undefined) headers.set('cookie', `session=${session}`);
  return headers;
}

function toJson(operation: OperationId, body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new ControlApiError(`${operation} was not asked: the body cannot be written as JSON`, {
      code: 'invalid_option',
      hint: 'leave out bigints and circles',
      cause,
    });
  }
}
