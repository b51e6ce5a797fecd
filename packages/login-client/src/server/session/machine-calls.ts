import { type Clock, type Timer, TimeoutError } from '@moorline/core';
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
export const maxOutstanding = 16;

/** Milliseconds for which a request whose caller has left still counts as outstanding: the agent may be at it. */
const overdueMs = 60_000;

/** What limits one request. */
export interface RequestLimits {
  /** Milliseconds, ≥ 0; 0 turns the deadline off. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

interface Call {
  readonly id: string;
  readonly method: SessionMethod;
  readonly request: SessionRequest;
  readonly resolve: (response: SessionResponse) => void;
  readonly reject: (reason: unknown) => void;
  /** The session that it was sent in; undefined while it waits. */
  session: AgentSession | undefined;
  timer: Timer | undefined;
  unlisten: () => void;
  /** Nobody waits for the reply any more. */
  isOverdue: boolean;
}

/**
 * The requests to one machine. They belong to the machine and not to its session: what waits is sent in the next one,
 * and a reply may come there too (docs/protocol.md §8.2).
 */
export class MachineCalls {
  readonly #machineId: string;
  readonly #clock: Clock;
  readonly #nextId: () => string;
  readonly #maxWaiting: number;
  readonly #sent = new Map<string, Call>();
  #waiting: Call[] = [];
  #session: AgentSession | undefined;
  /** Of those sent, how many in the session that is up. */
  #outstanding = 0;

  constructor(machineId: string, options: { clock: Clock; nextId: () => string; maxWaiting: number }) {
    this.#machineId = machineId;
    this.#clock = options.clock;
    this.#nextId = options.nextId;
    this.#maxWaiting = options.maxWaiting;
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
    const session = this.#session;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (session === undefined) return Promise.reject(notConnected(this.#machineId, method));
    if (this.#waiting.length >= this.#maxWaiting) return Promise.reject(tooMany(this.#machineId, this.#maxWaiting));
    return new Promise((resolve, reject) => {
      const unlisten = (): void => signal?.removeEventListener('abort', onAbort);
      const call: Call = {
        ...{ id: this.#nextId(), method, request, resolve, reject, unlisten },
        ...{ session: undefined, timer: undefined, isOverdue: false },
      };
      const onAbort = (): void => this.#abandon(call, signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (timeoutMs > 0) {
        const attempted = `${method} on ${this.#machineId}`;
        call.timer = this.#clock.setTimer(timeoutMs, () => this.#abandon(call, new TimeoutError(attempted, timeoutMs)));
      }
      this.#waiting.push(call);
      this.#dispatch();
    });
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

  /** The caller leaves; the agent may answer all the same, or never. */
  #abandon(call: Call, reason: unknown): void {
    const isOutstanding = call.session !== undefined && call.session === this.#session;
    if (isOutstanding) {
      call.timer?.cancel();
      call.unlisten();
      call.isOverdue = true;
      call.timer = this.#clock.setTimer(overdueMs, () => {
        this.#forget(call);
        this.#dispatch();
      });
      call.timer.unref();
    } else {
      this.#waiting = this.#waiting.filter((other) => other !== call);
      this.#forget(call);
    }
    call.reject(reason);
  }

  #forget(call: Call): void {
    call.timer?.cancel();
    call.unlisten();
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
