import { ProxyError } from '../wire/proxy-error.js';

/** What calls after the end of a connection get. */
export function unusable(what: string, cause: ProxyError): ProxyError {
  return new ProxyError(`${what} was not sent: the connection is unusable: ${cause.message}`, {
    code: 'connection_unusable',
    isFatal: true,
    isRetryable: true,
    cause,
    hint: 'the cause says what ended it; connect anew',
  });
}

/** What a connection ends with when its owner closes it. */
export function closedHere(): ProxyError {
  return new ProxyError('the connection was closed on this side', { code: 'connection_closed', isFatal: true });
}

/** What a connection ends with when the system ends it. */
export function lost(cause: Error): ProxyError {
  return new ProxyError(`the connection was lost: ${cause.message}`, {
    code: 'connection_ended',
    isFatal: true,
    isRetryable: true,
    cause,
  });
}

/** What the proxy answers to a command that it refuses. */
export function refused(what: string, text: string): ProxyError {
  return new ProxyError(`${what}: ${text}`, { code: 'refused', text, details: { command: what } });
}
