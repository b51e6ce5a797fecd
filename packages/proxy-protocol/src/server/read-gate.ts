import type { Socket } from 'node:net';

/** Stops and goes on with reading a socket for several reasons at once: it is read while no one holds it. */
export class ReadGate {
  readonly #socket: Socket;
  #holds = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get isHeld(): boolean {
    return this.#holds > 0;
  }

  hold(): void {
    if (this.#holds++ === 0) this.#socket.pause();
  }

  release(): void {
    if (--this.#holds === 0) this.#socket.resume();
  }
}
