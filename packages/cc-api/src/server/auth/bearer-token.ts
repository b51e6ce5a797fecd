import type { CcRequest } from '../exchange.js';

/**
 * The token a request carries: `X-Auth-Token`, else `Authorization` with or without the exact prefix `Bearer `. Any other
 * scheme is taken as a token and fails as one.
 */
export function bearerToken(request: CcRequest): string | undefined {
  const token = request.header('x-auth-token') || request.header('authorization') || '';
  const bare = token.startsWith(prefix) && !request.header('x-auth-token') ? token.slice(prefix.length) : token;
  return bare === '' ? undefined : bare;
}

const prefix = 'Bearer ';
