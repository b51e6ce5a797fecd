import type { OnReadOpts, Socket } from 'node:net';
import { type Clock, DeadlineWatch } from '@moorline/core';
import { isProxyError, ProxyError } from '../wire/proxy-error.js';
import { composeCommand, encodeCommand, type Frame } from '../wire/v3/frame.js';
import { FrameReader } from '../wire/v3/frame-reader.js';
import { readErrorMessage } from '../wire/v3/payloads.js';
import type { CommandName } from '../wire/v3/types.js';
import type { CallOptions } from './call-options.js';
import { closedHere, lost, refused, unusable } from './connection-errors.js';
import { type AnyCall, PendingCall } from './pending-call.js';
import { send } from './send.js';

/** What a shim's connection does with frames that answer no command. */
export interface FrameReceiver {
  stream(name: 'stdout' | 'stderr', data: Uint8Array): void;
  exited(status: number): void;
  /** Whether it holds as much as it wants to. */
  readonly isFull: boolean;
  /** Bytes that it holds. */
  readonly unreadBytes: number;
}

export interface V3ConnectionOptions {
  /** Largest payload, bytes, read and written. */
  maxPayloadBytes: number;
  /** Bytes of output that are held while a command waits for its answer, which comes on the same connection. */
  maxUnreadBytes: number;
  clock: Clock;
}

/** Bytes that one read takes at most. */
const maxReadBytes = 65_536;
const nothing = new Uint8Array(0);

/**
 * Commands and their answers, which come in the order of the commands, between frames of streams and notifications
 * (docs/protocol.md, v3 frames).
 */
export class V3Connection {
  /** Settles, with the reason, when no call can be made any more. */
  readonly ended: Promise<ProxyError>;
  /** For the socket's constructor: reads go here, most of them into the same room. */
  readonly onread: OnReadOpts = {
    buffer: () => (this.#room ??= Buffer.allocUnsafeSlow(maxReadBytes)),
    callback: (count, buffer) => {
      // Most answers are as long as the one before.
      if (this.#came.length !== count) this.#came = buffer.subarray(0, count);
      this.#data(this.#came);
      return true;
    },
  };
  /** What takes frames that answer no command; without it, there must be none. */
  receiver: FrameReceiver | undefined;
  readonly #options: V3ConnectionOptions;
  readonly #reader: FrameReader;
  readonly #deadlines: DeadlineWatch;
  /** In the order in which they were sent. Those that nobody waits for any more stay, until their answer has come. */
  readonly #calls: { name: CommandName; call: AnyCall<Uint8Array> }[] = [];
  #socket: Socket | undefined;
  #isPaused = false;
  /** What the last read has brought, in {@link #room}. */
  #came: Uint8Array = nothing;
  /** Undefined once the receiver has got bytes that were read into it: they are the receiver's. */
  #room: Uint8Array | undefined;
  #resolveEnded: (reason: ProxyError) => void = () => undefined;
  #reason: ProxyError | undefined;

  constructor(options: V3ConnectionOptions) {
    this.#options = options;
    this.#reader = new FrameReader(options.maxPayloadBytes);
    this.#deadlines = new DeadlineWatch(options.clock, (now) => this.#expire(now));
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** @param socket made with {@link onread}. */
  open(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#fail(lost(error)));
    socket.on('end', () => this.#fail(this.#reader.ended()));
    socket.on('close', () => this.#fail(this.#reader.ended()));
    socket.resume();
  }

  /** The reason for which no call can be made any more, where there is one. */
  get reason(): ProxyError | undefined {
    return this.#reason;
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @param payload text is JSON.
   * @param read makes the result of the answer's payload, which is the connection's again afterwards.
   */
  command<Result>(
    name: CommandName,
    payload: Uint8Array | string | undefined,
    options: CallOptions,
    read: (payload: Uint8Array) => Result,
  ): Promise<Result> {
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    if (this.#reason !== undefined) return Promise.reject(unusable(name, this.#reason));
    const { maxPayloadBytes } = this.#options;
    const frame =
      typeof payload === 'string'
        ? composeCommand(name, payload, maxPayloadBytes)
        : encodeCommand(name, payload, maxPayloadBytes);
    const call = new PendingCall(name, options, this.#deadlines.after(options.timeoutMs ?? 0), read);
    this.#calls.push({ name, call });
    if (this.#socket !== undefined) send(this.#socket, frame);
    this.flow();
    return call.answered;
  }

  /** Sends a frame that is not answered. */
  send(frame: Uint8Array, done: () => void): void {
    if (this.#reason === undefined) this.#socket?.write(frame, () => done());
    else done();
  }

  /** Reads on, or stops reading, as the receiver has room and commands wait. */
  flow(): void {
    if (this.#reason !== undefined) return;
    const { receiver } = this;
    const isPaused =
      receiver?.isFull === true && (this.#calls.length === 0 || receiver.unreadBytes >= this.#options.maxUnreadBytes);
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#socket?.pause();
    else this.#socket?.resume();
  }

  /** What came is no answer: nothing behind it can be trusted. */
  fail(error: unknown): void {
    this.#fail(isProxyError(error) ? error : lost(error instanceof Error ? error : new Error(String(error))));
  }

  close(): void {
    this.#fail(closedHere());
  }

  #data(chunk: Uint8Array): void {
    if (this.#reason !== undefined) return;
    try {
      this.#reader.push(chunk);
      for (let frame = this.#reader.read(); frame !== undefined; frame = this.#reader.read()) this.#take(frame);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.flow();
  }

  #take(frame: Frame): void {
    const { receiver } = this;
    switch (frame.type) {
      case 'response':
        this.#answer(frame);
        return;
      case 'stream':
        if (receiver === undefined || frame.name === 'stdin' || frame.name === 'log') break;
        this.#room = undefined;
        this.#came = nothing;
        receiver.stream(frame.name, frame.payload);
        return;
      case 'notification':
        if (receiver === undefined || frame.payload.length === 0) break;
        receiver.exited(frame.payload[0] ?? 0);
        return;
      case 'command':
        break;
    }
    throw new ProxyError(`the proxy sent the ${frame.type} ${frame.name}, which is not due here`, {
      code: 'bad_stream',
      isFatal: true,
    });
  }

  /** The answers of late calls come before those of later ones, and are dropped then. */
  #expire(now: number): number {
    for (const { call } of this.#calls) if (call.deadline <= now) call.expire();
    return Math.min(...this.#calls.map(({ call }) => call.deadline));
  }

  #answer({ name, isError, payload }: Extract<Frame, { type: 'response' }>): void {
    const pending = this.#calls.shift();
    if (pending?.name !== name) {
      if (pending !== undefined) this.#calls.unshift(pending);
      const due = pending === undefined ? 'none' : `that to ${pending.name}`;
      throw new ProxyError(`the proxy sent an answer to ${name}, and ${due} is due`, {
        code: 'invalid_response',
        isFatal: true,
      });
    }
    if (!isError) pending.call.answer(payload);
    else pending.call.fail(refused(name, readErrorMessage(payload)));
  }

  #fail(reason: ProxyError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#deadlines.close();
    this.#socket?.destroy();
    for (const { name, call } of this.#calls.splice(0)) {
      // A proxy answers DisconnectShim by the end of the connection.
      if (name === 'DisconnectShim' && reason.code === 'connection_ended') call.answer(nothing);
      else call.fail(reason);
    }
    this.#resolveEnded(reason);
  }
}
