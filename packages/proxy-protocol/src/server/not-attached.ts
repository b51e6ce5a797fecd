import { ProxyError } from '../wire/proxy-error.js';

/** What both generations answer to a command that needs a VM, on a connection without one. */
export function notAttached(): ProxyError {
  return new ProxyError('client not attached to a vm', {
    code: 'not_attached',
    hint: 'say hello or attach first: each connection is attached by itself',
  });
}
