import type { OnReadOpts, Socket } from 'node:net';
import { type Clock, DeadlineWatch } from '@moorline/core';
import type { FdPassing } from '../fd/fd-passing.js';
import { fdOfSocket } from '../fd/socket-from-fd.js';
import { untilTaken } from '../fd/until-taken.js';
import type { Outgoing } from '../wire/byte-text.js';
import { isProxyError, ProxyError } from '../wire/proxy-error.js';
import { V2MessageReader, type V2ReaderOptions } from '../wire/v2/message-reader.js';
import { decodeV2Response, ioBaseOf, isPlainSuccessMessage, type V2Response } from '../wire/v2/response.js';
import type { CallOptions } from './call-options.js';
import { closedHere, lost, refused, unusable } from './connection-errors.js';
import { type AnyCall, PendingCall } from './pending-call.js';
import { send } from './send.js';

/** A success, and the descriptor that came behind it. */
export interface V2Answer {
  response: V2Response;
  ioBase: bigint | undefined;
  /** The receiver's to close. */
  fd: number | undefined;
}

interface QueuedCall {
  call: AnyCall<V2Answer>;
  message: Outgoing;
  /** What takes the descriptor behind the answer, being loaded; undefined: none can come. */
  loading: Promise<FdPassing> | undefined;
  passing: FdPassing | undefined;
  isSent: boolean;
}

/** Most bytes that one read takes: a body that is announced is not reserved before it comes. */
const maxReadBytes = 65_536;
const nothing = new Uint8Array(0);
/** What most answers are. */
const plainSuccess: V2Response = { success: true, error: '', data: undefined };

/**
 * One request at a time and its answer, in order: there are no ids (docs/protocol.md, v2 messages).
 *
 * Never reads beyond the message that is due, since a plain read of a descriptor's tag would throw the descriptor away.
 */
export class V2Connection {
  /** Settles, with the reason, when no call can be made any more. */
  readonly ended: Promise<ProxyError>;
  /** For the socket's constructor: reads go here, and stop in front of a descriptor. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#room(),
    callback: (count, buffer) => this.#data(buffer, count),
  };
  readonly #reader: V2MessageReader;
  readonly #clock: Clock;
  readonly #deadlines: DeadlineWatch;
  /** The first one is in flight. */
  readonly #queue: QueuedCall[] = [];
  readonly #over = new AbortController();
  #socket: Socket | undefined;
  /** What the last read was for, and the next one is where it is for as much. */
  #lastRoom = nothing;
  #resolveEnded: (reason: ProxyError) => void = () => undefined;
  #reason: ProxyError | undefined;

  constructor(options: V2ReaderOptions, clock: Clock) {
    this.#reader = new V2MessageReader(options);
    this.#clock = clock;
    this.#deadlines = new DeadlineWatch(clock, (now) => this.#expire(now));
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

  /**
   * Sends a request when those before it are answered.
   *
   * @param read makes the result of a success; another answer rejects.
   * @param loading what takes the descriptor that follows an answer with `ioBase`: nothing is sent where it cannot be loaded.
   */
  request<Result>(
    what: string,
    message: Outgoing,
    options: CallOptions,
    read: (answer: V2Answer) => Result,
    loading?: Promise<FdPassing>,
  ): Promise<Result> {
    // It is looked at when its turn has come.
    loading?.catch(() => undefined);
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    if (this.#reason !== undefined) return Promise.reject(unusable(what, this.#reason));
    const call = new PendingCall(what, options, this.#deadlines.after(options.timeoutMs ?? 0), read);
    this.#queue.push({ call, message, loading, passing: undefined, isSent: false });
    if (this.#queue.length === 1) this.#send();
    return call.answered;
  }

  close(): void {
    this.#fail(closedHere());
  }

  #send(): void {
    let next = this.#queue[0];
    for (; next?.call.isGivenUp === true; next = this.#queue[0]) this.#queue.shift();
    if (next === undefined) return;
    if (next.loading !== undefined) {
      void this.#sendWhenLoaded(next, next.loading);
      return;
    }
    next.isSent = true;
    if (this.#socket !== undefined) send(this.#socket, next.message);
  }

  /** Calls behind it wait, so that all are sent in the order in which they were made. */
  async #sendWhenLoaded(queued: QueuedCall, loading: Promise<FdPassing>): Promise<void> {
    queued.loading = undefined;
    try {
      queued.passing = await loading;
    } catch (error) {
      queued.call.fail(error);
    }
    if (this.#reason === undefined) this.#send();
  }

  /** Without ids, an answer that is overdue would be taken for that of a later call; one that was never sent is only dropped. */
  #expire(now: number): number {
    const late = this.#queue.filter(({ call }) => call.deadline <= now);
    for (const { call } of late) call.expire();
    const unanswered = late.find(({ isSent }) => isSent);
    if (unanswered !== undefined) this.#fail(overdue(unanswered.call.what));
    return Math.min(...this.#queue.map(({ call }) => call.deadline));
  }

  #room(): Uint8Array {
    const size = Math.min(this.#reader.mostToRead, maxReadBytes);
    if (this.#lastRoom.length !== size) this.#lastRoom = new Uint8Array(size);
    return this.#lastRoom;
  }

  /** @returns whether reading goes on. */
  #data(bytes: Uint8Array, length: number): boolean {
    if (this.#reason !== undefined) return false;
    try {
      if (this.#reader.isEmpty && isPlainSuccessMessage(bytes, length)) return this.#answer(plainSuccess);
      this.#reader.push(length === bytes.length ? bytes : bytes.subarray(0, length));
      for (let body = this.#reader.read(); body !== undefined; body = this.#reader.read()) {
        if (!this.#answer(decodeV2Response(body))) return false;
      }
      return true;
    } catch (error) {
      this.#failWith(error);
      return false;
    }
  }

  #answer(response: V2Response): boolean {
    const current = this.#queue[0];
    if (current?.isSent !== true) {
      throw new ProxyError('an answer came that nobody asked for', { code: 'invalid_response', isFatal: true });
    }
    // What is read of it later on must stay.
    if (response.data !== undefined) this.#lastRoom = nothing;
    const ioBase = current.passing === undefined ? undefined : ioBaseOf(response);
    if (current.passing === undefined || ioBase === undefined) {
      this.#settle(current, { response, ioBase: undefined, fd: undefined });
      return true;
    }
    void this.#takeFd(current, current.passing, response, ioBase);
    return false;
  }

  /** A descriptor follows `ioBase`, whether the answer is a success or not. */
  async #takeFd(current: QueuedCall, passing: FdPassing, response: V2Response, ioBase: bigint): Promise<void> {
    try {
      const socketFd = fdOfSocket(this.#socket);
      if (socketFd === undefined) throw new ProxyError('the socket has no descriptor', { code: 'fd_unavailable' });
      const signal = this.#over.signal;
      const { fd } = await untilTaken(() => passing.recvFd(socketFd), { signal, clock: this.#clock });
      const isTaken = this.#settle(current, { response, ioBase, fd });
      if (!isTaken) passing.close(fd);
      this.#socket?.resume();
    } catch (error) {
      this.#failWith(error);
    }
  }

  /** @returns whether somebody takes the answer, and what came with it. */
  #settle({ call }: QueuedCall, answer: V2Answer): boolean {
    const { success, error } = answer.response;
    this.#queue.shift();
    const isTaken = success && call.answer(answer);
    if (!success) call.fail(refused(call.what, error || 'unknown error'));
    this.#send();
    return isTaken;
  }

  #failWith(error: unknown): void {
    if (isProxyError(error) && error.isFatal) this.#fail(error);
    else this.#fail(lost(error instanceof Error ? error : new Error(String(error))));
  }

  #fail(reason: ProxyError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#deadlines.close();
    this.#over.abort(reason);
    this.#socket?.destroy();
    for (const { call } of this.#queue.splice(0)) call.fail(reason);
    this.#resolveEnded(reason);
  }
}

function overdue(what: string): ProxyError {
  const message = `${what} was not answered in time, and later answers could not be told from its own`;
  return new ProxyError(message, { code: 'desynchronized', isFatal: true, isRetryable: true });
}
