import { type Clock, type Logger, retry, type RetryOptions, withDeadline, withJoinedSignals } from '@moorline/core';
import type { CallOptions } from './cc-client.js';
import type { Connection, Message, RoutedMessage } from './connection.js';

export interface CallerOptions {
  clock: Clock;
  logger: Logger;
  retry: RetryOptions | false;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

export type Caller = ReturnType<typeof createCaller>;

/** Makes calls out of attempts: a deadline over all of them, under the client's signal and the call's own. */
export function createCaller(connection: Connection, options: CallerOptions) {
  const { clock, logger } = options;

  /** @param begin gives what makes one attempt, under the signal of the call. */
  const attempts = <T>(
    message: Message | RoutedMessage,
    { signal, timeoutMs = options.timeoutMs }: CallOptions = {},
    begin: (signal: AbortSignal) => () => Promise<T>,
    more: RetryOptions = {},
  ): Promise<T> => {
    const { attempted } = connection.describe(message);
    return withJoinedSignals([options.signal, signal], (joined) =>
      withDeadline(
        (inner) =>
          retry(begin(inner), {
            onRetry: ({ error, attempt, delayMs }) =>
              logger.warn(
                { err: error, operation: message.operation, attempt, delayMs },
                'ClusterCockpit is asked again',
              ),
            ...(options.retry === false ? { maxAttempts: 1 } : options.retry),
            ...more,
            clock,
            signal: inner,
          }),
        { signal: joined, timeoutMs, attempted, clock },
      ),
    );
  };

  return {
    attempts,
    /** For what can be asked again without harm, with an answer in JSON. */
    ask: <T>(message: Message, call: CallOptions | undefined, isAnswer: (value: unknown) => value is T): Promise<T> =>
      attempts(message, call, (signal) => () => connection.ask(message, signal, isAnswer)),
    /** For what can be asked again without harm, with an answer in plain text. */
    read: (message: Message, call: CallOptions | undefined): Promise<string> =>
      attempts(message, call, (signal) => () => connection.send(message, signal)),
    /** For what must not be sent twice: one attempt, whatever comes of it. */
    once: (message: Message, call: CallOptions | undefined): Promise<string> =>
      attempts(message, call, (signal) => () => connection.send(message, signal), { maxAttempts: 1 }),
    /** For what can be told again without harm. */
    tell: async (message: Message, call: CallOptions | undefined): Promise<void> => {
      await attempts(message, call, (signal) => () => connection.send(message, signal));
    },
  };
}
