import { errorChain } from '../error-chain.js';
import type { JujuCode } from '../wire/juju-code.js';
import type { WireFailure } from '../wire/message.js';
import { isRequestError, RequestError } from '../wire/request-error.js';

/** An error that is answered with this text and, where it is given, this code. */
export function failure(message: string, code: JujuCode = ''): RequestError {
  return new RequestError({ message, code });
}

/**
 * What is answered for an error that a handler has thrown: its message, and the code of the {@link RequestError} that it
 * is or has below it. Never an empty message, which a Go peer takes for success.
 */
export function failureOf(thrown: unknown): WireFailure {
  for (const link of errorChain(thrown)) {
    if (!isRequestError(link)) continue;
    const { text, jujuCode: code, info } = link;
    return { message: link === thrown ? filled(text) : annotated(messageOf(thrown), text), code, info };
  }
  return { message: filled(messageOf(thrown)) };
}

/** As the original prints a wrapped error: what was being done, then what went wrong. */
const annotated = (message: string, text: string): string =>
  filled(message.includes(text) ? message : message === '' ? text : `${message}: ${text}`);

const filled = (message: string): string => (message === '' ? 'unspecified error' : message);

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === 'string' ? thrown : '';
}
