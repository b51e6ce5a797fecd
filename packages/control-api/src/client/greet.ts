import { withDeadline } from '@moorline/core';
import { decodeGreeting, encodeGreeting, type Greeting } from '../wire/greeting.js';
import { ControlApiError } from '../wire/control-api-error.js';

/** How {@link greet} asks. */
export interface GreetOptions {
  /** The server's address, such as `https://cp.example:8443`. */
  endpoint: string;
  /** Who asks: 1 to 64 characters. */
  from: string;
  /** Rejects at once with its reason. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, ≥ 0; 0 turns the deadline off. Default 30,000. */
  timeoutMs?: number | undefined;
  /** Instead of the global one. */
  fetch?: typeof fetch | undefined;
}

/**
 * Greets a server (docs/protocol.md §2).
 *
 * @returns the server's greeting.
 * @throws ControlApiError `request_failed` or `bad_greeting`; TimeoutError of `@moorline/core`.
 */
export function greet({ endpoint, from, signal, timeoutMs = 30_000, ...options }: GreetOptions): Promise<Greeting> {
  const url = new URL('/greeting', endpoint).href;
  const send = options.fetch ?? fetch;
  const ask = async (deadline: AbortSignal): Promise<Greeting> => {
    const response = await send(url, { method: 'POST', body: encodeGreeting({ from }), signal: deadline });
    if (response.ok) return decodeGreeting(await response.text());
    throw new ControlApiError(`POST ${url}: answered ${response.status}`, {
      code: 'request_failed',
      isRetryable: response.status >= 500,
    });
  };
  return withDeadline(ask, { signal, timeoutMs, attempted: `POST ${url}` });
}
