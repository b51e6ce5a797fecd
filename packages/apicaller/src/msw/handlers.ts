import { http, type HttpHandler, HttpResponse } from 'msw';

/** Where the mock listens, and what it says. */
export interface UpgradeMockOptions {
  /** `10.0.0.7:17070`. Default: every host and port. */
  host?: string | undefined;
  /** What precedes the API's paths: `/controller`. Default: anything. */
  basePath?: string | undefined;
  /** Default: what controllers, and the proxies before them, say with that status. */
  body?: string | undefined;
}

/**
 * Answers whoever dials a controller with a status instead of a websocket. Every status but 101 makes the dial fail, and
 * none is followed elsewhere: the body's text and the status are what the caller is told.
 *
 * ```ts
 * const server = setupServer(upgradeRefused(503, { body: 'busy' }));
 * ```
 *
 * @param status 200 to 599.
 */
export function upgradeRefused(status: number, options: UpgradeMockOptions = {}): HttpHandler {
  const { body = bodies[status] ?? '' } = options;
  const location = status >= 300 && status < 400 ? { Location: 'https://elsewhere.example/api' } : undefined;
  return http.get(pathsOf(options), () => HttpResponse.text(body, { status, ...(location && { headers: location }) }));
}

/** Drops whoever dials a controller before the upgrade is answered. */
export function upgradeDropped(options: Omit<UpgradeMockOptions, 'body'> = {}): HttpHandler {
  return http.get(pathsOf(options), () => HttpResponse.error());
}

const bodies: Readonly<Record<number, string>> = {
  400: 'Bad Request\n',
  401: 'unauthorized\n',
  403: 'forbidden\n',
  404: '404 page not found\n',
  502: 'Bad Gateway\n',
  503: 'Service Unavailable\n',
};

/** The paths of docs/protocol.md §1.1. */
function pathsOf({ host, basePath }: UpgradeMockOptions): RegExp {
  const where = host === undefined ? '[^/]+' : escaped(host);
  const base = basePath === undefined ? '(?:/.*)?' : escaped(basePath.replace(/\/+$/, ''));
  return new RegExp(`^(?:https?|wss?)://${where}${base}(?:/|/api|/model/[^/]+/api)$`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
