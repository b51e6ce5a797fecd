import type { Socket } from 'node:net';
import type { Outgoing } from '../wire/byte-text.js';

/** Unsent bytes above which whoever feeds a queue is held back; below a half of it goes on. */
const highWaterBytes = 256 * 1024;
const lowWaterBytes = highWaterBytes / 2;
/** Handed to the socket at once: so much must leave before it counts as read by the other side. */
const mostBytesAtOnce = 64 * 1024;

/** What all queues of a server hold together. */
export interface UnsentBytes {
  total: number;
  /** More than so much is too much, together. */
  readonly maxTotal: number;
}

export interface OutputQueueOptions {
  unsent: UnsentBytes;
  /** More than so much is too much for this one. Default: no limit, where whoever feeds the queue heeds {@link OutputQueue.isHigh}. */
  maxBytes?: number | undefined;
  /** It has become too much; the queue has been closed. */
  onOverflow?: ((unsentBytes: number) => void) | undefined;
}

/**
 * Bytes for one socket, in pieces that are never copied: pieces that lie next to each other in memory become one, so that a
 * chunk of many packets for one reader leaves in one write.
 */
export class OutputQueue {
  readonly #socket: Socket;
  readonly #unsent: UnsentBytes;
  readonly #maxBytes: number;
  readonly #onOverflow: ((unsentBytes: number) => void) | undefined;
  #pieces: Uint8Array[] = [];
  #from = 0;
  #bytes = 0;
  #whenLow: (() => void)[] = [];
  #whenEmpty: (() => void) | undefined;
  #isClosed = false;
  #progress = 0;

  constructor(socket: Socket, { unsent, maxBytes = Infinity, onOverflow }: OutputQueueOptions) {
    this.#socket = socket;
    this.#unsent = unsent;
    this.#maxBytes = maxBytes;
    this.#onOverflow = onOverflow;
    socket.on('drain', () => {
      this.#progress++;
      this.flush();
    });
  }

  /** Bytes that the other side has not been given: here and in the socket. */
  get unsentBytes(): number {
    return this.#bytes + this.#socket.writableLength;
  }

  /** Whether whoever feeds the queue should wait. */
  get isHigh(): boolean {
    return this.unsentBytes > highWaterBytes;
  }

  /** Grows whenever the other side has read something. */
  get progress(): number {
    return this.#progress;
  }

  /** Takes bytes, which are the queue's from now on. Nothing is sent before {@link flush}. */
  push(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#bytes += bytes.length;
    this.#unsent.total += bytes.length;
    const last = this.#pieces.at(-1);
    if (last !== undefined && this.#from < this.#pieces.length && areNeighbours(last, bytes)) {
      const joined = Buffer.from(last.buffer, last.byteOffset, last.length + bytes.length);
      this.#pieces[this.#pieces.length - 1] = joined;
    } else {
      this.#pieces.push(bytes);
    }
  }

  /** Sends a message: at once where nothing waits, behind what waits otherwise. */
  send(message: Outgoing): void {
    if (this.#isClosed) return;
    if (this.#bytes === 0 && !this.#socket.writableNeedDrain) {
      if (typeof message === 'string') this.#socket.write(message, 'latin1');
      else this.#socket.write(message);
      if (!this.#socket.writableNeedDrain) return;
    } else {
      this.push(typeof message === 'string' ? Buffer.from(message, 'latin1') : message);
    }
    this.flush();
  }

  /** Sends what the socket takes now; the rest follows as it takes more. */
  flush(): void {
    if (this.#isClosed) return;
    while (this.#bytes > 0 && !this.#socket.writableNeedDrain) this.#sendSome();
    const { unsentBytes } = this;
    if (unsentBytes > lowWaterBytes) {
      this.#checkLimits(unsentBytes);
      return;
    }
    const callbacks = this.#whenLow;
    if (callbacks.length > 0) {
      this.#whenLow = [];
      for (const callback of callbacks) callback();
    }
    if (this.#bytes === 0) this.#whenEmpty?.();
  }

  /** Calls back once, as soon as at most half of {@link highWaterBytes} is unsent, or the queue is closed. */
  whenLow(callback: () => void): void {
    if (this.#isClosed) callback();
    else this.#whenLow.push(callback);
  }

  /** Calls back when all has been handed to the socket; at once where nothing waits. */
  whenEmpty(callback: () => void): void {
    this.#whenEmpty = callback;
    this.flush();
  }

  /** Drops what waits. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsent.total -= this.#bytes;
    this.#bytes = 0;
    this.#pieces = [];
    this.#whenEmpty = undefined;
    for (const callback of this.#whenLow.splice(0)) callback();
  }

  /** All together being too much ends those that are high, as they come by. */
  #checkLimits(unsentBytes: number): void {
    const isTooMuch = unsentBytes > this.#maxBytes || (this.isHigh && this.#unsent.total > this.#unsent.maxTotal);
    if (!isTooMuch || this.#onOverflow === undefined) return;
    this.close();
    this.#onOverflow(unsentBytes);
  }

  #sendSome(): void {
    // One alone, as most answers are, leaves in one write anyway.
    const isAlone = this.#from === this.#pieces.length - 1;
    let sent = 0;
    if (!isAlone) this.#socket.cork();
    while (this.#from < this.#pieces.length && sent < mostBytesAtOnce) {
      const piece = this.#pieces[this.#from++] ?? new Uint8Array(0);
      sent += piece.length;
      this.#socket.write(piece);
    }
    this.#bytes -= sent;
    this.#unsent.total -= sent;
    if (this.#from === this.#pieces.length) {
      this.#pieces = [];
      this.#from = 0;
    } else if (this.#from > 1024) {
      this.#pieces = this.#pieces.slice(this.#from);
      this.#from = 0;
    }
    if (!isAlone) this.#socket.uncork();
  }
}

const areNeighbours = (a: Uint8Array, b: Uint8Array): boolean =>
  a.buffer === b.buffer && a.byteOffset + a.length === b.byteOffset;
