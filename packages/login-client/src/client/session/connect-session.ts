import { type Clock, isMoorlineError, type Logger, silentLogger, sleep, systemClock } from '@moorline/core';
import { isLoginError } from '../../wire/login-error.js';
import type { SessionProtocol } from '../../wire/session/method-gate.js';
import type { SessionMethod } from '../../wire/session/methods.js';
import type { RunSession, SessionAttempt, SessionCredentials } from './attempt.js';
import { authFailureOf } from './auth-failure.js';
import { dial, type SessionTls } from './dial.js';
import { environmentProxy } from './environment-proxy.js';
import { probeHealth } from './health-probe.js';
import { givenIdentity, type IdentitySource, type SessionIdentity, storedIdentity } from './identity-source.js';
import { Outbox } from './outbox.js';
import { reconnectDelay, settledAfterMs, startDelayBoundMs } from './reconnect-delay.js';
import { RequestQueue, type SessionHandler } from './request-queue.js';
import { runSessionV1 } from './session-v1.js';
import { runSessionV2 } from './session-v2.js';
import { hasHealthProbe, type SessionTarget, sessionTarget } from './session-target.js';
import { tokenMethods } from './token-methods.js';

/** Where a session's loop is. */
export type SessionPhase = 'starting' | 'connecting' | 'connected' | 'waiting' | 'closed';

/** Told at every change. */
export interface SessionChange {
  phase: SessionPhase;
  protocol: SessionProtocol;
  /** With `waiting` and `closed`: what ended the session; undefined for an end in good order. */
  error?: Error | undefined;
  /** With `starting` and `waiting`: milliseconds until the next attempt. */
  delayMs?: number | undefined;
}

/** What answers each method; one that is not there is answered `{}`, as the original does. */
export type SessionHandlers = Partial<Record<SessionMethod | (string & {}), SessionHandler>>;

/** Options of {@link connectSession}. */
export interface ConnectSessionOptions {
  /** The data directory of a login: its identity is read before each attempt, and kept up to date. */
  dataDir?: string | undefined;
  /** The identity itself, in place of `dataDir`. */
  identity?: SessionIdentity | undefined;
  /** Told a new session token before it is used, where `identity` was given: keep it. */
  onTokenUpdate?: ((sessionToken: string) => void | Promise<void>) | undefined;
  /** Answers by method. `getToken` and `updateToken` are answered by the session itself unless they are here. */
  handlers?: SessionHandlers | undefined;
  /** Default `auto`: version 2, and from its first refusal on version 1 where the control plane does not serve that. */
  protocol?: SessionProtocol | 'auto' | undefined;
  /** Told in sessions of version 2, `vMAJOR.MINOR.PATCH`: the control plane asks for nothing newer. Default `v0.13.0-alpha.4`. */
  agentVersion?: string | undefined;
  /** Default: those of the original, which differ between the protocols. */
  userAgent?: string | undefined;
  /** Milliseconds for one call of a handler. Default 60,000; 0 turns the deadline off. */
  handlerTimeoutMs?: number | undefined;
  /**
   * Milliseconds: the first attempt comes at a random moment before this one, that a fleet does not come at once. Default
   * 10,000; 0 begins at once.
   */
  startDelayMs?: number | undefined;
  /** Certificates that are trusted or presented, beside what the runtime trusts. */
  tls?: SessionTls | undefined;
  /** URL of an HTTP proxy; false for none. Default: what `HTTPS_PROXY` and `NO_PROXY` say. */
  proxy?: string | false | undefined;
  /** Lets an endpoint that begins with `http://` through, towards loopback only, for sessions of version 1. Default false. */
  allowInsecureHttp?: boolean | undefined;
  onChange?: ((change: SessionChange) => void) | undefined;
  signal?: AbortSignal | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
  /** Uniform in [0, 1). Default `Math.random`. */
  random?: (() => number) | undefined;
}

/** An agent's standing session with its control plane. */
export interface SessionConnection extends AsyncDisposable {
  readonly phase: SessionPhase;
  /** What is spoken, or tried next. */
  readonly protocol: SessionProtocol;
  /** Milliseconds since the session came up; 0 where there is none. */
  readonly connectedForMs: number;
  /**
   * Settles when the loop has ended: resolves after {@link close} or an abort, rejects with the LoginError that no further
   * attempt can heal: `identity_missing`, `bad_endpoint`, `insecure_endpoint` and those of the state file.
   */
  readonly finished: Promise<void>;
  /** Ends this session and begins the next at its time. */
  reconnect(): void;
  /** Ends the session, the attempt or the wait, and resolves when what was being answered has ended too; idempotent. */
  close(): Promise<void>;
}

/** The newest version of the original whose session this is. */
const newestAgentVersion = 'v0.13.0-alpha.4';

/** Milliseconds: a session goes on for a while with its old token after it was given a new one. */
const tokenChangeMs = { least: 2000, most: 30_000 };

/**
 * The agent's side of the session channel: connects, answers what the control plane asks, and connects again when the session
 * ends, for ever (docs/protocol.md §8).
 */
export function connectSession(options: ConnectSessionOptions): SessionConnection {
  const loop = new SessionLoop(options);
  const finished = loop.run();
  // Who does not look at the end is told by the logger and by `onChange`.
  finished.catch(() => undefined);
  const close = async (): Promise<void> => {
    loop.stop();
    await finished.catch(() => undefined);
  };
  return {
    get phase() {
      return loop.phase;
    },
    get protocol() {
      return loop.protocol;
    },
    get connectedForMs() {
      return loop.connectedForMs;
    },
    finished,
    reconnect: () => loop.reconnect(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

class SessionLoop {
  phase: SessionPhase = 'starting';
  protocol: SessionProtocol;
  readonly #options: ConnectSessionOptions;
  readonly #identity: IdentitySource;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #random: () => number;
  readonly #outbox = new Outbox();
  readonly #queue: RequestQueue;
  readonly #stopping = new AbortController();
  #current: AbortController | undefined;
  #upSince: number | undefined;

  constructor(options: ConnectSessionOptions) {
    const { clock = systemClock, logger = silentLogger, random = Math.random, protocol = 'auto' } = options;
    this.#options = options;
    this.#identity = identityOf(options);
    this.#clock = clock;
    this.#logger = logger;
    this.#random = random;
    this.protocol = protocol === 'v1' ? 'v1' : 'v2';
    const handlers = new Map<string, SessionHandler | undefined>([
      ...Object.entries(
        tokenMethods({
          identity: this.#identity,
          probe: (credentials, signal) => this.#probe(credentials, signal),
          onUpdated: () => this.#reconnectByAndBy(),
        }),
      ),
      ...Object.entries(options.handlers ?? {}),
    ]);
    this.#queue = new RequestQueue({
      handlerOf: (method) => handlers.get(method),
      reply: (response) => this.#outbox.put(response),
      handlerTimeoutMs: options.handlerTimeoutMs ?? 60_000,
      ...{ clock, logger },
    });
  }

  get connectedForMs(): number {
    return this.#upSince === undefined ? 0 : this.#clock.monotonic() - this.#upSince;
  }

  stop(): void {
    this.#stopping.abort();
  }

  reconnect(): void {
    this.#current?.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    const stopping = this.#stopping.signal;
    const stop = (): void => this.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    let error: Error | undefined;
    try {
      await this.#loop();
    } catch (failure) {
      if (!stopping.aborted) error = asError(failure);
    } finally {
      signal?.removeEventListener('abort', stop);
      this.stop();
      await this.#queue.close();
    }
    this.#change({ phase: 'closed', error });
    if (error === undefined) return;
    this.#logger.error({ error: error.message }, 'gave up');
    throw error;
  }

  async #loop(): Promise<void> {
    const { protocol = 'auto' } = this.#options;
    await this.#startDelay();
    for (let attempts = 0; ; attempts++) {
      const { error, upForMs } = await this.#attempt();
      if (this.#stopping.signal.aborted) return;
      if (upForMs >= settledAfterMs) attempts = 0;
      if (protocol === 'auto' && this.protocol === 'v2' && isNotServed(error)) {
        this.#logger.info({}, 'sessions of version 2 are not served: going on with version 1');
        this.protocol = 'v1';
        await this.#startDelay();
        attempts = -1;
        continue;
      }
      const delayMs = reconnectDelay(attempts, error, this.#random);
      this.#change({ phase: 'waiting', error, delayMs });
      await this.#sleep(delayMs);
    }
  }

  async #startDelay(): Promise<void> {
    const delayMs = this.#random() * (this.#options.startDelayMs ?? startDelayBoundMs);
    this.#change({ phase: 'starting', delayMs });
    if (delayMs > 0) await this.#sleep(delayMs);
  }

  /** One session to its end, and what ended it. */
  async #attempt(): Promise<{ error: Error | undefined; upForMs: number }> {
    this.#change({ phase: 'connecting' });
    const identity = await this.#identity.read().catch((error: unknown) => {
      if (isMoorlineError(error) && error.isRetryable) return error;
      throw error;
    });
    if (identity instanceof Error) return { error: identity, upForMs: 0 };
    const target = sessionTarget(identity.endpoint, this.#options);
    const current = new AbortController();
    const stop = (): void => current.abort();
    const stopping = this.#stopping.signal;
    stopping.addEventListener('abort', stop, { once: true });
    if (stopping.aborted) stop();
    this.#current = current;
    let error: Error | undefined;
    try {
      await this.#runner(target)({
        ...this.#dialling(target),
        credentials: identity,
        queue: this.#queue,
        outbox: this.#outbox,
        agentVersion: this.#options.agentVersion ?? newestAgentVersion,
        signal: current.signal,
        logger: this.#logger,
        onUp: () => this.#isUp(target),
      });
    } catch (failure) {
      if (!current.signal.aborted) error = asError(failure);
    } finally {
      stopping.removeEventListener('abort', stop);
      this.#current = undefined;
    }
    const upForMs = this.connectedForMs;
    this.#upSince = undefined;
    this.#logger.info({ url: target.baseUrl, error: error?.message }, 'the session has ended');
    await this.#record(error);
    this.#queue.drop();
    return { error, upForMs };
  }

  #runner(target: SessionTarget): RunSession {
    // HTTP/2 without TLS cannot be told from HTTP/1.1 beforehand.
    if (!target.isSecure && (this.#options.protocol ?? 'auto') === 'auto') this.protocol = 'v1';
    return this.protocol === 'v1' ? runSessionV1 : runSessionV2;
  }

  #dialling(target: SessionTarget): Pick<SessionAttempt, 'target' | 'dial' | 'userAgent' | 'clock'> {
    const { tls, userAgent } = this.#options;
    const clock = this.#clock;
    const proxy = this.#proxyFor(target);
    return {
      ...{ target, userAgent, clock },
      dial: (signal, protocols) => dial(target, { tls, proxy, protocols, signal, clock }),
    };
  }

  #proxyFor(target: SessionTarget): string | undefined {
    const { proxy } = this.#options;
    if (proxy !== undefined) return proxy === false ? undefined : proxy;
    return target.isSecure ? environmentProxy(target, process.env) : undefined;
  }

  async #probe(credentials: SessionCredentials, signal: AbortSignal): Promise<void> {
    const { endpoint } = await this.#identity.read();
    const target = sessionTarget(endpoint, this.#options);
    if (hasHealthProbe(target)) await probeHealth(this.#dialling(target), credentials, signal);
  }

  #reconnectByAndBy(): void {
    const session = this.#current;
    const { least, most } = tokenChangeMs;
    const timer = this.#clock.setTimer(least + this.#random() * (most - least), () => session?.abort());
    timer.unref();
    session?.signal.addEventListener('abort', () => timer.cancel(), { once: true });
  }

  #isUp({ baseUrl }: SessionTarget): void {
    this.#upSince = this.#clock.monotonic();
    this.#logger.info({ url: baseUrl, protocol: this.protocol }, 'the session is up');
    this.#change({ phase: 'connected' });
  }

  async #record(error: Error | undefined): Promise<void> {
    const message = authFailureOf(error);
    if (message === undefined) return;
    const state = { at: this.#clock.now(), success: false, message };
    await this.#identity.record(state).catch((failure: unknown) => {
      this.#logger.warn({ error: String(failure) }, 'the refused session could not be recorded');
    });
  }

  #sleep(delayMs: number): Promise<void> {
    return sleep(delayMs, { signal: this.#stopping.signal, clock: this.#clock });
  }

  #change(change: Omit<SessionChange, 'protocol'>): void {
    this.phase = change.phase;
    this.#options.onChange?.({ ...change, protocol: this.protocol });
  }
}

function identityOf({ dataDir, identity, onTokenUpdate }: ConnectSessionOptions): IdentitySource {
  if (identity !== undefined) return givenIdentity(identity, onTokenUpdate);
  return storedIdentity(dataDir ?? '');
}

const isNotServed = (error: unknown): boolean => isLoginError(error) && error.code === 'session_not_served';

const asError = (failure: unknown): Error => (failure instanceof Error ? failure : new Error(String(failure)));
