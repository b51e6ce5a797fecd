import { backoffDelay, type Clock, type Logger, sleep, withDeadline } from '@moorline/core';
import { isControlApiError } from '../wire/error.js';
import { decodeLiveEvent, type LiveEvent } from '../wire/live-event.js';
import type { Connection } from './connection.js';
import { readEvents } from './event-stream.js';
import { noAnswer } from './failure.js';
import type { LiveOptions, LiveState, LiveSubscription } from './live-subscription.js';

/** What a subscription has from its client. */
export interface LiveContext {
  connection: Connection;
  clock: Clock;
  logger: Logger;
  /** Of the client. */
  signal: AbortSignal | undefined;
}

/** Listens to the live channel, for as long as it is read. */
export function subscribeLive(options: LiveOptions, context: LiveContext): LiveSubscription {
  const { clock, logger } = context;
  const ended = new AbortController();
  let isClosed = false;
  let state: LiveState = { state: 'idle' };
  let position = options.after;

  const become = (next: LiveState): void => {
    if (state.state === 'closed') return;
    state = next;
    options.onState?.(next);
  };

  const signals = [context.signal, options.signal].filter((signal) => signal !== undefined);
  const end = (event: Event): void => {
    if (event.target instanceof AbortSignal) ended.abort(event.target.reason);
  };

  async function* connectOnce(onOpen: () => void): AsyncGenerator<LiveEvent, void, undefined> {
    const { topics, cluster, silenceMs = 45_000, connectTimeoutMs = 30_000 } = options;
    const message = {
      operation: 'live' as const,
      query: {
        ...(topics === undefined ? {} : { topic: [...topics] }),
        ...(cluster === undefined ? {} : { cluster }),
        ...(position === undefined ? {} : { after: position }),
      },
    };
    const attempted = context.connection.describe(message);
    // Not the deadline's own signal: `fetch` would end the stream with it.
    const lost = new AbortController();
    const lose = (): void => lost.abort(ended.signal.reason);
    ended.signal.addEventListener('abort', lose, { once: true });
    try {
      const stream = await withDeadline(() => context.connection.stream(message, lost.signal), {
        ...{ signal: ended.signal, timeoutMs: connectTimeoutMs, attempted, clock },
      });
      const silence = {
        signal: ended.signal,
        timeoutMs: silenceMs,
        attempted: `${attempted}: waiting for a sign of life`,
      };
      for await (const { id, event, data } of readEvents(stream, { ...silence, clock })) {
        onOpen();
        if (id !== undefined) position = id;
        const known = decodeLiveEvent(event ?? 'message', data);
        if (known !== undefined) yield known;
      }
      throw noAnswer(attempted, new Error('the stream has ended'));
    } finally {
      ended.signal.removeEventListener('abort', lose);
      lost.abort(new Error('the connection is not needed any more'));
    }
  }

  async function* connectForEver(): AsyncGenerator<LiveEvent, void, undefined> {
    for (let attempt = 1; ; attempt++) {
      become({ state: 'connecting' });
      try {
        const onOpen = (): void => {
          attempt = 0;
          if (state.state !== 'open') become({ state: 'open' });
        };
        yield* connectOnce(onOpen);
      } catch (error) {
        ended.signal.throwIfAborted();
        if (isControlApiError(error) && !error.isRetryable) throw error;
        const { minDelayMs, maxDelayMs } = options;
        const asked = isControlApiError(error) ? Number(error.details['retryAfterMs'] ?? 0) : 0;
        const delayMs = Math.max(asked, backoffDelay(Math.max(1, attempt), { minDelayMs, maxDelayMs }));
        logger.warn({ err: error, delayMs }, 'the live channel connects again');
        become({ state: 'waiting', error, delayMs });
        await sleep(delayMs, { signal: ended.signal, clock });
      }
    }
  }

  async function* run(): AsyncGenerator<LiveEvent, void, undefined> {
    for (const signal of signals) {
      if (signal.aborted) ended.abort(signal.reason);
      signal.addEventListener('abort', end, { once: true });
    }
    let error: unknown;
    try {
      ended.signal.throwIfAborted();
      yield* connectForEver();
    } catch (caught) {
      if (isClosed) return;
      error = caught;
      throw caught;
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', end);
      become({ state: 'closed', ...(error === undefined ? {} : { error }) });
    }
  }

  const events = run();
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    ended.abort(new Error('the subscription is closed'));
    become({ state: 'closed' });
  };
  return {
    get state() {
      return state;
    },
    get position() {
      return position;
    },
    close,
    [Symbol.asyncIterator]: () => events,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
}
