import { createConnection, type OnReadOpts, type Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { ProxyError } from '../wire/proxy-error.js';

/**
 * Connects to a socket of a VM's agent.
 *
 * @param onread takes what comes in, instead of the stream.
 * @throws ProxyError `vm_connect_failed` with the text that the originals give: `dial unix PATH: connect: REASON`.
 */
export function dial(path: string, signal?: AbortSignal, onread?: OnReadOpts): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Half-open: what was received before the agent's end of stream is handed on before the socket is closed.
    const socket = createConnection({ path, allowHalfOpen: true, ...(onread === undefined ? {} : { onread }) });
    const abort = (): void => {
      socket.destroy();
      reject(signal?.reason as Error);
    };
    const done = (): void => {
      signal?.removeEventListener('abort', abort);
      socket.removeListener('error', fail);
    };
    const fail = (error: NodeJS.ErrnoException): void => {
      done();
      reject(dialError(path, error));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      done();
      resolve(socket);
    });
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

function dialError(path: string, error: NodeJS.ErrnoException): ProxyError {
  const known = error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1];
  const reason = known ?? error.code ?? error.message;
  return new ProxyError(`dial unix ${path}: connect: ${reason}`, {
    code: 'vm_connect_failed',
    hint: 'start the VM first, and check that this process may use its sockets',
    isRetryable: error.code === 'ECONNREFUSED' || error.code === 'ENOENT' || error.code === 'EAGAIN',
    details: { path, systemCode: error.code },
    cause: error,
  });
}
