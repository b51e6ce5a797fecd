import type { ByteReceiver, ByteStream } from '../wire/byte-stream.js';

/** A stream whose end others can see and, with a reason of their own, cause. */
export class WatchedStream implements ByteStream {
  /** Settles when the stream has ended, with the reason unless the end was clean. */
  readonly ended: Promise<Error | undefined>;
  readonly #stream: ByteStream;
  readonly #settle: (reason: Error | undefined) => void;
  #receiver: ByteReceiver | undefined;
  #hasEnded = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
    let settle: (reason: Error | undefined) => void = () => undefined;
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
  }

  open(receiver: ByteReceiver): void {
    this.#receiver = receiver;
    this.#stream.open({
      data: (chunk) => {
        if (!this.#hasEnded) receiver.data(chunk);
      },
      end: (reason) => this.#finish(reason),
    });
  }

  send(message: string, done?: (error?: Error) => void): void {
    this.#stream.send(message, done);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.close();
  }

  /** Closes the stream and tells its reader this reason. */
  end(reason?: Error): void {
    this.#finish(reason);
    this.#stream.close();
  }

  #finish(reason: Error | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#receiver?.end(reason);
    this.#settle(reason);
  }
}
