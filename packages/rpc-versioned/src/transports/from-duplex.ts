import type { ByteReceiver, ByteStream } from '../wire/byte-stream.js';

/** What is needed of a Node stream: a socket, a child's standard streams, any `Duplex`. */
export interface DuplexLike {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(chunk: string, encoding: 'utf8', callback: (error?: Error | null) => void): unknown;
  end(): unknown;
  destroy(error?: Error): unknown;
  pause(): unknown;
  resume(): unknown;
}

/**
 * A {@link ByteStream} over a Node stream: RPC over a unix socket, a pipe, an SSH channel. The RPC layer ends it; nobody
 * else may read it.
 */
export function fromDuplex(duplex: DuplexLike): ByteStream {
  return new DuplexStream(duplex);
}

class DuplexStream implements ByteStream {
  readonly #duplex: DuplexLike;
  #receiver: ByteReceiver | undefined;
  #hasEnded = false;

  constructor(duplex: DuplexLike) {
    this.#duplex = duplex;
    duplex.on('error', (error) => this.#end(error));
    duplex.on('close', () => this.#end());
  }

  open(receiver: ByteReceiver): void {
    this.#receiver = receiver;
    if (this.#hasEnded) {
      queueMicrotask(() => receiver.end());
      return;
    }
    this.#duplex.on('end', () => this.#end());
    this.#duplex.on('data', (chunk) => {
      if (!this.#hasEnded) receiver.data(chunk);
    });
  }

  send(message: string, done?: (error?: Error) => void): void {
    if (this.#hasEnded) {
      if (done !== undefined) queueMicrotask(() => done(new Error('the stream has ended')));
      return;
    }
    this.#duplex.write(message, 'utf8', (error) => done?.(error ?? undefined));
  }

  pause(): void {
    this.#duplex.pause();
  }

  resume(): void {
    this.#duplex.resume();
  }

  /** What is written still goes out; what comes in is dropped. */
  close(): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#duplex.end();
    this.#duplex.resume();
  }

  #end(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#receiver?.end(error);
    if (error !== undefined) this.#duplex.destroy();
  }
}
