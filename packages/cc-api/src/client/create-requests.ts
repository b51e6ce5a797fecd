import type { HttpMethod } from '../wire/operations.js';
import type { Caller } from './call.js';
import type { CallOptions } from './cc-client.js';
import type { CcRequests } from './cc-requests.js';
import type { Connection, RoutedMessage } from './connection.js';
import { firstJson } from './first-json.js';
import { form, json } from './payload.js';

/**
 * What remains of the types when they are gone, by method and path: `{ 'GET /api/jobs/': '200 400 401 500' }`. Beside
 * the statuses the words `session` (no token opens it), `form` and `text` (what its body is).
 */
export type RouteFacts = Readonly<Record<string, string>>;

interface Given extends CallOptions {
  path?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}

export function createRequests<Paths>(connection: Connection, caller: Caller, table: RouteFacts): CcRequests<Paths> {
  const request = async (
    method: HttpMethod,
    path: string,
    { path: names = {}, query = {}, body, ...call }: Given = {},
  ) => {
    const facts = new Set((table[`${method} ${path}`] ?? '').split(' '));
    const credential = facts.has('session') ? 'session' : 'token';
    const message: RoutedMessage = {
      operation: `${method} ${path}`,
      route: { method, path: fill(path, names), credential },
      query: toQuery(query),
      ...(body === undefined ? {} : toPayload(body, facts)),
    };
    const attempt = (signal: AbortSignal) => async () => {
      const { status, text, headers } = await connection.exchange(message, signal, (given) => facts.has(String(given)));
      const first = firstJson(text);
      const read = first.found === 'json' ? first.value : text;
      return { status, body: first.found === 'nothing' ? undefined : read, headers };
    };
    return caller.attempts(message, call, attempt, method === 'GET' ? {} : { maxAttempts: 1 });
  };
  const requests: Record<keyof CcRequests<Paths>, (path: string, given?: Given) => Promise<unknown>> = {
    GET: (path, given) => request('GET', path, given),
    POST: (path, given) => request('POST', path, given),
    PUT: (path, given) => request('PUT', path, given),
    PATCH: (path, given) => request('PATCH', path, given),
    DELETE: (path, given) => request('DELETE', path, given),
  };
  // The document gives both the types and the table; what an answer holds is not looked at, as CcResult says.
  return requests as unknown as CcRequests<Paths>;
}

function fill(path: string, names: Readonly<Record<string, string | number>>): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(String(names[name] ?? '')));
}

function toQuery(query: Readonly<Record<string, unknown>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, String(one));
    }
  }
  return parameters;
}

function toPayload(body: unknown, facts: ReadonlySet<string>): { body: string; contentType: string } {
  if (facts.has('text') && typeof body === 'string') return { body, contentType: 'text/plain; charset=utf-8' };
  if (!facts.has('form') || typeof body !== 'object' || body === null) return json(body);
  return form(Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)])));
}
