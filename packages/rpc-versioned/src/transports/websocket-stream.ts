import type { Duplex } from 'node:stream';
import { type Clock, systemClock, type Timer } from '@moorline/core';
import type { RawData } from 'ws';
import type { ByteReceiver, ByteStream } from '../wire/byte-stream.js';
import { RpcError } from '../wire/rpc-error.js';
import { closeReason } from './close-reason.js';
import type { FluxSocket } from './flux-socket.js';

/** Times of a websocket; the defaults are the protocol's (docs/protocol.md, Keep-alive). */
export interface KeepAliveOptions {
  /** Milliseconds without a pong or binary bytes after which the peer counts as gone, > 0. Default 30,000. */
  pongWaitMs?: number | undefined;
  /** Milliseconds after the last ping was written until the next, > 0. Default two thirds of `pongWaitMs - writeWaitMs`. */
  pingPeriodMs?: number | undefined;
  /** Milliseconds in which a write must make progress, > 0. Default 10,000. */
  writeWaitMs?: number | undefined;
  clock?: Clock | undefined;
}

/** A websocket as a stream of bytes. */
export interface SocketStream extends ByteStream {
  /** Settles when the stream has ended, with the reason unless the end was clean. */
  readonly ended: Promise<Error | undefined>;
  /** As `close()`, but the receiver is told this reason. */
  abort(reason?: Error): void;
}

/** The connection below: a `net.Socket` or `tls.TLSSocket`, or any other duplex, which tells less of itself. */
export interface Connection extends Duplex {
  /** Bytes received so far. */
  readonly bytesRead?: number;
  /** Destroys it once all that was written is out. */
  destroySoon?(): void;
}

type Done = (error?: Error) => void;

/** A message that is on its way in pieces. */
interface LargeMessage {
  bytes: Buffer;
  offset: number;
  done: Done | undefined;
}

/** Longer messages, in UTF-16 units, go out in pieces, so that pings and pongs find a gap and progress can be seen. */
const largestWhole = 1024 * 1024;
const pieceBytes = 256 * 1024;

/** A bound for what a frame takes on the wire beside its payload: header, mask, and TLS records around it. */
const frameOverhead = 128;

const binary = { binary: true };
const lastPiece = { binary: true, fin: true };
const piece = { binary: true, fin: false };

/**
 * A websocket as the RPC layer's pipe: binary messages both ways, text messages dropped, keep-alive and close as the
 * original has them (docs/protocol.md, Transport).
 *
 * What is sent within one turn leaves in one system call.
 */
export class WebSocketStream implements SocketStream {
  readonly ended: Promise<Error | undefined>;

  readonly #socket: FluxSocket;
  readonly #tcp: Connection;
  readonly #clock: Clock;
  readonly #pongWaitMs: number;
  readonly #pingPeriodMs: number;
  readonly #writeWaitMs: number;
  readonly #settleEnded: (error: Error | undefined) => void;

  #receiver: ByteReceiver | undefined;
  #hasEnded = false;
  #isPaused = true;
  #reason: Error | undefined;

  #readTimer: Timer | undefined;
  #pingTimer: Timer | undefined;
  #writeTimer: Timer | undefined;
  /** When the peer was last heard, on the monotonic clock. */
  #heardAt: number;
  /** Bytes of the socket at the last look, and an upper bound of those since then that belong to whole messages. */
  #bytesSeen: number;
  #bytesOfWholes = 0;

  /** Writes that are not flushed, and when the first of them became the first. */
  #unflushed = 0;
  #writingSince = 0;
  #isCorked = false;
  #lastDone: Done | undefined;
  #lastFlushed: Done = () => undefined;
  #large: LargeMessage | undefined;
  readonly #waiting: { message: string; done: Done | undefined }[] = [];

  /** @param socket open, with nothing read from it yet. */
  constructor(socket: FluxSocket, tcp: Connection, options: KeepAliveOptions = {}) {
    const { clock = systemClock, pongWaitMs = 30_000, writeWaitMs = 10_000 } = options;
    this.#socket = socket;
    this.#tcp = tcp;
    this.#clock = clock;
    this.#pongWaitMs = pongWaitMs;
    this.#writeWaitMs = writeWaitMs;
    this.#pingPeriodMs = options.pingPeriodMs ?? ((pongWaitMs - writeWaitMs) * 2) / 3;
    let settle: (error: Error | undefined) => void = () => undefined;
    this.ended = new Promise((resolve) => (settle = resolve));
    this.#settleEnded = settle;
    this.#heardAt = clock.monotonic();
    this.#bytesSeen = tcp.bytesRead ?? 0;
    socket.pause();
    socket.on('message', this.#onMessage);
    socket.on('ping', this.#onPing);
    socket.on('pong', this.#onPong);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    socket.onPeerClose = this.#onPeerClose;
    this.#readTimer = clock.setTimer(pongWaitMs, this.#onReadDeadline);
    this.#pingTimer = clock.setTimer(this.#pingPeriodMs, this.#onPingDue);
  }

  open(receiver: ByteReceiver): void {
    if (this.#receiver !== undefined) throw new TypeError('this stream is open already');
    this.#receiver = receiver;
    if (this.#hasEnded) queueMicrotask(() => receiver.end(this.#reason));
    else this.resume();
  }

  send(message: string, done?: Done): void {
    if (this.#hasEnded) {
      if (done !== undefined) queueMicrotask(() => done(this.#afterEnd()));
    } else if (this.#large !== undefined) {
      this.#waiting.push({ message, done });
    } else if (message.length > largestWhole) {
      this.#large = { bytes: Buffer.from(message), offset: 0, done };
      this.#sendPiece();
    } else {
      this.#beginWrite();
      this.#socket.send(message, binary, done === undefined ? this.#onFlushed : this.#flushedThen(done));
    }
  }

  pause(): void {
    if (this.#isPaused || this.#hasEnded) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#hasEnded) return;
    this.#isPaused = false;
    this.#heardAt = this.#clock.monotonic();
    this.#socket.resume();
  }

  /** Ends the stream: close 1000 `ok`, then the socket, without waiting for the peer. */
  close(): void {
    this.abort();
  }

  abort(reason?: Error): void {
    if (this.#hasEnded) return;
    this.#end(reason, queueMicrotask);
    this.#socket.closeOk();
    this.#dropConnection();
  }

  readonly #onMessage = (data: RawData, isBinary: boolean): void => {
    if (this.#hasEnded || !(data instanceof Uint8Array)) return;
    this.#bytesOfWholes += data.length + frameOverhead;
    if (!isBinary || data.length === 0) return;
    this.#heardAt = this.#clock.monotonic();
    this.#receiver?.data(data);
  };

  readonly #onPing = (data: Uint8Array): void => {
    this.#bytesOfWholes += data.length + frameOverhead;
  };

  readonly #onPong = (data: Uint8Array): void => {
    this.#bytesOfWholes += data.length + frameOverhead;
    this.#heardAt = this.#clock.monotonic();
  };

  readonly #onPeerClose = (code: number, reason: string): void => {
    this.#end(closeReason(code, reason));
    this.#dropConnection();
  };

  readonly #onError = (error: Error): void => {
    this.#end(faultOf(error));
    this.#dropConnection();
  };

  readonly #onClose = (): void => {
    this.#end(undefined);
    this.#writeTimer?.cancel();
  };

  readonly #onReadDeadline = (): void => {
    const now = this.#clock.monotonic();
    // A peer that we do not read is not silent; nor is one whose message is too long to have arrived whole.
    if (this.#isPaused || this.#hasPartOfMessage()) this.#heardAt = now;
    const leftMs = this.#heardAt + this.#pongWaitMs - now;
    if (leftMs > 0) {
      this.#readTimer = this.#clock.setTimer(leftMs, this.#onReadDeadline);
      return;
    }
    const message = `i/o timeout: neither a pong nor data from the peer for ${this.#pongWaitMs} ms`;
    this.abort(new RpcError(message, { code: 'read_timeout', isFatal: true, isRetryable: true }));
  };

  /** Whether more came in since the last look than whole messages and control frames account for. */
  #hasPartOfMessage(): boolean {
    const bytes = this.#tcp.bytesRead ?? 0;
    const isMore = bytes - this.#bytesSeen > this.#bytesOfWholes;
    this.#bytesSeen = bytes;
    this.#bytesOfWholes = 0;
    return isMore;
  }

  readonly #onPingDue = (): void => {
    this.#beginWrite();
    this.#socket.ping(undefined, undefined, (error?: Error) => {
      this.#onFlushed();
      if (this.#hasEnded) return;
      if (error) this.#tcp.destroy();
      else this.#pingTimer = this.#clock.setTimer(this.#pingPeriodMs, this.#onPingDue);
    });
  };

  /** Before each write: gathers those of one turn, and watches that they get on. */
  #beginWrite(): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#tcp.cork();
      process.nextTick(this.#uncork);
    }
    if (this.#unflushed++ > 0) return;
    this.#writingSince = this.#clock.monotonic();
    this.#writeTimer ??= this.#clock.setTimer(this.#writeWaitMs, this.#onWriteDeadline);
  }

  readonly #uncork = (): void => {
    this.#isCorked = false;
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
  readonly #onWriteDeadline = (): void => {
    this.#writeTimer = undefined;
    if (this.#unflushed === 0) return;
    const leftMs = this.#writingSince + this.#writeWaitMs - this.#clock.monotonic();
    if (leftMs > 0) {
      this.#writeTimer = this.#clock.setTimer(leftMs, this.#onWriteDeadline);
      return;
    }
    const message = `i/o timeout: the peer has taken nothing of what was sent for ${this.#writeWaitMs} ms`;
    this.#end(new RpcError(message, { code: 'write_timeout', isFatal: true, isRetryable: true }));
    this.#tcp.destroy();
  };

  #sendPiece(): void {
    const large = this.#large;
    if (large === undefined) return;
    const { bytes, offset } = large;
    large.offset += pieceBytes;
    const isLast = large.offset >= bytes.length;
    this.#beginWrite();
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

  #end(reason: Error | undefined, schedule: (deliver: () => void) => void = (deliver) => deliver()): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reason = reason;
    for (const timer of [this.#readTimer, this.#pingTimer, this.#writeTimer]) timer?.cancel();
    this.#writeTimer = undefined;
    const receiver = this.#receiver;
    if (receiver !== undefined) schedule(() => receiver.end(reason));
    this.#settleEnded(reason);
  }

  /** Lets what was written go out, for as long as a write may take, and then drops the connection. */
  #dropConnection(): void {
    if (this.#tcp.destroyed) return;
    if (this.#tcp.destroySoon !== undefined) this.#tcp.destroySoon();
    else this.#tcp.end(() => this.#tcp.destroy());
    this.#writeTimer = this.#clock.setTimer(this.#writeWaitMs, () => this.#tcp.destroy());
  }
}

/** What `ws` says of a frame that breaks the protocol or a limit. */
function faultOf(error: Error): RpcError {
  const isTooLarge = 'code' in error && /MESSAGE_LENGTH|TOO_MANY/.test(String(error.code));
  return new RpcError(`websocket: ${error.message}`, {
    code: isTooLarge ? 'message_too_large' : 'websocket_protocol',
    hint: isTooLarge ? 'raise maxMessageBytes' : undefined,
    isFatal: true,
    cause: error,
  });
}
