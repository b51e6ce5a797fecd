import { setMaxListeners } from 'node:events';
import { type Clock, isTimeoutError, type Logger, redactText, withDeadline } from '@moorline/core';
import type { SessionRequest } from '../../wire/session/request.js';
import type { SessionResponse } from '../../wire/session/response.js';

/** Answers one method. What it throws is answered as `error`. */
export type SessionHandler = (
  request: SessionRequest,
  context: SessionCallContext,
) => SessionResponse | Promise<SessionResponse>;

/** What a handler is called with beside its request. */
export interface SessionCallContext {
  /** Aborted when the call's time is over, and when the connection is closed for good. */
  readonly signal: AbortSignal;
}

/** A request with the id under which its answer is expected; undefined where the control plane gave none. */
export interface NumberedRequest {
  readonly id: string | undefined;
  readonly request: SessionRequest;
}

/** An answer on its way. */
export interface NumberedResponse {
  readonly id: string | undefined;
  readonly response: SessionResponse;
}

export interface RequestQueueOptions {
  /** Undefined for a method that nothing here answers. */
  handlerOf: (method: string) => SessionHandler | undefined;
  /** Takes an answer, whenever it is ready. */
  reply: (response: NumberedResponse) => void;
  /** Milliseconds for one call; 0 turns the deadline off. */
  handlerTimeoutMs: number;
  clock: Clock;
  logger: Logger;
}

/** As many requests wait in an agent, beside the one that it is at. */
const mostWaiting = 20;

/** These may take long, and do not hold up the others. */
const isConcurrent = (method: string): boolean => /^(?:gossip|triggerComponent(?:Check)?)$/.test(method);

/**
 * What the control plane asked for, one after another (docs/protocol.md §8.2). It belongs to the machine and not to a
 * connection: an answer that is ready late goes to the next one.
 */
export class RequestQueue {
  readonly #options: RequestQueueOptions;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #waiting: NumberedRequest[] = [];
  #isServing = false;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
    // Each call under way listens to it.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** @returns false where too many wait already: the request is dropped. */
  push(request: NumberedRequest): boolean {
    if (this.#waiting.length >= mostWaiting) return false;
    this.#waiting.push(request);
    if (!this.#isServing) void this.#serve();
    return true;
  }

  /** Drops what waits; what has begun goes on. */
  drop(): void {
    this.#waiting = [];
  }

  /** Aborts what has begun, and resolves when all of it has ended. */
  async close(): Promise<void> {
    this.drop();
    this.#stopping.abort(new Error('the session is closed'));
    await Promise.all(this.#underWay);
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const answered = this.#answer(next);
      this.#underWay.add(answered);
      void answered.finally(() => this.#underWay.delete(answered));
      if (!isConcurrent(next.request.method ?? '')) await answered;
    }
    this.#isServing = false;
  }

  async #answer({ id, request }: NumberedRequest): Promise<void> {
    const response = await this.#call(request);
    if (!this.#stopping.signal.aborted) this.#options.reply({ id, response });
  }

  async #call(request: SessionRequest): Promise<SessionResponse> {
    const { handlerOf, handlerTimeoutMs, clock, logger } = this.#options;
    const { method = '' } = request;
    const handler = handlerOf(method);
    // The original answers a method that it does not know like one that did its work.
    if (handler === undefined) return {};
    try {
      return await withDeadline(async (signal) => handler(request, { signal }), {
        ...{ timeoutMs: handlerTimeoutMs, signal: this.#stopping.signal, clock },
        attempted: `the session method ${method}`,
      });
    } catch (error) {
      logger.warn({ method, error: String(error) }, 'a session method failed');
      if (isTimeoutError(error)) return { error: 'context deadline exceeded' };
      return { error: redactText(error instanceof Error ? error.message : String(error)) };
    }
  }
}
