import { isTimeoutError } from '@moorline/core';
import { isApplicationError, isRpcError } from '@moorline/rpc-versioned';
import { isServerError, ServerError } from '../error.js';

/** What a call of a daemon failed with, as the one who called sees it. */
export function daemonFailure(error: unknown, daemon: string, method: string): ServerError {
  if (isServerError(error)) return error;
  const attempted = `${method} on ${daemon}`;
  if (isTimeoutError(error)) {
    return new ServerError(`${attempted} was not answered in time`, {
      code: 'daemon_timed_out',
      hint: 'give it longer with --timeout; whether it was carried out is not known',
      cause: error,
    });
  }
  if (!isRpcError(error)) {
    return new ServerError(`${attempted} failed: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'daemon_failed',
      hint: 'the log of the server may tell more',
      cause: error,
    });
  }
  if (error.code === 'unavailable') return notConnected(daemon, error);
  const isRefusal = isApplicationError(error);
  return new ServerError(`${attempted}: ${error.message}`, {
    code: isRefusal ? 'daemon_refused' : 'daemon_failed',
    hint: isRefusal ? adviceOf(error.application.help, error.message) : error.hint,
    isRetryable: error.isRetryable,
    cause: error,
  });
}

export const notConnected = (daemon: string, cause?: unknown): ServerError =>
  new ServerError(`no daemon of ${daemon} is connected`, {
    code: 'daemon_not_connected',
    hint: 'wait until it dials in by itself, or look at its log: an agent runs one where it is started with --git-url',
    isRetryable: true,
    cause,
  });

/** The help of a daemon often begins with the message. */
function adviceOf(help: string, message: string): string | undefined {
  const rest = help.startsWith(message) ? help.slice(message.length) : help;
  const advice = rest.replaceAll(/\s+/g, ' ').trim();
  return advice === '' ? undefined : advice;
}
