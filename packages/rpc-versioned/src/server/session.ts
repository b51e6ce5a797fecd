import { type Clock, DeadlineWatch, goJson, type Logger } from '@moorline/core';
import type { ByteStream } from '../wire/byte-stream.js';
import type { MethodName } from '../wire/methods.js';
import { readRequest, type WireRequest } from '../wire/request.js';
import { encodeFailure } from '../wire/response.js';
import { RpcError } from '../wire/rpc-error.js';
import { ValueSplitter } from '../wire/value-splitter.js';
import { Call } from './call.js';
import { encodeThrown, messageOf } from './failure.js';
import type { RPCServer } from './rpc-server.js';

/** How a session behaves; see {@link ServerOptions}. */
export interface SessionOptions {
  timeoutMs: number;
  enforceTimeout: boolean;
  maxValueBytes: number;
  maxInFlight: number;
  maxUnsentBytes: number;
  clock: Clock;
  logger: Logger;
}

/** One stream of requests, and their answers in whatever order they are ready. */
export class Session {
  /** Settles when the stream has ended and every handler has; never rejects. */
  readonly ended: Promise<void>;
  readonly #server: RPCServer;
  readonly #stream: ByteStream;
  readonly #options: SessionOptions;
  readonly #splitter: ValueSplitter;
  readonly #calls = new Set<Call>();
  readonly #deadlines: DeadlineWatch;
  #resolveEnded: () => void = () => undefined;
  #unsentBytes = 0;
  #isPaused = false;
  /** No request is read any more. */
  #isOver = false;
  /** Nothing can be sent any more. */
  #isGone = false;

  constructor(server: RPCServer, stream: ByteStream, options: SessionOptions) {
    this.#server = server;
    this.#stream = stream;
    this.#options = options;
    this.#deadlines = new DeadlineWatch(options.clock, (now) => this.#expire(now));
    this.#splitter = new ValueSplitter((value, text) => this.#receive(value, text), options.maxValueBytes);
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    stream.open({ data: (chunk) => this.#data(chunk), end: (error) => this.#end(error) });
  }

  /** Reads no more requests, tells the handlers, waits for them, and closes the stream. */
  stop(reason: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const call of this.#calls) call.abort(reason);
    this.#settle();
  }

  #data(chunk: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      // As in Go: no answer to what cannot be read; what runs is answered, then the stream is closed.
      this.#options.logger.warn({ error: messageOf(error) }, 'rpc session ends: the peer sent no request');
      this.#isOver = true;
      this.#settle();
    }
  }

  #end(error?: Error): void {
    if (error !== undefined) this.#options.logger.info({ error: error.message }, 'rpc session lost its connection');
    this.#isOver = true;
    this.#isGone = true;
    const reason = new RpcError('the connection has ended', { code: 'connection_ended', isFatal: true, cause: error });
    for (const call of this.#calls) call.abort(reason);
    this.#settle();
  }

  #receive(value: unknown, text: string): void {
    if (this.#isOver) return;
    const request = readRequest(value, text);
    let prepared: ReturnType<RPCServer['prepare']>;
    try {
      prepared = this.#server.prepare(request);
    } catch (error) {
      this.#send(encodeFailure(request.id, goJson(messageOf(error))));
      return;
    }
    this.#run(prepared.name, request, prepared.invoke);
  }

  #run(name: MethodName, request: WireRequest, invoke: (call: Call) => unknown): void {
    const { timeoutMs, clock } = this.#options;
    const limitMs = Math.min(timeoutMs === 0 ? Infinity : timeoutMs, request.timeoutMs ?? Infinity);
    const call = new Call(name, request.id, limitMs === Infinity ? Infinity : clock.monotonic() + limitMs);
    let result: unknown;
    try {
      result = invoke(call);
    } catch (error) {
      this.#answer(call, encodeThrown(name, call.id, error));
      return;
    }
    if (!isPromise(result)) {
      this.#answer(call, this.#encode(call, result));
      return;
    }
    this.#calls.add(call);
    this.#deadlines.add(call.deadline);
    if (this.#calls.size >= this.#options.maxInFlight) this.#pause();
    result.then(
      (value) => this.#finish(call, () => this.#encode(call, value)),
      (error: unknown) => this.#finish(call, () => encodeThrown(name, call.id, error)),
    );
  }

  #encode(call: Call, result: unknown): string {
    try {
      return this.#server.encode(call.method, call.id, result);
    } catch (error) {
      this.#options.logger.error(
        { method: call.method, error: messageOf(error) },
        'a handler answered what cannot be sent',
      );
      return encodeFailure(call.id, goJson(`cannot encode the answer of ${call.method}: ${messageOf(error)}`));
    }
  }

  #finish(call: Call, answer: () => string): void {
    this.#calls.delete(call);
    if (!call.isAnswered && !this.#isGone) this.#answer(call, answer());
    this.#resume();
    this.#settle();
  }

  #answer(call: Call, text: string): void {
    call.isAnswered = true;
    this.#send(text);
  }

  #send(text: string): void {
    if (this.#isGone) return;
    this.#unsentBytes += text.length;
    if (this.#unsentBytes > this.#options.maxUnsentBytes) this.#pause();
    this.#stream.send(text, () => {
      this.#unsentBytes -= text.length;
      this.#resume();
    });
  }

  /** A peer that does not read its answers, or asks more than is worked off, is not read either. */
  #pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    this.#stream.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    if (this.#unsentBytes > this.#options.maxUnsentBytes / 2 || this.#calls.size >= this.#options.maxInFlight) return;
    this.#isPaused = false;
    this.#stream.resume();
  }

  /** @returns the next deadline. */
  #expire(now: number): number {
    let next = Infinity;
    for (const call of [...this.#calls]) {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else if (!call.isAborted) this.#expireCall(call);
    }
    return next;
  }

  #expireCall(call: Call): void {
    const reason = new RpcError('context deadline exceeded', { code: 'deadline_exceeded', isRetryable: true });
    call.abort(reason);
    if (this.#options.enforceTimeout && !call.isAnswered)
      this.#answer(call, encodeThrown(call.method, call.id, reason));
  }

  /** Closes once nothing is read any more and no handler runs. */
  #settle(): void {
    if (!this.#isOver || this.#calls.size > 0) return;
    this.#deadlines.close();
    this.#stream.close();
    this.#resolveEnded();
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
