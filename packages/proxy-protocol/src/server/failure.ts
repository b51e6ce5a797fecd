import { isMoorlineError, type Logger } from '@moorline/core';
import { isProxyError, type ProxyError, type ProxyErrorCode } from '../wire/proxy-error.js';

/** What a peer is told of a failure: its own words, where it is one of those that there are words for. */
export function textOf(error: unknown): string {
  if (isProxyError(error)) return error.text;
  return isMoorlineError(error) ? error.message : 'internal error';
}

/** What is logged of a failure: not the words for the peer, which may hold its token. */
export function failureFields(error: unknown): object {
  if (!isMoorlineError(error)) return { error };
  const { code, message, hint, details, cause } = error;
  return {
    code,
    error: message,
    ...(hint === undefined ? {} : { hint }),
    ...details,
    ...(cause === undefined ? {} : { cause: failureFields(cause) }),
  };
}

/** Clients come and go, and some go in the middle of a word. */
const usualEnds: ReadonlySet<ProxyErrorCode> = new Set<ProxyErrorCode>([
  'connection_ended',
  'connection_closed',
  'truncated_header',
  'truncated_body',
]);

/** How a client's connection came to its end. */
export function logGone(logger: Logger, client: number, reason: ProxyError): void {
  logger[usualEnds.has(reason.code) ? 'debug' : 'warn']({ client, ...failureFields(reason) }, 'client is gone');
}
