import { isSecure } from '../browser-rules.js';
import type { CcRequest } from '../exchange.js';

/** The value of the first cookie `session`; undefined where there is none. */
export function sessionCookie(request: Pick<CcRequest, 'header'>): string | undefined {
  for (const pair of (request.header('cookie') ?? '').split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (name.trim() === 'session') return value.join('=').trim();
  }
  return undefined;
}

/** A `Set-Cookie` header that keeps the session, or with an empty value and 0 seconds ends it. */
export function setSessionCookie(
  request: Pick<CcRequest, 'header' | 'isTls'>,
  value: string,
  { maxAgeSeconds, basePath }: { maxAgeSeconds: number; basePath: string },
): string {
  const secure = isSecure(request) ? '; Secure' : '';
  return `session=${value}; Path=${basePath}/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}
