import { ProxyError } from './proxy-error.js';

/** What both generations answer to a command without the payload that it needs. */
export function noPayload(): ProxyError {
  return new ProxyError('unexpected end of JSON input', { code: 'malformed_command' });
}
