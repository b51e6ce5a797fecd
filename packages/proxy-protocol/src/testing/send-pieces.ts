import type { Socket } from 'node:net';

/** Writes each piece by itself: the next one when the one in front has left, and the loop has gone round. */
export async function sendPieces(socket: Socket, pieces: Uint8Array | readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces instanceof Uint8Array ? [pieces] : pieces) {
    await new Promise<void>((resolve, reject) => {
      socket.write(piece, (error) => (error == null ? resolve() : reject(error)));
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}
