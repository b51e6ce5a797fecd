import type { Socket } from 'node:net';
import { type Clock, withDeadline } from '@moorline/core';
import type { FdPassing } from '../fd/fd-passing.js';
import { fdOfSocket } from '../fd/socket-from-fd.js';
import { untilTaken } from '../fd/until-taken.js';
import { ProxyError } from '../wire/proxy-error.js';

interface SendDescriptorOptions {
  clock: Clock;
  /** Milliseconds for a receiver that does not read; 0 waits for ever. */
  timeoutMs: number;
}

/**
 * Writes a message, and behind it, by itself, the tag with a descriptor (docs/protocol.md, Descriptors). The descriptor stays the
 * caller's.
 *
 * @throws whatever it is, the receiver cannot tell where it is: the connection is to be closed.
 */
export async function sendWithDescriptor(
  socket: Socket,
  message: Uint8Array,
  fd: number,
  fds: FdPassing,
  { clock, timeoutMs }: SendDescriptorOptions,
): Promise<void> {
  await written(socket, message);
  // The number is looked at anew each time: that of a closed socket may be another's by now.
  const attempt = (): 'sent' | 'again' => fds.sendFd(openFdOf(socket), fd);
  await withDeadline((signal) => untilTaken(attempt, { signal, clock }), {
    timeoutMs,
    clock,
    attempted: 'sending a descriptor',
  });
}

function written(socket: Socket, message: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(message, (cause) => (cause ? reject(closed(cause)) : resolve()));
  });
}

function openFdOf(socket: Socket): number {
  const fd = socket.destroyed ? undefined : fdOfSocket(socket);
  if (fd === undefined) throw closed();
  return fd;
}

const closed = (cause?: Error): ProxyError =>
  new ProxyError('the connection was closed before a descriptor was sent', {
    code: 'connection_closed',
    isFatal: true,
    cause,
  });
