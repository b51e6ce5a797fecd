import { type Clock, goJson, isTimeoutError, withDeadline } from '@moorline/core';
import { type EndpointOptions, resolveEndpoint } from '../transports/endpoint.js';
import { isSendableToken, scopeProbe } from '../transports/scope-probe.js';
import { receivedApplicationError } from '../wire/application-error.js';
import { type FluxEvent, readEvent } from '../wire/event.js';
import { type ApplicationError, RpcError } from '../wire/rpc-error.js';

export interface PostEventOptions extends EndpointOptions {
  /** Base of the service's URLs: `https://cloud.example/api/flux`; `ws` and `wss` are known too. */
  url: string | URL;
  /** Sent as `Authorization: Scope-Probe token=…`; the header is left out where it is empty. Default empty. */
  token?: string | undefined;
  /** Default that of `fetch`. */
  userAgent?: string | undefined;
  /** Milliseconds; 0 turns the deadline off. Default 10,000. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  clock?: Clock | undefined;
}

/** Answers that mean success; every other one is a failure (docs/protocol.md, Events). */
const successes = [200, 201, 202, 204];

/** What of a failure's body is read. */
const longestBodyBytes = 64 * 1024;

/**
 * Tells the service what has happened: `POST /v6/events`. It is not tried again by itself.
 *
 * @throws RpcError: `invalid_payload` for what is no event; `unauthorized` for 401; `application` where the service says what is wrong; `event_refused` for every
 * other answer; `event_failed` for none; `bad_endpoint`, `insecure_endpoint`, `bad_token`. TimeoutError of
 * `@moorline/core`; the signal's reason.
 */
export async function postEvent(event: FluxEvent, options: PostEventOptions): Promise<void> {
  const { token = '', userAgent, timeoutMs = 10_000, fetch = globalThis.fetch, signal, clock } = options;
  if (!isSendableToken(token)) {
    throw new RpcError('the token cannot be sent in a header', {
      code: 'bad_token',
      hint: 'it holds a line break or another control character, or one beyond Latin-1',
    });
  }
  const url = resolveEndpoint(options.url, options).eventsUrl();
  url.hash = '';
  const attempted = `POST ${url.href}`;
  const headers: Record<string, string> = { Accept: 'application/json', 'Content-Type': 'application/json' };
  if (userAgent !== undefined) headers['User-Agent'] = userAgent;
  if (token !== '') headers['Authorization'] = scopeProbe(token);
  const body = goJson(readEvent(event));
  const post = async (within: AbortSignal): Promise<void> => {
    const response = await fetch(url.href, { method: 'POST', headers, body, redirect: 'manual', signal: within });
    if (successes.includes(response.status)) discard(response);
    else throw await failureOf(response, attempted);
  };
  try {
    await withDeadline(post, { signal, timeoutMs, attempted, clock });
  } catch (error) {
    if (error instanceof RpcError || isTimeoutError(error) || signal?.aborted === true) throw error;
    throw new RpcError(`${attempted} got no answer: ${messageOf(error)}`, {
      code: 'event_failed',
      isRetryable: true,
      cause: error,
    });
  }
}

async function failureOf(response: Response, attempted: string): Promise<RpcError> {
  const { status, statusText } = response;
  const isRetryable = status >= 500 || status === 429 || status === 408;
  if (status === 401) {
    discard(response);
    return new RpcError(`${attempted} was refused: unauthorized`, {
      code: 'unauthorized',
      hint: 'check the token',
      application: { type: 'user', help: 'The service does not know this token: check it.', error: 'unauthorized' },
      details: { status },
    });
  }
  const body = await readText(response);
  const application = readApplicationError(body);
  if (application !== undefined) return receivedApplicationError(application, undefined);
  return new RpcError(`${attempted}: ${status} ${statusText} ${body}`.trimEnd(), {
    code: 'event_refused',
    isRetryable,
    details: { status },
  });
}

/** Lets the rest of an answer go, without waiting for it. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

/** The beginning of a body as text. */
async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  while (reader !== undefined && length < longestBodyBytes) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) return text + decoder.decode();
    length += value.length;
    text += decoder.decode(value, { stream: true });
  }
  reader?.cancel().catch(() => undefined);
  return text;
}

/** The structured error in a failure's body, where it says something. */
function readApplicationError(body: string): ApplicationError | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, help, error } = value as Record<string, unknown>;
  if (typeof error !== 'string' || error === '') return undefined;
  return { type: typeof type === 'string' ? type : '', help: typeof help === 'string' ? help : '', error };
}

const messageOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
};
