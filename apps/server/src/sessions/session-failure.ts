import { isTimeoutError } from '@moorline/core';
import { isLoginError } from '@moorline/login-client';
import { isServerError, ServerError } from '../error.js';

/** What a request to an agent failed with, as the one who asked sees it. */
export function sessionFailure(error: unknown, node: string, method: string): ServerError {
  if (isServerError(error)) return error;
  const attempted = `${method} on ${node}`;
  if (isTimeoutError(error)) {
    return new ServerError(`${attempted} was not answered in time`, {
      code: 'session_timed_out',
      hint: 'give it longer with --timeout; whether it was carried out is not known',
      cause: error,
    });
  }
  if (!isLoginError(error)) {
    return new ServerError(`${attempted} failed: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'session_failed',
      hint: 'the log of the server may tell more',
      cause: error,
    });
  }
  if (error.code === 'machine_not_connected') return notConnected(node, error);
  const isRefusal = error.code === 'unsupported_method' || error.code === 'token_not_taken';
  return new ServerError(`${attempted}: ${error.message}`, {
    code: isRefusal ? 'session_refused' : 'session_failed',
    hint: error.hint,
    isRetryable: error.isRetryable,
    cause: error,
  });
}

export const notConnected = (node: string, cause?: unknown): ServerError =>
  new ServerError(`the agent of ${node} has no session`, {
    code: 'session_not_connected',
    hint: 'wait until it dials in by itself, or look at its log: agents need TLS here unless both run on one machine',
    isRetryable: true,
    cause,
  });
