import { type Clock, SignalWatch, systemClock, TimeoutError } from '@moorline/core';
import { ApicallerError, isApicallerError } from '../error.js';
import { encodeFailure, encodeRequest, type IncomingRequest, readMessage, type WireFailure } from '../wire/message.js';
import { RequestError } from '../wire/request-error.js';
import type { MessageSocket } from './message-socket.js';

/** Options of one call. */
export interface CallOptions {
  /** Rejects at once with the signal's reason; the peer is not told, and its answer is dropped. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call rejects with `timeout`; 0 turns the deadline off. Default 0. */
  timeoutMs?: number | undefined;
}

/** What one calls. */
export interface Callee {
  /** Name of the facade: `Agent`. */
  facade: string;
  /** Version of the facade; 0 sends none. */
  version: number;
  /** Id of an object below the facade, such as a watcher. Default none. */
  objectId?: string | undefined;
  /** Name of the method: `GetEntities`. */
  method: string;
}

/** Options of an {@link RpcConnection}. */
export interface RpcOptions {
  /** Answers the peer's calls, through {@link RpcConnection.send}. Default: each is answered with `no service`. */
  onRequest?: ((request: IncomingRequest) => void) | undefined;
  /** See `ReadOptions.acceptsV0`. Default true. */
  acceptsV0?: boolean | undefined;
  clock?: Clock | undefined;
}

interface Pending {
  resolve(response: unknown): void;
  reject(error: unknown): void;
  readonly attempted: string;
}

/** How long the original waits for the peer's close frame, milliseconds. */
const defaultCloseTimeoutMs = 10_000;

/** Calls and answers over one connection, in both directions: ids, what waits for an answer, and what ends it. */
export class RpcConnection {
  /** Settles when no call can be made any more, with the reason unless the end was clean. */
  readonly ended: Promise<ApicallerError | undefined>;
  readonly #socket: MessageSocket;
  readonly #clock: Clock;
  readonly #acceptsV0: boolean;
  readonly #onRequest: (request: IncomingRequest) => void;
  readonly #pending = new Map<string, Pending>();
  readonly #signals = new SignalWatch();
  #settleEnded: (error: ApicallerError | undefined) => void = () => undefined;
  #lastId = 0;
  #hasEnded = false;
  #closed: Promise<void> | undefined;

  constructor(socket: MessageSocket, options: RpcOptions = {}) {
    const { clock = systemClock, acceptsV0 = true } = options;
    this.#socket = socket;
    this.#clock = clock;
    this.#acceptsV0 = acceptsV0;
    this.#onRequest = options.onRequest ?? ((request) => this.send(encodeFailure(request, noService)));
    this.ended = new Promise((resolve) => (this.#settleEnded = resolve));
    socket.open({ message: (text) => this.#receive(text), end: (error) => this.#end(error) });
  }

  /** Whether the connection can carry calls no more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Calls that wait for their answer. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /**
   * Calls the peer, and gives the answer's body: an object, `{}` where the peer sent none.
   *
   * @throws RequestError what the peer answered; ApicallerError `connection_shut_down`, `connection_broken`,
   * `invalid_message` where the connection ended first, `unencodable` for params that JSON cannot hold; TimeoutError;
   * the signal's reason. The connection stays usable after the first, the last three and `unencodable`.
   */
  call(callee: Callee, params: unknown, options: CallOptions = {}): Promise<unknown> {
    const { facade, version, objectId = '', method } = callee;
    const { signal, timeoutMs = 0 } = options;
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#hasEnded) return rejected(shutDown());
    const attempted = `${facade}.${method}`;
    const id = this.#lastId + 1;
    let request: string;
    try {
      request = encodeRequest({ id, facade, version, objectId, method, params });
    } catch (error) {
      return rejected(error);
    }
    this.#lastId = id;
    return new Promise((resolve, reject) => {
      const key = String(id);
      if (signal === undefined && timeoutMs <= 0) this.#pending.set(key, { resolve, reject, attempted });
      else this.#pending.set(key, this.#limited(key, { resolve, reject, attempted }, signal, timeoutMs));
      this.#socket.send(request);
    });
  }

  /**
   * Sends an answer, already written.
   *
   * @param sent see {@link MessageSocket.send}.
   */
  send(answer: string, sent?: () => void): void {
    this.#socket.send(answer, sent);
  }

  /** Ends the connection for a message that cannot be answered. The close frame says 1000, as the original's does. */
  refuse(reason: ApicallerError): void {
    this.#end(reason);
    this.#closed ??= this.#socket.close(defaultCloseTimeoutMs);
  }

  /**
   * Ends the connection: calls in flight reject with `connection_shut_down`, the peer is told (close code 1000), and the
   * connection dropped when it has answered, at the latest after `timeoutMs`. A second call waits for the first.
   *
   * @param timeoutMs milliseconds, ≥ 0. Default 10,000.
   */
  close(timeoutMs = defaultCloseTimeoutMs): Promise<void> {
    this.#end();
    this.#closed ??= this.#socket.close(timeoutMs);
    return this.#closed;
  }

  #receive(text: string): void {
    if (this.#hasEnded) return;
    let message: ReturnType<typeof readMessage>;
    try {
      message = readMessage(text, { acceptsV0: this.#acceptsV0 });
    } catch (error) {
      this.refuse(isApicallerError(error) ? readFailure(error) : broken(error));
      return;
    }
    if (message === undefined) return;
    if (message.kind === 'request') {
      this.#onRequest(message);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    const { error, errorCode: code, errorInfo: info, response } = message;
    if (error !== '') pending.reject(new RequestError({ message: error, code, info }));
    else if (typeof response !== 'object' || Array.isArray(response))
      pending.reject(unfit(pending.attempted, response));
    else pending.resolve(response);
  }

  #end(error?: ApicallerError): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const reason = error ?? shutDown();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(reason);
    this.#settleEnded(error);
  }

  #limited(key: string, pending: Pending, signal: AbortSignal | undefined, timeoutMs: number): Pending {
    const { attempted } = pending;
    const giveUp = (reason: unknown): void => {
      this.#pending.delete(key);
      limited.reject(reason);
    };
    const unwatch = signal && this.#signals.add(signal, () => giveUp(signal.reason));
    const timer =
      timeoutMs > 0 ? this.#clock.setTimer(timeoutMs, () => giveUp(new TimeoutError(attempted, timeoutMs))) : undefined;
    const release = (): void => {
      timer?.cancel();
      unwatch?.();
    };
    const limited: Pending = {
      attempted,
      resolve: (response) => {
        release();
        pending.resolve(response);
      },
      reject: (error) => {
        release();
        pending.reject(error);
      },
    };
    return limited;
  }
}

const noService: WireFailure = { message: 'no service' };

/** A rejected promise of any type. */
const rejected = (reason: unknown): Promise<never> => Promise.reject(reason);

function shutDown(): ApicallerError {
  return new ApicallerError('connection is shut down', {
    code: 'connection_shut_down',
    isRetryable: true,
    hint: 'open a new connection; whether the peer has carried out the call is not known',
  });
}

const broken = (cause: unknown): ApicallerError =>
  new ApicallerError('reading a message failed', { code: 'connection_broken', isRetryable: true, cause });

/** What reading has ended with, in the original's words. */
function readFailure(cause: ApicallerError): ApicallerError {
  return new ApicallerError(`codec.ReadHeader error: ${cause.message}`, {
    code: cause.code,
    isRetryable: true,
    hint: cause.hint,
    details: cause.details,
    cause: cause.cause ?? cause,
  });
}

function unfit(attempted: string, response: unknown): ApicallerError {
  const got = Array.isArray(response) ? 'an array' : `a ${typeof response}`;
  return new ApicallerError(`${attempted} was answered with ${got}, not an object`, { code: 'invalid_response' });
}
