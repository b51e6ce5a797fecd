import { fstatSync } from 'node:fs';
import { connect, type OnReadOpts, Socket } from 'node:net';
import { type Clock, sleep, withDeadline } from '@moorline/core';
import { unixAddress } from '../fd/unix-address.js';
import { ProxyError } from '../wire/proxy-error.js';

/** Where the proxy is: one of the two. */
export interface DialTarget {
  /** Of the proxy's unix socket, at most 107 bytes. */
  path?: string | undefined;
  /** A descriptor of a connected unix stream socket; it belongs to the client once that is there. */
  fd?: number | undefined;
}

export interface DialOptions extends DialTarget {
  signal?: AbortSignal | undefined;
  timeoutMs: number;
  clock: Clock;
  /** Takes what comes in, instead of the stream. */
  onread?: OnReadOpts | undefined;
}

/** Milliseconds between attempts while as many clients wait as the proxy lets wait. */
const backlogPauseMs = 5;

/**
 * A connected socket.
 *
 * @throws ProxyError `connect_failed`, `socket_path_too_long` or `invalid_option`; TimeoutError; the signal's reason.
 */
export async function dial({ path, fd, onread, ...limits }: DialOptions): Promise<Socket> {
  if (fd !== undefined && path === undefined) return fromFd(fd, onread);
  if (path === undefined || fd !== undefined) {
    throw new ProxyError('either path or fd says where the proxy is', { code: 'invalid_option' });
  }
  unixAddress(path);
  const attempted = `connect to ${path}`;
  return withDeadline((signal) => untilConnected(path, onread, signal, limits.clock), { ...limits, attempted });
}

async function untilConnected(
  path: string,
  onread: OnReadOpts | undefined,
  signal: AbortSignal,
  clock: Clock,
): Promise<Socket> {
  for (;;) {
    try {
      return await connectOnce(path, onread, signal);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN')) throw failed(path, cause);
    }
    await sleep(backlogPauseMs, { signal, clock });
  }
}

function connectOnce(path: string, onread: OnReadOpts | undefined, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(onread === undefined ? { path } : { path, onread });
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    const settle = () => {
      signal.removeEventListener('abort', stop);
      socket.off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}

function fromFd(fd: number, onread: OnReadOpts | undefined): Socket {
  try {
    if (!fstatSync(fd).isSocket()) throw new TypeError('it is no socket');
    // The constructor takes onread like connect() does, though its types do not say so.
    const options = { fd, readable: true, writable: true, ...(onread === undefined ? {} : { onread }) };
    return new Socket(options);
  } catch (cause) {
    throw new ProxyError(`descriptor ${fd} is no connected socket`, { code: 'invalid_option', cause });
  }
}

function failed(path: string, cause: unknown): ProxyError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ProxyError(`cannot connect to ${path}: ${reason}`, {
    code: 'connect_failed',
    isRetryable: true,
    cause,
    hint: 'check the path, its permissions, and whether a proxy listens there',
    details: { path },
  });
}
