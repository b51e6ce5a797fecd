import { http, type HttpHandler, HttpResponse } from 'msw';
import { answers } from '../generated/answers.js';
import { encodeAlive, encodeLiveEvent, type LiveEvent } from '../wire/live-event.js';
import type { OperationId } from '../wire/models.js';
import { routeOf } from '../wire/route-of.js';
import { sampleOf } from './sample.js';

/** Options of one prepared answer. */
export interface RespondOptions {
  /** The `code` of a failure, where the document has several for the status. */
  code?: string | undefined;
  /** The whole body, as JSON, in place of a made one. */
  body?: unknown;
  /** Of the live channel: what is told before the stream ends. */
  events?: readonly LiveEvent[] | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Answers one request and leaves the next to the handlers behind it. Default false. */
  once?: boolean | undefined;
}

/** What the mock of one operation can do. Each method gives a handler for `server.use(…)`. */
export interface OperationMock<Status extends number = number> {
  /** Statuses that the document has for the operation, ascending. */
  readonly statuses: readonly Status[];
  /** Answers with a status: a success as a server in memory gives it, or a failure with its code. */
  respond(status: Status, options?: RespondOptions): HttpHandler;
  /** Answers with plain text, as proxies do. */
  text(text: string, status?: number, options?: Pick<RespondOptions, 'once'>): HttpHandler;
  /** Never answers: the connection breaks. */
  networkError(options?: Pick<RespondOptions, 'once'>): HttpHandler;
}

/** @param prefix what stands before `/moorline/v1`; `*` = any origin. */
export function createOperationMock(operation: OperationId, prefix: string): OperationMock {
  const { method, path } = routeOf(operation);
  const url = `${prefix}/moorline/v1${path.replace(/\{(\w+)\}/g, ':$1')}`;
  const codes: Readonly<Record<number, readonly string[]>> = answers[operation];

  const handle = (once: boolean | undefined, answer: () => Response | Promise<Response>): HttpHandler =>
    (makers[method] ?? http.all)(url, () => answer(), { once: once ?? false });

  const respond: OperationMock['respond'] = (status, options = {}) => {
    const { once, headers = {}, body, events = [] } = options;
    return handle(once, async () => {
      if (body !== undefined) return new Response(JSON.stringify(body), { status, headers: { ...json, ...headers } });
      if (status >= 400) {
        const failure = failureOf(operation, status, options.code ?? codes[status]?.[0]);
        return new Response(JSON.stringify(failure), { status, headers: { ...json, ...headers } });
      }
      if (operation === 'live')
        return new Response(streamOf(events), { status, headers: { ...eventStream, ...headers } });
      const sample = await sampleOf(operation);
      const all = new Headers([...sample.headers, ...Object.entries(headers)]);
      return new Response(sample.text === '' ? null : sample.text, { status, headers: all });
    });
  };

  return {
    statuses: Object.keys(codes).map(Number),
    respond,
    text: (text, status = 502, { once } = {}) =>
      handle(once, () => new HttpResponse(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })),
    networkError: ({ once } = {}) => handle(once, () => HttpResponse.error()),
  };
}

const json = { 'content-type': 'application/json; charset=utf-8' };
const eventStream = { 'content-type': 'text/event-stream; charset=utf-8' };

const failureOf = (operation: OperationId, status: number, code = 'internal') => ({
  code,
  message: `the mock of ${operation} answers ${status}`,
  hint: 'it was told to',
});

function streamOf(events: readonly LiveEvent[]): string {
  return encodeAlive('mock-0') + events.map((event, index) => encodeLiveEvent(event, `mock-${index + 1}`)).join('');
}

const makers: Readonly<Record<string, typeof http.all>> = {
  GET: http.get,
  POST: http.post,
  PUT: http.put,
  DELETE: http.delete,
};
