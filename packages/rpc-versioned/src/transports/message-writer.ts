import type { Clock, Timer } from '@moorline/core';
import type { FluxSocket } from './flux-socket.js';
import type { Connection } from './websocket-stream.js';

type Done = (error?: Error) => void;

export interface MessageWriterOptions {
  clock: Clock;
  /** Milliseconds in which a write must make progress, > 0. */
  writeWaitMs: number;
  /** Called when it has made none; nothing can be written any more. */
  onStuck: () => void;
}

/** A message that is on its way in pieces. */
interface LargeMessage {
  bytes: Buffer;
  offset: number;
  done: Done | undefined;
}

/** Longer messages, in UTF-16 units, go out in pieces, so that pings and pongs find a gap and progress can be seen. */
const largestWhole = 1024 * 1024;
const pieceBytes = 256 * 1024;

/** UTF-16 units that are gathered at most: the peer shall have the first of many long answers while the next is made. */
const largestGathered = 64 * 1024;

const binary = { binary: true };
const lastPiece = { binary: true, fin: true };
const piece = { binary: true, fin: false };

/** What goes out on a websocket: that of one turn in one system call unless it is much, long messages in pieces, all of it watched. */
export class MessageWriter {
  readonly #socket: FluxSocket;
  readonly #tcp: Connection;
  readonly #clock: Clock;
  readonly #writeWaitMs: number;
  readonly #onStuck: () => void;
  #hasStopped = false;
  #reason: Error | undefined;
  #timer: Timer | undefined;
  /** Writes that are not flushed, and when the first of them became the first. */
  #unflushed = 0;
  #writingSince = 0;
  #isCorked = false;
  /** UTF-16 units that wait for the end of the turn. */
  #gathered = 0;
  #lastDone: Done | undefined;
  #lastFlushed: Done = () => undefined;
  #large: LargeMessage | undefined;
  readonly #waiting: { message: string; done: Done | undefined }[] = [];

  constructor(socket: FluxSocket, tcp: Connection, { clock, writeWaitMs, onStuck }: MessageWriterOptions) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#clock = clock;
    this.#writeWaitMs = writeWaitMs;
    this.#onStuck = onStuck;
  }

  send(message: string, done?: Done): void {
    if (this.#hasStopped) {
      if (done !== undefined) queueMicrotask(() => done(this.#afterEnd()));
    } else if (this.#large !== undefined) {
      this.#waiting.push({ message, done });
    } else if (message.length > largestWhole) {
      this.#large = { bytes: Buffer.from(message), offset: 0, done };
      this.#sendPiece();
    } else {
      this.#begin();
      this.#socket.send(message, binary, done === undefined ? this.#onFlushed : this.#flushedThen(done));
      this.#gathered += message.length;
      if (this.#gathered > largestGathered) this.#uncork();
    }
  }

  /** @param done is called when the ping is flushed or has failed. */
  ping(done: Done): void {
    this.#begin();
    this.#socket.ping(undefined, undefined, (error?: Error) => {
      this.#onFlushed();
      done(error);
    });
  }

  /** Takes nothing more; what is under way goes on. */
  stop(reason: Error | undefined): void {
    this.#hasStopped = true;
    this.#reason = reason;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Before each write: gathers those of one turn, and watches that they get on. */
  #begin(): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#tcp.cork();
      process.nextTick(this.#uncork);
    }
    if (this.#unflushed++ > 0 || this.#hasStopped) return;
    this.#writingSince = this.#clock.monotonic();
    this.#timer ??= this.#clock.setTimer(this.#writeWaitMs, this.#onDeadline);
  }

  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#gathered = 0;
    this.#tcp.uncork();
  };

  readonly #onFlushed = (): void => {
    if (--this.#unflushed > 0) this.#writingSince = this.#clock.monotonic();
  };

  /** What to call when a write is flushed; made anew only when `done` is another one than that of the write before. */
  #flushedThen(done: Done): Done {
    if (this.#lastDone === done) return this.#lastFlushed;
    this.#lastDone = done;
    this.#lastFlushed = (error) => {
      this.#onFlushed();
      done(this.#failureOf(error));
    };
    return this.#lastFlushed;
  }

  /** Node reports no failure for a write that was under way when its socket was destroyed. */
  #failureOf(error: Error | null | undefined): Error | undefined {
    return error ?? (this.#tcp.destroyed ? this.#afterEnd() : undefined);
  }

  #afterEnd(): Error {
    return this.#reason ?? new Error('the websocket has ended');
  }

  /** Stays armed across writes: most of them are flushed at once, and a timer for each would cost more than they do. */
  readonly #onDeadline = (): void => {
    this.#timer = undefined;
    if (this.#unflushed === 0) return;
    const leftMs = this.#writingSince + this.#writeWaitMs - this.#clock.monotonic();
    if (leftMs > 0) this.#timer = this.#clock.setTimer(leftMs, this.#onDeadline);
    else this.#onStuck();
  };

  #sendPiece(): void {
    const large = this.#large;
    if (large === undefined) return;
    const { bytes, offset } = large;
    large.offset += pieceBytes;
    const isLast = large.offset >= bytes.length;
    this.#begin();
    const next: Done = (error) => {
      if (!isLast && error === undefined) {
        this.#sendPiece();
        return;
      }
      this.#large = undefined;
      large.done?.(error);
      this.#sendWaiting();
    };
    this.#socket.send(bytes.subarray(offset, large.offset), isLast ? lastPiece : piece, this.#flushedThen(next));
  }

  #sendWaiting(): void {
    while (this.#large === undefined) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.send(next.message, next.done);
    }
  }
}
