import { randomBytes } from 'node:crypto';
import { type Clock, DeadlineWatch, type Logger } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import { type AgentSession, infoOf, type SessionEnd, type SessionEvents, type SessionInfo } from './agent-session.js';
import { MachineCalls, type MachineCallsOptions } from './machine-calls.js';

export interface SessionRegistryOptions {
  maxWaiting: number;
  clock: Clock;
  logger: Logger;
  onConnect: ((session: SessionInfo) => void) | undefined;
  onDisconnect: ((session: SessionInfo) => void) | undefined;
}

/** What was seen since the server was made. */
export interface SessionCounters {
  /** Sessions that came up. */
  opened: number;
  /** Ended because the machine connected anew. */
  replaced: number;
  /** Replies that nobody waited for any more. */
  unclaimedReplies: number;
}

/** The sessions of all machines, one of each: the newest wins. */
export class SessionRegistry implements SessionEvents {
  readonly counters: SessionCounters = { opened: 0, replaced: 0, unclaimedReplies: 0 };
  /** Sessions that are up. */
  readonly up = new Set<AgentSession>();
  readonly #machines = new Map<string, MachineCalls>();
  readonly #options: SessionRegistryOptions;
  readonly #callsOptions: MachineCallsOptions;
  readonly #deadlines: DeadlineWatch;
  /** Differs with each process, so that a reply to a former one's request is nobody's. */
  readonly #idPrefix = randomBytes(6).toString('base64url');
  #lastId = 0;

  constructor(options: SessionRegistryOptions) {
    this.#options = options;
    const { clock, maxWaiting } = options;
    this.#deadlines = new DeadlineWatch(clock, (now) => this.#expire(now));
    this.#callsOptions = {
      clock,
      maxWaiting,
      nextId: () => `${this.#idPrefix}-${++this.#lastId}`,
      watch: (deadline) => this.#deadlines.add(deadline),
    };
  }

  get(machineId: string): AgentSession | undefined {
    return this.#machines.get(machineId)?.session;
  }

  /** Of a machine that has no session, calls that are refused are all there is: nothing is kept of it. */
  callsOf(machineId: string): MachineCalls {
    return this.#machines.get(machineId) ?? this.#newCalls(machineId);
  }

  opened(session: AgentSession): void {
    const { machineId, protocol, agentVersion, remoteAddress } = session;
    let calls = this.#machines.get(machineId);
    if (calls === undefined) {
      calls = this.#newCalls(machineId);
      this.#machines.set(machineId, calls);
    }
    this.up.add(session);
    this.counters.opened++;
    const former = calls.attach(session);
    if (former !== undefined) {
      this.counters.replaced++;
      former.end('replaced');
    }
    this.#options.logger.info({ machineId, protocol, agentVersion, remoteAddress }, 'session opened');
    this.#options.onConnect?.(infoOf(session));
  }

  replied(machineId: string, requestId: string, payload: Uint8Array): void {
    const calls = this.#machines.get(machineId);
    if (calls?.reply(requestId, payload) === true) return;
    this.counters.unclaimedReplies++;
    this.#options.logger.debug({ machineId, requestId }, 'a reply that nobody waits for');
    this.#tidy(machineId, calls);
  }

  ended(session: AgentSession, why: SessionEnd | 'agent', error?: unknown): void {
    const { machineId, protocol } = session;
    const wasUp = this.up.delete(session);
    const reason = error instanceof Error ? error.message : undefined;
    const { logger, onDisconnect } = this.#options;
    if (why === 'protocol') logger.warn({ machineId, protocol, reason }, 'session ended: the agent broke the protocol');
    else logger.info({ machineId, protocol, why }, 'session ended');
    const calls = this.#machines.get(machineId);
    calls?.detach(session);
    this.#tidy(machineId, calls);
    if (wasUp) onDisconnect?.(infoOf(session));
  }

  /** Gives up on all requests. */
  close(): void {
    this.#deadlines.close();
    for (const [machineId, calls] of this.#machines) {
      calls.close(
        new LoginError(`the session server was closed before ${machineId} answered`, {
          code: 'session_closed',
          hint: 'whether the request was carried out is not known',
          isRetryable: true,
          details: { machineId },
        }),
      );
    }
  }

  /** Machines that are gone and of which nothing is expected are forgotten. */
  #tidy(machineId: string, calls: MachineCalls | undefined): void {
    if (calls?.isIdle === true) this.#machines.delete(machineId);
  }

  #newCalls(machineId: string): MachineCalls {
    return new MachineCalls(machineId, this.#callsOptions);
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const [machineId, calls] of this.#machines) {
      next = Math.min(next, calls.expire(now));
      this.#tidy(machineId, calls);
    }
    return next;
  }
}
