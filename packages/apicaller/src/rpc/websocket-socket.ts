import type { Duplex } from 'node:stream';
import { type Clock, systemClock } from '@moorline/core';
import type { RawData } from 'ws';
import type { ApicallerError } from '../error.js';
import { broken, closedWith } from './close-code.js';
import type { JujuSocket } from './juju-socket.js';
import type { MessageReceiver, MessageSocket } from './message-socket.js';

/** A websocket as the RPC layer's connection: text and binary messages, reassembled, and the ends of Juju's. */
export class WebSocketSocket implements MessageSocket {
  readonly #socket: JujuSocket;
  readonly #clock: Clock;
  readonly #gone: Promise<void>;
  #receiver: MessageReceiver | undefined;
  #hasEnded = false;
  #reason: ApicallerError | undefined;
  /** What the connection below failed with: `ws` keeps that to itself. */
  #fault: Error | undefined;

  /** @param socket open, with nothing read from it yet. @param connection the one below it. */
  constructor(socket: JujuSocket, connection: Duplex, clock: Clock = systemClock) {
    this.#socket = socket;
    this.#clock = clock;
    socket.pause();
    socket.binaryType = 'nodebuffer';
    this.#gone = new Promise((resolve) => socket.once('close', () => resolve()));
    connection.on('error', (error) => (this.#fault ??= error));
    socket.on('message', this.#onMessage);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.onPeerClose = (code, reason) => this.#end(closedWith(code, reason));
  }

  open(receiver: MessageReceiver): void {
    if (this.#receiver !== undefined) throw new TypeError('this socket is open already');
    this.#receiver = receiver;
    if (this.#hasEnded) queueMicrotask(() => receiver.end(this.#reason));
    else this.#socket.resume();
  }

  send(text: string, sent?: () => void): void {
    if (this.#hasEnded) {
      if (sent !== undefined) queueMicrotask(sent);
    } else if (sent === undefined) this.#socket.send(text);
    else this.#socket.send(text, () => sent());
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  pause(): void {
    if (!this.#hasEnded) this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async close(timeoutMs: number): Promise<void> {
    this.#end();
    // What still comes is not wanted, but the peer's close frame is behind it.
    this.#socket.resume();
    this.#socket.closeNormally();
    const timer = this.#clock.setTimer(timeoutMs, () => this.#socket.terminate());
    await this.#gone;
    timer.cancel();
  }

  readonly #onMessage = (data: RawData): void => {
    if (!this.#hasEnded && Buffer.isBuffer(data)) this.#receiver?.message(data.toString());
  };

  /** A frame that breaks the websocket protocol or a limit; `ws` closes by itself. */
  readonly #onError = (cause: Error): void => {
    this.#end(broken(`websocket: ${cause.message}`, cause));
  };

  readonly #onClose = (): void => {
    if (this.#fault === undefined) this.#end();
    else this.#end(broken(this.#fault.message, this.#fault));
  };

  #end(reason?: ApicallerError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reason = reason;
    this.#receiver?.end(reason);
  }
}
