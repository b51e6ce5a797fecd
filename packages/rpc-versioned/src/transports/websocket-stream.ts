import type { Duplex } from 'node:stream';
import { type Clock, systemClock, type Timer } from '@moorline/core';
import type { RawData } from 'ws';
import type { ByteReceiver, ByteStream } from '../wire/byte-stream.js';
import { RpcError } from '../wire/rpc-error.js';
import { closeReason } from './close-reason.js';
import type { FluxSocket } from './flux-socket.js';
import { MessageWriter } from './message-writer.js';

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

/** A bound for what a frame takes on the wire beside its payload: header, mask, and TLS records around it. */
const frameOverhead = 128;

/**
 * A websocket as the RPC layer's pipe: binary messages both ways, text messages dropped, keep-alive and close as the
 * original has them (docs/protocol.md, Transport).
 *
 * What is sent within one turn leaves in one system call, unless it is much.
 */
export class WebSocketStream implements SocketStream {
  readonly ended: Promise<Error | undefined>;

  readonly #socket: FluxSocket;
  readonly #tcp: Connection;
  readonly #clock: Clock;
  readonly #pongWaitMs: number;
  readonly #pingPeriodMs: number;
  readonly #writeWaitMs: number;
  readonly #writer: MessageWriter;
  readonly #settleEnded: (error: Error | undefined) => void;

  #receiver: ByteReceiver | undefined;
  #hasEnded = false;
  #isPaused = true;
  #reason: Error | undefined;

  #readTimer: Timer | undefined;
  #pingTimer: Timer | undefined;
  #dropTimer: Timer | undefined;
  /** When the peer was last heard, on the monotonic clock. */
  #heardAt: number;
  /** Bytes of the socket at the last look, and an upper bound of those since then that belong to whole messages. */
  #bytesSeen: number;
  #bytesOfWholes = 0;

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
    this.#writer = new MessageWriter(socket, tcp, { clock, writeWaitMs, onStuck: this.#onStuck });
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

  send(message: string, done?: (error?: Error) => void): void {
    this.#writer.send(message, done);
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
    this.#dropTimer?.cancel();
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
    this.#writer.ping((error) => {
      if (this.#hasEnded) return;
      if (error) this.#tcp.destroy();
      else this.#pingTimer = this.#clock.setTimer(this.#pingPeriodMs, this.#onPingDue);
    });
  };

  readonly #onStuck = (): void => {
    const message = `i/o timeout: the peer has taken nothing of what was sent for ${this.#writeWaitMs} ms`;
    this.#end(new RpcError(message, { code: 'write_timeout', isFatal: true, isRetryable: true }));
    this.#tcp.destroy();
  };

  #end(reason: Error | undefined, schedule: (deliver: () => void) => void = (deliver) => deliver()): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#reason = reason;
    this.#readTimer?.cancel();
    this.#pingTimer?.cancel();
    this.#writer.stop(reason);
    const receiver = this.#receiver;
    if (receiver !== undefined) schedule(() => receiver.end(reason));
    this.#settleEnded(reason);
  }

  /** Lets what was written go out, for as long as a write may take, and then drops the connection. */
  #dropConnection(): void {
    if (this.#tcp.destroyed) return;
    if (this.#tcp.destroySoon !== undefined) this.#tcp.destroySoon();
    else this.#tcp.end(() => this.#tcp.destroy());
    this.#dropTimer = this.#clock.setTimer(this.#writeWaitMs, () => this.#tcp.destroy());
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
