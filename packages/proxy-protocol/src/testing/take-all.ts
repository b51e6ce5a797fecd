import type { Socket } from 'node:net';

/** Cuts a stream into messages. */
interface Reader<T> {
  push(chunk: Uint8Array): void;
  read(): T | undefined;
}

/** Hands on each message that a chunk completes; what cannot be read ends the connection. */
export function takeAll<T>(reader: Reader<T>, chunk: Uint8Array, socket: Socket, take: (message: T) => void): void {
  reader.push(chunk);
  try {
    for (let message = reader.read(); message !== undefined; message = reader.read()) take(message);
  } catch {
    socket.destroy();
  }
}
