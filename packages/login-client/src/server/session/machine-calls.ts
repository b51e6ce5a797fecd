import { type Clock, TimeoutError } from '@moorline/core';
import { ShapeMismatch } from '../../wire/json-decoder.js';
import { JsonTextError } from '../../wire/json-text.js';
import { LoginError } from '../../wire/login-error.js';
import { checkMethod } from '../../wire/session/method-gate.js';
import type { SessionMethod } from '../../wire/session/methods.js';
import type { SessionRequest } from '../../wire/session/request.js';
import { parseSessionResponse, type SessionResponse } from '../../wire/session/response.js';
import type { AgentSession } from './agent-session.js';
import { narrowResponse } from './narrow-response.js';

/** An agent keeps 20 requests waiting and drops what is beyond without a word (docs/protocol.md §8.2). */
const maxOutstanding = 16;

/** Milliseconds for which a request whose caller has left still counts as outstanding: the agent may be at it. */
const overdueMs = 60_000;

/** What limits one request. */
export interface RequestLimits {
  /** Milliseconds, ≥ 0; 0 turns the deadline off. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Written out member by member where it is made: one spread costs more than all else that a request does here. */
interface Call {
  readonly id: string;
  readonly method: SessionMethod;
  readonly request: SessionRequest;
  readonly resolve: (response: SessionResponse) => void;
  readonly reject: (reason: unknown) => void;
  /** Milliseconds, as the caller has asked. */
  readonly timeoutMs: number;
  /** Monotonic time when it is given up, or once it is overdue, when it no longer counts; infinite for never. */
  deadline: number;
  /** The session that it was sent in; undefined while it waits. */
  session: AgentSession | undefined;
  unlisten: (() => void) | undefined;
  /** Nobody waits for the reply any more. */
  isOverdue: boolean;
}

/** What the requests of all machines have in common. */
export interface MachineCallsOptions {
  clock: Clock;
  nextId: () => string;
  maxWaiting: number;
  /** Asks for a call of `expire` at that monotonic time, or somewhat before it. */
  watch: (deadline: number) => void;
}

/**
 * The requests to one machine. They belong to the machine and not to its session: what waits is sent in the next one,
 * and a reply may come there too (docs/protocol.md §8.2).
 */
export class MachineCalls {
  readonly #machineId: string;
  readonly #options: MachineCallsOptions;
  readonly #sent = new Map<string, Call>();
  #waiting: Call[] = [];
  #session: AgentSession | undefined;
  /** Of those sent, how many in the session that is up. */
  #outstanding = 0;

  constructor(machineId: string, options: MachineCallsOptions) {
    this.#machineId = machineId;
    this.#options = options;
  }

  get session(): AgentSession | undefined {
    return this.#session;
  }

  /** Requests that somebody waits for. */
  get pending(): number {
    let overdue = 0;
    for (const { isOverdue } of this.#sent.values()) if (isOverdue) overdue++;
    return this.#waiting.length + this.#sent.size - overdue;
  }

  /** Whether there is nothing to keep of this machine. */
  get isIdle(): boolean {
    return this.#session === undefined && this.#waiting.length === 0 && this.#sent.size === 0;
  }

  /** A session is up: what waits goes out. @returns the one that it replaces. */
  attach(session: AgentSession): AgentSession | undefined {
    const former = this.#session;
    this.#session = session;
    this.#outstanding = 0;
    this.#dispatch();
    return former;
  }

  /** A session has ended. @returns whether it was the one that was up. */
  detach(session: AgentSession): boolean {
    if (this.#session !== session) return false;
    this.#session = undefined;
    this.#outstanding = 0;
    // The agent has dropped what it had not begun; the replies that somebody waits for may still come.
    for (const call of this.#sent.values()) if (call.isOverdue) this.#forget(call);
    return true;
  }

  /** Sends a request, now or when there is room, and resolves with the reply. */
  request(method: SessionMethod, request: SessionRequest, limits: RequestLimits): Promise<SessionResponse> {
    const { timeoutMs, signal } = limits;
    const { clock, nextId, maxWaiting, watch } = this.#options;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#session === undefined) return Promise.reject(notConnected(this.#machineId, method));
    if (this.#waiting.length >= maxWaiting) return Promise.reject(tooMany(this.#machineId, maxWaiting));
    const deadline = timeoutMs > 0 ? clock.monotonic() + timeoutMs : Infinity;
    return new Promise((resolve, reject) => {
      const call: Call = {
        id: nextId(),
        method,
        request,
        resolve,
        reject,
        timeoutMs,
        deadline,
        session: undefined,
        unlisten: undefined,
        isOverdue: false,
      };
      if (signal !== undefined) this.#listen(call, signal);
      watch(deadline);
      this.#waiting.push(call);
      this.#dispatch();
    });
  }

  /**
   * Gives up what was to be answered by now.
   *
   * @param now monotonic.
   * @returns the next deadline; infinite where there is none.
   */
  expire(now: number): number {
    let next = Infinity;
    for (const call of [...this.#waiting, ...this.#sent.values()]) {
      if (call.deadline <= now) this.#expireCall(call);
      // One that has just become overdue has a new deadline.
      if (call.deadline > now) next = Math.min(next, call.deadline);
    }
    return next;
  }

  /** @returns false for a reply that nobody waits for, in whichever session it was asked. */
  reply(requestId: string, payload: Uint8Array): boolean {
    const call = this.#sent.get(requestId);
    if (call === undefined) return false;
    const isAwaited = !call.isOverdue;
    this.#forget(call);
    if (isAwaited) this.#settle(call, payload);
    this.#dispatch();
    return isAwaited;
  }

  /** Gives up on everything. */
  close(reason: Error): void {
    const calls = [...this.#waiting, ...this.#sent.values()];
    this.#waiting = [];
    for (const call of calls) {
      this.#forget(call);
      call.reject(reason);
    }
  }

  #settle(call: Call, payload: Uint8Array): void {
    try {
      const response = parseSessionResponse(payload);
      call.resolve(call.session?.protocol === 'v2' ? narrowResponse(response, call.request) : response);
    } catch (error) {
      if (!(error instanceof JsonTextError) && !(error instanceof ShapeMismatch)) call.reject(error);
      else call.reject(badReply(this.#machineId, call.method, error));
    }
  }

  #dispatch(): void {
    while (this.#session !== undefined && this.#outstanding < maxOutstanding) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      this.#send(call, this.#session);
    }
  }

  /** What an agent may be asked depends on the session, which may be another one than when the request was made. */
  #send(call: Call, session: AgentSession): void {
    try {
      checkMethod(call.method, session.protocol, session.agentVersion);
      call.session = session;
      this.#sent.set(call.id, call);
      this.#outstanding++;
      session.send(call.id, call.request);
    } catch (error) {
      this.#forget(call);
      call.reject(error);
    }
  }

  #listen(call: Call, signal: AbortSignal): void {
    const onAbort = (): void => this.#abandon(call, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    call.unlisten = () => signal.removeEventListener('abort', onAbort);
  }

  #expireCall(call: Call): void {
    if (!call.isOverdue) {
      this.#abandon(call, new TimeoutError(`${call.method} on ${this.#machineId}`, call.timeoutMs));
      return;
    }
    this.#forget(call);
    this.#dispatch();
  }

  /** The caller leaves; the agent may answer all the same, or never. */
  #abandon(call: Call, reason: unknown): void {
    const isOutstanding = call.session !== undefined && call.session === this.#session;
    if (isOutstanding) {
      call.unlisten?.();
      call.isOverdue = true;
      call.deadline = this.#options.clock.monotonic() + overdueMs;
      this.#options.watch(call.deadline);
    } else {
      this.#waiting = this.#waiting.filter((other) => other !== call);
      this.#forget(call);
    }
    call.reject(reason);
  }

  #forget(call: Call): void {
    call.unlisten?.();
    if (this.#sent.delete(call.id) && call.session === this.#session) this.#outstanding--;
  }
}

function notConnected(machineId: string, method: SessionMethod): LoginError {
  return new LoginError(`${method} was not asked: ${machineId} has no session`, {
    code: 'machine_not_connected',
    hint: 'agents come back by themselves, within a minute of most failures',
    isRetryable: true,
    details: { machineId, method },
  });
}

function tooMany(machineId: string, maxWaiting: number): LoginError {
  return new LoginError(`${maxWaiting} requests wait for ${machineId}, beside the ${maxOutstanding} that it has`, {
    code: 'too_many_requests',
    hint: 'ask when others have been answered, or raise maxWaiting',
    isRetryable: true,
    details: { machineId, maxWaiting },
  });
}

function badReply(machineId: string, method: SessionMethod, cause: Error): LoginError {
  return new LoginError(`${method} on ${machineId} was answered with what is no reply: ${cause.message}`, {
    code: 'bad_reply',
    cause,
    details: { machineId, method },
  });
}
