import { isTimeoutError, redactUrl, withDeadline } from '@moorline/core';
import { CcApiCliError } from '../error.js';
import type { LoadOptions } from './load-document.js';
import { largest, tooLarge } from './too-large.js';

const mostRedirects = 5;

/**
 * Fetches a text, following at most five redirects to other `http:` or `https:` URLs, though never from `https:` to
 * `http:`.
 *
 * @throws CcApiCliError `document_unreachable`, `document_not_served`, `document_too_large` or `too_many_redirects`.
 * @throws TimeoutError when it takes longer than `timeoutMs`, with all redirects.
 */
export async function fetchText(location: string, options: LoadOptions): Promise<string> {
  const { signal, timeoutMs = 30_000, clock } = options;
  const attempted = `GET ${redactUrl(location)}`;
  const fetch = options.fetch ?? globalThis.fetch;
  return withDeadline((inner) => follow(attempted, location, inner, fetch), { signal, timeoutMs, clock, attempted });
}

async function follow(
  attempted: string,
  location: string,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  let url = parseUrl(location);
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await dial(attempted, url, signal, fetch);
    const next = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || next === null) {
      return readAnswer(attempted, response, signal);
    }
    await response.body?.cancel();
    url = redirect(attempted, url, next);
  }
  throw new CcApiCliError(`${attempted} was redirected more than ${mostRedirects} times`, {
    code: 'too_many_redirects',
  });
}

function parseUrl(location: string): URL {
  if (!URL.canParse(location)) {
    throw new CcApiCliError(`${redactUrl(location)} is no URL`, { code: 'invalid_option' });
  }
  return new URL(location);
}

function redirect(attempted: string, from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined || !['http:', 'https:'].includes(to.protocol)) {
    throw notServed(attempted, `was redirected to what is no http URL: ${redactUrl(location).slice(0, 200)}`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw notServed(attempted, `was redirected from https to plain http: ${redactUrl(to)}`);
  }
  return to;
}

async function dial(
  attempted: string,
  url: URL,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  // fetch refuses a URL with a user in it; credentials go to that server alone.
  const authorization =
    url.username === ''
      ? {}
      : { authorization: `Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}` };
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  try {
    const headers = { accept: 'application/json', ...authorization };
    return await fetch(bare.href, { headers, redirect: 'manual', signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(attempted, cause);
  }
}

async function readAnswer(attempted: string, response: Response, signal: AbortSignal): Promise<string> {
  if (response.status !== 200) {
    await response.body?.cancel();
    const hint = 'cc-backend serves its document at /swagger/doc.json';
    throw notServed(attempted, `was answered with status ${response.status}`, hint, { status: response.status });
  }
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      text += decoder.decode(chunk, { stream: true });
      if (size > largest) break;
    }
  } catch (cause) {
    if (isTimeoutError(cause)) throw cause;
    signal.throwIfAborted();
    throw unreachable(attempted, cause);
  }
  if (size > largest) throw tooLarge(attempted, text);
  return text + decoder.decode();
}

function unreachable(attempted: string, cause: unknown): CcApiCliError {
  const deeper = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = deeper instanceof Error ? deeper.message : String(deeper);
  return new CcApiCliError(`${attempted} failed: ${reason}`, {
    code: 'document_unreachable',
    cause,
    isRetryable: true,
  });
}

const notServed = (attempted: string, what: string, hint?: string, details?: Record<string, unknown>) =>
  new CcApiCliError(`${attempted} ${what}`, { code: 'document_not_served', hint, details });
