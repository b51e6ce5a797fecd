import type { Logger } from '@moorline/core';
import { encodeGoJson } from '../wire/go-json/encode.js';
import type { CcResponse } from './exchange.js';
import type { RouteMatch } from './router.js';

/** The statuses of the API and what Go calls them: the `status` of an error body. */
const reasons = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
} as const;

export type FailureStatus = keyof typeof reasons;

/** @param body JSON text without the line feed that ends it. */
export function jsonReply(status: number, body: string): CcResponse {
  return wholeReply(status, `${body}\n`);
}

/** @param body JSON with the line feed that ends it, as a text or in UTF-8. */
export function wholeReply(status: number, body: string | Uint8Array): CcResponse {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/**
 * A long answer, whose first part is made before it begins: a storage that fails at once is still a 500.
 *
 * @param parts with the line feed that ends the text.
 */
export async function jsonReplyInParts(
  status: number,
  parts: AsyncGenerator<string>,
  logger: Logger,
): Promise<CcResponse> {
  let first: IteratorResult<string> | undefined = await parts.next();
  // No generator: one that was never begun would not tell `parts` that the client has left.
  const rest: AsyncIterator<string> = {
    async next() {
      const ahead = first;
      first = undefined;
      try {
        return ahead ?? (await parts.next());
      } catch (error) {
        logger.error({ err: error }, 'an answer broke off');
        throw error;
      }
    },
    return: () => parts.return(undefined),
  };
  const body = { [Symbol.asyncIterator]: () => rest };
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** The body of nearly every failure: `{"status":"Bad Request","error":"…"}` (docs/protocol.md §1.3). */
export function failure(status: FailureStatus, error: string): CcResponse {
  return json(status, { status: reasons[status], error });
}

/** @param text without the line feed that ends it. */
export function plainReply(status: number, text: string): CcResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** A credential that is missing, wrong or not enough; the members come the other way round. */
export function unauthorized(error: string): CcResponse {
  return json(401, { error, status: reasons[401] });
}

export function noSuchRoute(): CcResponse {
  return json(404, { error: 'the requested endpoint does not exist', status: 'Resource not found' });
}

/** @param methods what the path does answer to: one header each. */
export function methodNotAllowed(methods: readonly string[]): CcResponse {
  return { status: 405, headers: { allow: methods }, body: '' };
}

/** @param match what a path leads to that is no operation. */
export function leadsNowhere(match: Exclude<RouteMatch, { found: 'operation' }>): CcResponse {
  return match.found === 'methods' ? methodNotAllowed(match.methods) : noSuchRoute();
}

/** A 200 with a sentence. */
export function textReply(body: string): CcResponse {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}

/** A 200 without a body. */
export function emptyReply(headers: CcResponse['headers'] = {}): CcResponse {
  return { status: 200, headers, body: '' };
}

function json(status: number, value: unknown): CcResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: encodeGoJson(value) };
}
