import type { Clock, Logger } from '@moorline/core';
import { ApicallerError } from '../error.js';
import type { MessageSocket } from '../rpc/message-socket.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import { isObject } from '../wire/is-object.js';
import { encodeFailure, encodeResult, type IncomingRequest } from '../wire/message.js';
import type { ModelRedirection } from '../wire/redirection.js';
import { isRequestError } from '../wire/request-error.js';
import { Call } from './call.js';
import type { ConnectedClient, Identity } from './connected-client.js';
import type { Root } from './facade-table.js';
import type { Method } from './facade.js';
import { failure, failureOf } from './failure.js';
import { LoginRoot, type LoginParts } from './login.js';
import type { ServerMetrics } from './metrics.js';
import { PingTimer } from './ping-timer.js';
import { checkRestrictions } from './restrictions.js';
import { Watchers } from './watchers.js';

/** What a connection needs of its server. */
export interface ConnectionParts extends LoginParts {
  acceptsV0: boolean;
  pingTimeoutMs: number;
  loginTimeoutMs: number;
  closeTimeoutMs: number;
  maxInFlight: number;
  maxUnsentBytes: number;
  maxWatchers: number;
  onLogin: ((client: ConnectedClient) => void) | undefined;
  metrics: ServerMetrics | undefined;
  clock: Clock;
  logger: Logger;
}

/** Where a connection leads to, and from where it comes. */
export interface ConnectionTarget {
  modelUuid: string | undefined;
  remoteAddress: string | undefined;
  redirection: ModelRedirection | undefined;
  /** What everything is answered with: there is no such model. */
  error: Error | undefined;
}

/** One client's connection: finds what it calls, runs it, answers, and ends in order. */
export class ServerConnection implements ConnectedClient {
  readonly id: number;
  readonly modelUuid: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly redirection: ModelRedirection | undefined;
  readonly watchers: Watchers;
  readonly ended: Promise<void>;
  readonly #parts: ConnectionParts;
  readonly #socket: MessageSocket;
  readonly #rpc: RpcConnection;
  readonly #running = new Set<Call>();
  #root: Root;
  #identity: Identity | undefined;
  #pingTimer: PingTimer | undefined;
  #isClosing = false;
  #isPaused = false;
  #closed: Promise<void> | undefined;
  #onIdle: () => void = () => undefined;

  constructor(id: number, socket: MessageSocket, target: ConnectionTarget, parts: ConnectionParts) {
    this.id = id;
    this.modelUuid = target.modelUuid;
    this.remoteAddress = target.remoteAddress;
    this.redirection = target.redirection;
    this.watchers = new Watchers(parts.maxWatchers);
    this.#parts = parts;
    this.#socket = socket;
    const { clock, acceptsV0, loginTimeoutMs } = parts;
    this.#root = target.error === undefined ? new LoginRoot(parts, this) : new ErrorRoot(target.error);
    this.#rpc = new RpcConnection(socket, { clock, acceptsV0, onRequest: (request) => this.#take(request) });
    const timer = loginTimeoutMs > 0 ? clock.setTimer(loginTimeoutMs, () => this.#tooLate()) : undefined;
    this.ended = this.#rpc.ended.then((reason) => {
      timer?.cancel();
      this.#end(reason);
    });
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  get inFlight(): number {
    return this.#running.size;
  }

  /** Called by the login: from now on all facades are served, and Admin is not. */
  loggedIn(identity: Identity): void {
    const { facades, clock, pingTimeoutMs, state, onLogin, logger } = this.#parts;
    this.#identity = identity;
    this.#root = {
      find: (request) => {
        checkRestrictions(state(this.modelUuid), request);
        return facades.find(request);
      },
    };
    logger.info({ connection: this.id, tag: identity.tag, model: this.modelUuid }, 'logged in');
    onLogin?.(this);
    if (pingTimeoutMs <= 0 || !identity.isAgent || identity.isFromControllerModel || this.#rpc.hasEnded) return;
    this.#pingTimer = new PingTimer(clock, pingTimeoutMs, () => {
      logger.info({ connection: this.id, tag: identity.tag }, 'the agent does not ping any more');
      void this.close();
    });
  }

  pinged(): void {
    this.#pingTimer?.pinged();
  }

  stopPingTimer(): void {
    this.#pingTimer?.stop();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    for (const call of this.#running) call.abort();
    // Nobody reads on who is held back, and the peer's close frame must be seen.
    this.#socket.resume();
    if (this.#running.size > 0 && !this.#rpc.hasEnded) await this.#answered();
    await this.#rpc.close();
  }

  /** Resolves when the running handlers have answered, when the connection has ended, or when it has taken too long. */
  async #answered(): Promise<void> {
    const { clock, closeTimeoutMs } = this.#parts;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    const timer = clock.setTimer(closeTimeoutMs, () => this.#onIdle());
    await Promise.race([idle, this.#rpc.ended]);
    timer.cancel();
  }

  #take(request: IncomingRequest): void {
    if (this.#isClosing) {
      this.#rpc.send(encodeFailure(request, { message: 'connection is shut down' }));
      return;
    }
    let method: Method;
    try {
      method = this.#root.find(request);
    } catch (error) {
      this.#notFound(request, error);
      return;
    }
    const call = new Call(request, this);
    const startedAt = this.#parts.metrics === undefined ? 0 : this.#parts.clock.monotonic();
    let result: unknown;
    try {
      result = method.invoke(request.params, call);
    } catch (error) {
      this.#failed(request, error, startedAt);
      return;
    }
    if (isPromise(result)) this.#await(call, result, startedAt);
    else this.#succeeded(request, result, startedAt);
  }

  /** Params that are no object of a call that nobody takes end the connection, as in the original. */
  #notFound(request: IncomingRequest, error: unknown): void {
    if (isObject(request.params)) {
      this.#answer(encodeFailure(request, failureOf(error)));
      return;
    }
    const attempted = `${request.facade}.${request.method}`;
    this.#rpc.refuse(new ApicallerError(`the params of ${attempted} are no object`, { code: 'invalid_message' }));
  }

  #await(call: Call, result: PromiseLike<unknown>, startedAt: number): void {
    this.#running.add(call);
    if (this.#running.size >= this.#parts.maxInFlight) this.#pause();
    result.then(
      (value) => {
        this.#succeeded(call.request, value, startedAt);
        this.#done(call);
      },
      (error: unknown) => {
        this.#failed(call.request, error, startedAt);
        this.#done(call);
      },
    );
  }

  #done(call: Call): void {
    this.#running.delete(call);
    if (this.#running.size === 0) this.#onIdle();
    this.#resumeIfFree();
  }

  #succeeded(request: IncomingRequest, result: unknown, startedAt: number): void {
    let answer: string;
    try {
      answer = encodeResult(request, result);
    } catch (error) {
      this.#failed(request, error, startedAt);
      return;
    }
    this.#answer(answer);
    if (this.#parts.metrics !== undefined) this.#measure(request, undefined, startedAt);
  }

  #failed(request: IncomingRequest, error: unknown, startedAt: number): void {
    const { facade, version, method } = request;
    const { logger, metrics } = this.#parts;
    const answered = failureOf(error);
    this.#answer(encodeFailure(request, answered));
    if (metrics !== undefined) this.#measure(request, answered.code ?? '', startedAt);
    const fields = { connection: this.id, tag: this.#identity?.tag, call: `${facade}(${version}).${method}`, error };
    if (isRequestError(error) || error instanceof ApicallerError) logger.debug(fields, 'a call failed');
    else logger.error(fields, 'a handler failed');
  }

  #measure({ facade, version, method }: IncomingRequest, errorCode: string | undefined, startedAt: number): void {
    const durationMs = this.#parts.clock.monotonic() - startedAt;
    this.#parts.metrics?.callAnswered?.({ facade, version, method, errorCode, durationMs });
  }

  #answer(text: string): void {
    if (this.#socket.unsentBytes < this.#parts.maxUnsentBytes) {
      this.#rpc.send(text);
      return;
    }
    // A peer that does not read its answers gets no more calls in.
    this.#pause();
    this.#rpc.send(text, () => this.#resumeIfFree());
  }

  #pause(): void {
    if (this.#isPaused || this.#isClosing) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resumeIfFree(): void {
    const { maxInFlight, maxUnsentBytes } = this.#parts;
    if (!this.#isPaused || this.#running.size >= maxInFlight || this.#socket.unsentBytes >= maxUnsentBytes) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #tooLate(): void {
    if (this.#identity !== undefined) return;
    this.#parts.logger.info({ connection: this.id, remoteAddress: this.remoteAddress }, 'nobody has logged in');
    void this.close();
  }

  #end(reason: ApicallerError | undefined): void {
    this.#pingTimer?.stop();
    this.watchers.end();
    for (const call of this.#running) call.abort();
    const fields = { connection: this.id, tag: this.#identity?.tag, ...(reason && { error: reason }) };
    this.#parts.logger.debug(fields, 'the connection has ended');
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Answers everything with one error. */
class ErrorRoot implements Root {
  readonly #error: Error;

  constructor(error: Error) {
    this.#error = error;
  }

  find(): Method {
    throw this.#error;
  }
}

/** There is no such model here, and everything is answered so. */
export const unknownModel = (modelUuid: string): Error =>
  failure(`unknown model: ${JSON.stringify(modelUuid)}`, 'model not found');
