import { isLoginError, LoginError } from '../wire/login-error.js';
import { failureMessage, failureReason } from '../wire/login-response.js';

/**
 * A failed exchange as the original's login tells it: `failed to login (reason: …, error: …)` where the server's answer
 * could be read (docs/protocol.md §3.3). Code, status and the rest stay.
 */
export function renderLoginFailure(error: unknown): unknown {
  if (!isLoginError(error) || error.response === undefined) return error;
  const message = failureMessage(error.response);
  return new LoginError(
    `failed to login (reason: ${failureReason(error.response)}${message === '' ? '' : `, error: ${message}`})`,
    {
      code: error.code,
      cause: error,
      hint: error.hint,
      isRetryable: error.isRetryable,
      details: error.details,
      status: error.status,
      response: error.response,
    },
  );
}
