import type { ByteReceiver, ByteStream } from '../wire/byte-stream.js';

export interface MemoryPairOptions {
  /**
   * Cuts or joins what one end sends before the other gets it, to test that no one relies on message boundaries.
   * Default: as it was sent.
   */
  split?: (message: Uint8Array) => Iterable<Uint8Array>;
}

/** One end of a {@link createMemoryPair}. */
export interface MemoryStream extends ByteStream {
  /** Everything that this end has sent, as text. */
  readonly sent: readonly string[];
  /** Puts raw bytes in front of the *other* end, as a peer would that we did not write. */
  inject(bytes: Uint8Array | string): void;
  /** Ends both ends with an error at this one's peer: an abrupt loss. Without an error the peer sees a clean end. */
  fail(error?: Error): void;
}

/**
 * Two connected {@link ByteStream}s in memory: what one sends the other receives, in order, a microtask later.
 *
 * Runs anywhere; nothing of it holds a process open.
 */
export function createMemoryPair(options: MemoryPairOptions = {}): [MemoryStream, MemoryStream] {
  const a = new MemoryEnd(options);
  const b = new MemoryEnd(options);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

const encoder = new TextEncoder();

class MemoryEnd implements MemoryStream {
  readonly sent: string[] = [];
  peer: MemoryEnd | undefined;
  #receiver: ByteReceiver | undefined;
  #queue: (Uint8Array | { error: Error | undefined })[] = [];
  #isPaused = false;
  #isScheduled = false;
  #hasEnded = false;
  readonly #split: ((message: Uint8Array) => Iterable<Uint8Array>) | undefined;

  constructor(options: MemoryPairOptions) {
    this.#split = options.split;
  }

  open(receiver: ByteReceiver): void {
    if (this.#receiver !== undefined) throw new TypeError('this stream is open already');
    this.#receiver = receiver;
    this.#schedule();
  }

  send(message: string, done?: (error?: Error) => void): void {
    if (this.#hasEnded) {
      if (done !== undefined) queueMicrotask(() => done(new Error('the stream has ended')));
      return;
    }
    this.sent.push(message);
    this.inject(message);
    if (done !== undefined) queueMicrotask(done);
  }

  inject(bytes: Uint8Array | string): void {
    const message = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
    for (const piece of this.#split?.(message) ?? [message]) this.peer?.push(piece);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  close(): void {
    this.fail();
  }

  fail(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.push({ error: undefined });
    const { peer } = this;
    if (peer === undefined || peer.#hasEnded) return;
    peer.#hasEnded = true;
    peer.push({ error });
  }

  push(item: Uint8Array | { error: Error | undefined }): void {
    this.#queue.push(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isPaused || this.#receiver === undefined || this.#queue.length === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    while (!this.#isPaused) {
      const item = this.#queue.shift();
      if (item === undefined) return;
      if (item instanceof Uint8Array) this.#receiver?.data(item);
      else this.#receiver?.end(item.error);
    }
  }
}
