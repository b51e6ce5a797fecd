import { type Clock, SignalWatch, systemClock, TimeoutError, type Timer } from '@moorline/core';
import type { ByteStream } from '../wire/byte-stream.js';
import {
  type Answer,
  encodeArgument,
  type MethodName,
  type MethodTypes,
  methods,
  readBareResult,
  readUnionResult,
} from '../wire/methods.js';
import { encodeRequest } from '../wire/request.js';
import { invalidError, readResponse } from '../wire/response.js';
import { isRpcError, RpcError, type RpcErrorCode } from '../wire/rpc-error.js';
import { defaultMaxValueBytes, ValueSplitter } from '../wire/value-splitter.js';

/** How a {@link Connection} behaves; see {@link ClientOptions} for what the members mean. */
export interface ConnectionOptions {
  /** Whether results come beside an application error: from v7 on. */
  isUnion: boolean;
  lenientNullResult: boolean;
  fatalTimeoutMs?: number | undefined;
  maxCalls?: number | undefined;
  maxValueBytes?: number | undefined;
  clock?: Clock | undefined;
}

/** What ends one call before its answer does. */
export interface CallLimits {
  signal?: AbortSignal | undefined;
  /** When the call has run too long, on the clock's `monotonic()`. */
  deadline?: { at: number; timeoutMs: number } | undefined;
}

/** Counters of a connection. */
export interface ConnectionCounters {
  /** Calls that wait for their answer. */
  inFlight: number;
  /** Calls that nobody waits for any more, and that the daemon has not answered yet. */
  abandoned: number;
  /** Answers that belonged to no call, or to an abandoned one. */
  ignoredAnswers: number;
}

interface Pending {
  readonly name: MethodName;
  readonly resolve: (answer: Answer<never>) => void;
  readonly reject: (error: unknown) => void;
  /** When it was sent; for `fatalTimeoutMs`. */
  readonly sentAt: number;
  /** Takes away timer and listener; undefined where there are none. */
  release: (() => void) | undefined;
}

/** The calling half of one session: ids, calls in flight, and what ends them. */
export class Connection {
  /** Settles, with the reason, when no call can be made any more. */
  readonly ended: Promise<RpcError>;
  readonly #stream: ByteStream;
  readonly #clock: Clock;
  readonly #isUnion: boolean;
  readonly #lenientNullResult: boolean;
  readonly #fatalTimeoutMs: number;
  readonly #maxCalls: number;
  readonly #splitter: ValueSplitter;
  readonly #pending = new Map<number, Pending>();
  readonly #abandoned = new Set<number>();
  readonly #signals = new SignalWatch();
  readonly #resolveEnded: (reason: RpcError) => void;
  #nextId = 0;
  #ignoredAnswers = 0;
  #reason: RpcError | undefined;
  #fatalTimer: Timer | undefined;

  constructor(stream: ByteStream, options: ConnectionOptions) {
    const { fatalTimeoutMs = 0, maxCalls = 10_000, maxValueBytes = defaultMaxValueBytes } = options;
    this.#stream = stream;
    this.#clock = options.clock ?? systemClock;
    this.#isUnion = options.isUnion;
    this.#lenientNullResult = options.lenientNullResult;
    this.#fatalTimeoutMs = fatalTimeoutMs;
    this.#maxCalls = maxCalls;
    this.#splitter = new ValueSplitter((value) => this.#receive(value), maxValueBytes);
    let resolveEnded: (reason: RpcError) => void = () => undefined;
    this.ended = new Promise((resolve) => (resolveEnded = resolve));
    this.#resolveEnded = resolveEnded;
    stream.open({ data: (chunk) => this.#data(chunk), end: (error) => this.#end(error) });
  }

  get counters(): ConnectionCounters {
    return {
      inFlight: this.#pending.size,
      abandoned: this.#abandoned.size,
      ignoredAnswers: this.#ignoredAnswers,
    };
  }

  /** The reason for which no call can be made any more, where there is one. */
  get reason(): RpcError | undefined {
    return this.#reason;
  }

  /** Sends a request and waits for its answer; which error that is, is the caller's business. */
  call<M extends MethodName>(
    name: M,
    argument: MethodTypes[M]['argument'],
    limits: CallLimits,
  ): Promise<Answer<MethodTypes[M]['result']>> {
    const { signal, deadline } = limits;
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#reason !== undefined) return rejected(shutDown(this.#reason));
    const now = deadline === undefined && this.#fatalTimeoutMs === 0 ? 0 : this.#clock.monotonic();
    if (deadline !== undefined && deadline.at <= now) return rejected(new TimeoutError(name, deadline.timeoutMs));
    const open = this.#pending.size + this.#abandoned.size;
    if (open >= this.#maxCalls) return rejected(tooManyCalls(name, open));
    const id = this.#nextId++;
    let request: string;
    try {
      request = encodeRequest(name, encodeArgument(name, argument), id);
    } catch (error) {
      return rejected(unencodable(name, error));
    }
    return new Promise((resolve, reject) => {
      const pending: Pending = { name, resolve, reject, sentAt: now, release: undefined };
      if (signal !== undefined || deadline !== undefined) this.#limit(id, pending, signal, deadline, now);
      this.#pending.set(id, pending);
      if (this.#fatalTimeoutMs > 0) this.#watch(now);
      this.#stream.send(request, this.#sent);
    });
  }

  /** Ends the session: what is in flight is rejected, the stream closed. */
  close(): void {
    this.#fail(new RpcError('the client was closed', { code: 'connection_closed', isFatal: true, isRetryable: true }));
    this.#stream.close();
  }

  readonly #sent = (error?: Error): void => {
    if (error !== undefined) this.#end(error);
  };

  #data(chunk: Uint8Array): void {
    if (this.#reason !== undefined) return;
    try {
      this.#splitter.push(chunk);
    } catch (error) {
      this.#fail(isRpcError(error) ? error : fatal('invalid_response', messageOf(error), error));
    }
  }

  #end(error?: Error): void {
    if (this.#reason !== undefined) return;
    // A clean end is none for a client, as in Go: the session has no goodbye of its own.
    const failure = fatal('connection_ended', error?.message ?? 'unexpected EOF', error);
    this.#fail(failure);
  }

  #receive(value: unknown): void {
    if (this.#reason !== undefined) return;
    const { id, error, result } = readResponse(value);
    // Go takes an answer without an id for that of call 0; here it belongs to none.
    if (id === undefined || this.#abandoned.delete(id)) {
      this.#ignoredAnswers++;
      return;
    }
    const pending = this.#pending.get(id);
    const isEmpty = error === undefined && (result === undefined || result === null);
    if (isEmpty && !this.#takesNull(pending)) throw invalidError(undefined);
    if (pending === undefined) {
      this.#ignoredAnswers++;
      return;
    }
    this.#pending.delete(id);
    pending.release?.();
    if (error !== undefined) {
      pending.reject(new RpcError(error, { code: 'remote' }));
      return;
    }
    try {
      const read = this.#isUnion ? readUnionResult : readBareResult;
      pending.resolve(read(pending.name, result) as Answer<never>);
    } catch (cause) {
      const failure = fatal('invalid_result', `reading body ${messageOf(cause)}`, cause);
      pending.reject(failure);
      throw failure;
    }
  }

  /** Whether null is a result of this call: of lists and bytes, which a v6 daemon sends so where they are empty. */
  #takesNull(pending: Pending | undefined): boolean {
    return pending !== undefined && !this.#isUnion && this.#lenientNullResult && methods[pending.name].hasNullResult;
  }

  #limit(
    id: number,
    pending: Pending,
    signal: AbortSignal | undefined,
    deadline: CallLimits['deadline'],
    now: number,
  ): void {
    const giveUp = (reason: unknown) => {
      pending.release?.();
      if (!this.#pending.delete(id)) return;
      this.#abandoned.add(id);
      pending.reject(reason);
    };
    const unwatch = signal && this.#signals.add(signal, () => giveUp(signal.reason));
    const timer =
      deadline === undefined
        ? undefined
        : this.#clock.setTimer(deadline.at - now, () => giveUp(new TimeoutError(pending.name, deadline.timeoutMs)));
    pending.release = () => {
      unwatch?.();
      timer?.cancel();
    };
  }

  /** One timer for all calls: they are in the order in which they were sent, so the first is the first to be late. */
  #watch(now: number): void {
    if (this.#fatalTimer !== undefined) return;
    const [oldest] = this.#pending.values();
    if (oldest === undefined) return;
    this.#fatalTimer = this.#clock.setTimer(oldest.sentAt + this.#fatalTimeoutMs - now, () => {
      this.#fatalTimer = undefined;
      const [first] = this.#pending.values();
      const later = this.#clock.monotonic();
      if (first !== undefined && later - first.sentAt >= this.#fatalTimeoutMs) {
        const message = `no answer to ${first.name} in ${this.#fatalTimeoutMs} ms`;
        this.#fail(fatal('no_answer', message, undefined));
      } else this.#watch(later);
    });
    this.#fatalTimer.unref();
  }

  #fail(reason: RpcError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#fatalTimer?.cancel();
    for (const pending of this.#pending.values()) {
      pending.release?.();
      pending.reject(reason);
    }
    this.#pending.clear();
    this.#abandoned.clear();
    this.#resolveEnded(reason);
  }
}

/** A rejected promise of any type: callers of an `async` function get one for a failure before anything is sent. */
function rejected<T>(reason: unknown): Promise<T> {
  return Promise.reject(reason);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function fatal(code: RpcErrorCode, message: string, cause: unknown): RpcError {
  return new RpcError(message, {
    code,
    isFatal: true,
    isRetryable: code === 'connection_ended' || code === 'no_answer',
    cause,
    hint: 'close the connection, and wait for the daemon to dial in again',
  });
}

function shutDown(reason: RpcError): RpcError {
  return new RpcError('connection is shut down', {
    code: 'connection_shut_down',
    isFatal: true,
    isRetryable: true,
    cause: reason,
    hint: 'the cause says what ended it; wait for the daemon to dial in again',
  });
}

function tooManyCalls(name: string, open: number): RpcError {
  return new RpcError(`${name} was not sent: ${open} calls are not answered yet`, {
    code: 'too_many_calls',
    isRetryable: true,
    hint: 'abandoned calls count until the daemon answers them; raise maxCalls if it is to hold more',
    details: { open },
  });
}

function unencodable(name: string, cause: unknown): RpcError {
  return new RpcError(`cannot encode the argument of ${name}: ${messageOf(cause)}`, { code: 'unencodable', cause });
}
