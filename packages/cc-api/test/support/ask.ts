import type { Served } from './serve.js';

/** An answer with its body as text. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

export interface Ask {
  method?: string;
  /** Letter of a token; undefined = none. */
  as?: string | undefined;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a text as it is. */
  body?: unknown;
}

/** Sends one request to a server of {@link serve}, with token A unless told otherwise. */
export async function ask(served: Served, path: string, options: Ask = {}): Promise<Answered> {
  const { method = 'GET', headers = {}, body } = options;
  const as = 'as' in options ? options.as : 'A';
  const response = await fetch(served.baseUrl + path, {
    method,
    headers: { ...(as === undefined ? {} : { 'x-auth-token': served.tokens.token(as) }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The body of nearly every failure. */
export function errorBody(status: string, error: string): string {
  return `${JSON.stringify({ status, error }).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)}\n`;
}

/** The start body of the conformance cases, J(n). */
export function j(jobId: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...{ jobId, user: 'alice', project: 'p1', cluster: 'demo', numNodes: 1, startTime: 1_700_000_000 },
    resources: [{ hostname: 'n01' }],
    ...more,
  };
}
