import { http, HttpResponse, type HttpHandler } from 'msw';
import { bodyOf, errorJson, type MockBody } from './body.js';
import type { MockOperation, MockView } from './mock-view.js';
import { type MockRoutes, routesOf } from './routes.js';

/** Options of one prepared answer. */
export interface RespondOptions {
  /** The `error` of a failure, in place of the known text. */
  error?: string | undefined;
  /** The whole body: an object is sent as JSON, a text as it is. */
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Answers one request and leaves the next to the handlers behind it. Default false. */
  once?: boolean | undefined;
}

/** What the mock of one operation can do. Each method gives a handler for `server.use(…)`. */
export interface OperationMock<Status extends number = number> {
  /** Statuses that the document or the server has for the operation, ascending. */
  readonly statuses: readonly Status[];
  /** Answers with a status: a body made from the schemas, or the server's own words where they are known. */
  respond(status: Status, options?: RespondOptions): HttpHandler;
  /** Answers without a body, as the original does where its metrics cannot be read (200) or a handler crashed (500). */
  empty(status?: number, options?: Pick<RespondOptions, 'once'>): HttpHandler;
  /** Answers with plain text, as proxies and some of the original's failures do. */
  text(text: string, status?: number, options?: Pick<RespondOptions, 'once'>): HttpHandler;
  /** Answers with the same document twice in one body, as the original does for a token without roles. */
  twice(status?: Status, options?: RespondOptions): HttpHandler;
  /** Never answers: the connection breaks. */
  networkError(options?: Pick<RespondOptions, 'once'>): HttpHandler;
}

/** @param ways the operation itself, then its aliases. */
export function createOperationMock(
  id: string,
  ways: readonly MockOperation[],
  view: MockView,
  options: { baseUrl: string | undefined; seed: number; statuses: readonly number[] },
): OperationMock {
  const routes = routesOf(ways, view.operations, options.baseUrl);
  const [operation] = ways;

  const bodyFor = (status: number, given: RespondOptions): MockBody => {
    const { error, body } = given;
    if (typeof body === 'string') return { text: body, type: 'text/plain; charset=utf-8' };
    if (body !== undefined) return { text: `${JSON.stringify(body)}\n`, type: 'application/json' };
    return bodyOf(id, status, operation?.answers[status], view, options.seed, error);
  };

  const respond: OperationMock['respond'] = (status, given = {}) =>
    handle(routes, given, () => answer(status, bodyFor(status, given), given.headers));

  return {
    statuses: options.statuses,
    respond,
    empty: (status = 200, given = {}) => handle(routes, given, () => new HttpResponse(null, { status })),
    text: (text, status = 500, given = {}) =>
      handle(routes, given, () => answer(status, { text, type: 'text/plain; charset=utf-8' })),
    twice(status = 401, given = {}) {
      const { text } =
        given.body === undefined ? { text: errorJson(status, given.error ?? 'unauthorized') } : bodyFor(status, given);
      const type = 'application/json, application/json';
      return handle(routes, given, () => answer(status, { text: text + text, type }, given.headers));
    },
    networkError: (given = {}) => handle(routes, given, () => HttpResponse.error()),
  };
}

function answer(
  status: number,
  { text, type }: MockBody,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse<string> {
  const named = { ...(type === undefined ? {} : { 'content-type': type }), ...headers };
  return new HttpResponse(text === '' ? null : text, { status, headers: named });
}

function handle(
  routes: MockRoutes,
  { once = false }: Pick<RespondOptions, 'once'>,
  makeAnswer: () => HttpResponse<string | null>,
): HttpHandler {
  const make = makers[routes.method] ?? http.all;
  return make(
    routes.pattern,
    ({ request }) => (routes.matches(request.method, request.url.replace(/[?#].*$/, '')) ? makeAnswer() : undefined),
    { once },
  );
}

const makers: Readonly<Record<string, typeof http.all>> = {
  GET: http.get,
  POST: http.post,
  PUT: http.put,
  PATCH: http.patch,
  DELETE: http.delete,
};
