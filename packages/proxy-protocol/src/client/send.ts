import type { Socket } from 'node:net';
import type { Outgoing } from '../wire/byte-text.js';

/** Writes a message as it is. */
export function send(socket: Socket, message: Outgoing): void {
  if (typeof message === 'string') socket.write(message, 'latin1');
  else socket.write(message);
}
