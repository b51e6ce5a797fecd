import type { Socket } from 'node:net';

/** Writes the same bytes so many times, each when the one in front has left: a source that never waits for its peer's sake alone. */
export function writeAll(socket: Socket, bytes: Uint8Array, times: number): void {
  let left = times;
  const more = (): void => {
    while (left > 0) {
      left--;
      if (!socket.write(bytes)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  more();
}

/** Counts what comes; resolves a wait when so many more bytes have come. */
export class Sink {
  #received = 0;
  #awaited = Infinity;
  #resolve: (() => void) | undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Uint8Array) => {
      this.#received += chunk.length;
      if (this.#received < this.#awaited) return;
      this.#awaited = Infinity;
      this.#resolve?.();
    });
  }

  /** Resolves when `bytes` more have come than at the call of it. */
  more(bytes: number): Promise<void> {
    this.#awaited = this.#received + bytes;
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}
