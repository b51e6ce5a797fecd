import { isLoginError } from '../../wire/login-error.js';

/**
 * What `session_states` says of an attempt that ended with this error: the control plane's words where it did not take the
 * session token. The original says nothing of the write stream (docs/protocol.md §8.7).
 */
export function authFailureOf(error: unknown): string | undefined {
  if (!isLoginError(error) || error.code !== 'session_unauthorized' || error.details['stream'] === 'write') {
    return undefined;
  }
  const { reason } = error.details;
  return typeof reason === 'string' ? reason : error.message;
}
