import { http, type HttpHandler, HttpResponse } from 'msw';
import { coverAllError } from '../wire/application-error.js';
import type { ApplicationError } from '../wire/rpc-error.js';

/** Where the mock listens. */
export interface FluxMockOptions {
  /** `https://cloud.example/api/flux`. Default: every host, with or without a base path. */
  base?: string | undefined;
}

/** Takes every event in. */
export function eventsAccepted(
  options: FluxMockOptions & {
    /** 200, 201, 202 or 204. Default 200. */
    status?: 200 | 201 | 202 | 204 | undefined;
    /** Told the body of each event, as it was sent. */
    onEvent?: ((event: unknown) => void) | undefined;
  } = {},
): HttpHandler {
  const { status = 200, onEvent } = options;
  return http.post(at(options, '/v6/events'), async ({ request }) => {
    const event: unknown = await request.json();
    onEvent?.(event);
    return new HttpResponse(null, { status });
  });
}

/** Refuses every event with a structured error: 404 for `missing`, 422 for `user`, 500 for every other type. */
export function eventsRefused(
  error: Pick<ApplicationError, 'type' | 'error'> & Partial<ApplicationError>,
  options: FluxMockOptions = {},
): HttpHandler {
  const { type, help = error.error ?? '', error: message = 'unspecified error' } = error;
  const status = type === 'missing' ? 404 : type === 'user' ? 422 : 500;
  return http.post(at(options, '/v6/events'), () => HttpResponse.json({ type, help, error: message }, { status }));
}

/** Refuses every event for its token. */
export function eventsUnauthorized(options: FluxMockOptions = {}): HttpHandler {
  return http.post(at(options, '/v6/events'), () => new HttpResponse('unauthorized', { status: 401 }));
}

/** Answers every event with a status and words that no Flux service uses, as a proxy does. */
export function eventsUnexpectedStatus(options: FluxMockOptions & { status?: number | undefined } = {}): HttpHandler {
  const { status = 502 } = options;
  return http.post(at(options, '/v6/events'), () => HttpResponse.text('Bad Gateway\n', { status }));
}

/** Tells a user whether a daemon is connected. */
export function daemonPing(options: FluxMockOptions & { isConnected?: boolean | undefined } = {}): HttpHandler {
  const { isConnected = true } = options;
  return http.get(at(options, '/v11/ping'), () => HttpResponse.json({ connected: isConnected }));
}

/** Answers a user's ping with the error of a daemon that refused it. */
export function daemonPingRefused(message: string, options: FluxMockOptions = {}): HttpHandler {
  const { application } = coverAllError(message);
  return http.get(at(options, '/v11/ping'), () => HttpResponse.json(application, { status: 404 }));
}

/**
 * Refuses every daemon that dials, whichever version it registers as.
 *
 * @param status 410 ends a daemon's loop; every other one makes it wait and dial again. Texts are those of the original.
 */
export function upgradeRefused(status: number, options: FluxMockOptions = {}): HttpHandler {
  const text = upgradeTexts[status] ?? '';
  const headers = status === 400 ? { 'Sec-Websocket-Version': '13' } : undefined;
  return http.get(at(options, '/:version/daemon'), () =>
    HttpResponse.text(text, { status, ...(headers && { headers }) }),
  );
}

const upgradeTexts: Readonly<Record<number, string>> = {
  400: 'Bad Request\n',
  401: 'unauthorized',
  404: 'API endpoint not found',
  410: 'API endpoint deprecated',
};

const at = ({ base = '*' }: FluxMockOptions, path: string): string => `${base.replace(/\/+$/, '')}${path}`;
