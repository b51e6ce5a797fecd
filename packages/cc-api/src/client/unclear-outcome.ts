import { isMoorlineError } from '@moorline/core';
import { CcApiError, isCcApiError } from '../wire/error.js';

/**
 * Whether the server may have done what was asked although the call failed: no answer came, or one that speaks of the
 * server's own trouble. False for everything that is clearly a refusal. After core's `TimeoutError` and an abort it is
 * true as well.
 */
export function mayHaveLanded(error: unknown): boolean {
  if (!isCcApiError(error)) return !isMoorlineError(error) || error.code === 'timeout';
  if (error.code === 'network_error') return error.details['mayHaveLanded'] !== false;
  if (error.code === 'unavailable') return gaveUpWaiting.has(error.status);
  return error.code === 'internal_server_error' || error.code === 'invalid_response';
}

/** A gateway that gave up waiting; with 429 and 503 the server itself declines. */
const gaveUpWaiting = new Set<number | undefined>([502, 504]);

/** The same error, marked: what the server refuses to do twice may have been done by an earlier attempt of this call. */
export function afterUnclearAttempt(error: CcApiError): CcApiError {
  return new CcApiError(error.message, {
    code: error.code,
    status: error.status,
    serverText: error.serverText,
    operation: error.operation,
    hint: 'an earlier attempt of this call may have done it',
    details: { ...error.details, afterUnclearAttempt: true },
  });
}
