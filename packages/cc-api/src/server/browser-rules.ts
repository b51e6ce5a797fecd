import type { CcRequest, CcResponse } from './exchange.js';

/** What every answer carries, and leave for other origins to read it (docs/protocol.md §3.10). */
export function withBrowserHeaders(request: CcRequest, response: CcResponse): CcResponse {
  const headers: CcResponse['headers'] = {
    vary: 'Origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'content-security-policy': "frame-ancestors 'none'; object-src 'none'; base-uri 'self'",
  };
  if (isSecure(request)) headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains';
  if (request.header('origin') !== undefined && !isPreflight(request)) headers['access-control-allow-origin'] = '*';
  return { status: response.status, headers: Object.assign(headers, response.headers), body: response.body };
}

/** The answer to a browser's preflight; undefined where the request is none. A refused one is a 200 too, without leave. */
export function preflight(request: CcRequest): CcResponse | undefined {
  if (!isPreflight(request)) return undefined;
  const method = request.header('access-control-request-method') ?? '';
  const names = (request.header('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const isAllowed =
    request.header('origin') !== undefined &&
    allowedMethods.includes(method) &&
    names.every((name) => allowedHeaders.has(name));
  const headers = names.map((name) => allowedHeaders.get(name) ?? '').join(', ');
  return {
    status: 200,
    headers: {
      vary: ['Origin', 'Access-Control-Request-Method', 'Access-Control-Request-Headers'],
      ...(isAllowed && { 'access-control-allow-origin': '*', 'access-control-allow-methods': method }),
      ...(isAllowed && headers !== '' && { 'access-control-allow-headers': headers }),
    },
    body: '',
  };
}

/** Browsers say themselves when another site makes them send something; such a request is refused, token or not. */
export function crossSiteRefusal(request: CcRequest): CcResponse | undefined {
  if (safeMethods.has(request.method) || request.header('sec-fetch-site') !== 'cross-site') return undefined;
  return blocked();
}

/**
 * A browser adds the session's cookie by itself, so what comes with one must come from this server's own pages: from
 * another port or a sister host is not enough. Old browsers name the origin only, scripts nothing.
 */
export function otherOriginRefusal(request: Pick<CcRequest, 'header'>): CcResponse | undefined {
  const site = request.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? undefined : blocked();
  const origin = request.header('origin');
  return origin === undefined || hostOf(origin) === request.header('host')?.toLowerCase() ? undefined : blocked();
}

/** Whether the request came over TLS, to this process or to a proxy before it. */
export function isSecure(request: Pick<CcRequest, 'header' | 'isTls'>): boolean {
  return request.isTls || request.header('x-forwarded-proto') === 'https';
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function blocked(): CcResponse {
  return {
    status: 403,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'cross-site request blocked\n',
  };
}

function isPreflight(request: CcRequest): boolean {
  return request.method === 'OPTIONS' && Boolean(request.header('access-control-request-method'));
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const allowedMethods = ['GET', 'POST', 'HEAD', 'OPTIONS'];
const allowedHeaders = new Map([
  ['x-requested-with', 'X-Requested-With'],
  ['content-type', 'Content-Type'],
  ['authorization', 'Authorization'],
  ['origin', 'Origin'],
]);
