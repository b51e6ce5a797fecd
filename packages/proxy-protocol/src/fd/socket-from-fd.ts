import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { ProxyError } from '../wire/proxy-error.js';
import { closeFd } from './close-fd.js';

export interface SocketFromFdOptions {
  /** Whether the writing side stays open when the peer ends its own. Default true. */
  allowHalfOpen?: boolean | undefined;
}

/**
 * A stream over a descriptor that was received. It is the stream's from now on, closed with it; its file becomes non-blocking.
 *
 * What is no stream socket (a file, a terminal, a device …) is closed and refused: a peer decides what it sends, never what
 * this process does with it.
 *
 * @throws ProxyError `fd_wrong_kind`; the descriptor is closed.
 */
export function socketFromFd(fd: number, { allowHalfOpen = true }: SocketFromFdOptions = {}): Socket {
  try {
    if (!fstatSync(fd).isSocket()) throw wrongKind();
    return new Socket({ fd, allowHalfOpen, readable: true, writable: true });
  } catch (cause) {
    closeFd(fd);
    throw cause instanceof ProxyError ? cause : wrongKind(cause);
  }
}

/** The descriptor of a stream that is a socket and open; undefined of every other. */
export function fdOfSocket(socket: unknown): number | undefined {
  // Not documented, but there since Node 0.x: the handle of a net.Socket knows its descriptor.
  const handle = memberOf(socket, '_handle');
  const fd = memberOf(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function wrongKind(cause?: unknown): ProxyError {
  return new ProxyError('the descriptor is no stream socket; it was closed', {
    code: 'fd_wrong_kind',
    hint: 'the peer sent something else than a session of allocateIO',
    cause,
  });
}
