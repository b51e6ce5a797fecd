import { type Clock, type Logger, parseRetryAfter, silentLogger, systemClock, withDeadline } from '@moorline/core';
import { bearerHeader, isSendableToken } from '../wire/bearer.js';
import { findDocumentedFailure } from '../wire/documented-failures.js';
import { type LoginTarget, resolveEndpoint } from '../wire/endpoint.js';
import { LoginError } from '../wire/login-error.js';
import { encodeLoginRequest, type LoginRequest } from '../wire/login-request.js';
import { failureMessage, type LoginResponse, parseLoginResponse } from '../wire/login-response.js';
import { readBody } from './read-body.js';
import { transportError } from './transport-error.js';

/** Options of {@link sendLoginRequest}. */
export interface SendLoginRequestOptions {
  /** The control plane as an operator writes it: `cp.example`, `https://cp.example:8443`. */
  endpoint: string;
  /** Lets an endpoint that begins with `http://` through, towards loopback only. Default false. */
  allowInsecureHttp?: boolean | undefined;
  /** Default: the runtime's. Proxies, a CA of one's own and client certificates come in through it (README.md). */
  fetch?: typeof fetch | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds for the whole exchange. Default 120,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

/** What the original's command line allows a login. */
export const defaultLoginTimeoutMs = 120_000;

/**
 * Posts one login request and reads the answer (docs/protocol.md §3). No retry, no redirect.
 *
 * @returns the answer of a 200 that names a machine id; its `token` may still be absent.
 * @throws LoginError with the code of the documented failure or of what went wrong on the way; TimeoutError; the signal's reason.
 */
export async function sendLoginRequest(
  request: LoginRequest,
  options: SendLoginRequestOptions,
): Promise<LoginResponse> {
  const { signal, timeoutMs = defaultLoginTimeoutMs, clock = systemClock } = options;
  const target = resolveEndpoint(options.endpoint, options);
  if (!isSendableToken(request.token)) {
    throw new LoginError(`Post "${target.url}": net/http: invalid header field value for "Authorization"`, {
      code: 'bad_token',
      hint: 'the token holds a line break or another control character: was a newline read with it from a file?',
    });
  }
  return withDeadline((inner) => exchange(request, target, options, inner), {
    signal,
    timeoutMs,
    clock,
    attempted: `Post "${target.url}"`,
  });
}

async function exchange(
  request: LoginRequest,
  target: LoginTarget,
  options: SendLoginRequestOptions,
  signal: AbortSignal,
): Promise<LoginResponse> {
  const { fetch = globalThis.fetch, logger = silentLogger, clock = systemClock } = options;
  const started = clock.monotonic();
  logger.debug(
    { url: target.url, machineId: request.machineID, nodeGroup: request.nodeGroup },
    'posting login request',
  );
  const response = await fetch(target.url, {
    method: 'POST',
    headers: {
      Authorization: bearerHeader(request.token),
      'Content-Type': 'application/json',
      Origin: target.origin,
    },
    body: encodeLoginRequest(request),
    redirect: 'manual',
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw transportError(`Post "${target.url}"`, error);
  });
  const body = await readAnswer(response, target, signal);
  logger.debug({ url: target.url, status: response.status, elapsedMs: clock.monotonic() - started }, 'login answered');
  return judge(request, response, body, clock);
}

/** The order of the original (docs/protocol.md §3.2): the body is decoded before the status is looked at. */
function judge(request: LoginRequest, response: Response, body: Uint8Array, clock: Clock): LoginResponse {
  const { status } = response;
  const isWorthRetrying = status === 408 || status === 429 || status >= 500;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), clock.now());
  const details = retryAfterMs === undefined ? {} : { retryAfterMs };
  const answer = decodeAnswer(body, status, isWorthRetrying, details);
  const hide = hider([request.token, answer.token, answer.machineProof]);
  if (status !== 200) {
    const documented = findDocumentedFailure(status, failureMessage(answer));
    throw new LoginError(`unexpected status code ${status} (${hide(new TextDecoder().decode(body))})`, {
      code: documented?.code ?? 'unexpected_status',
      isRetryable: documented?.isRetryable ?? isWorthRetrying,
      status,
      response: hideIn(answer, hide),
      details,
    });
  }
  if (!answer.machineID) {
    throw new LoginError('login request failed with empty machine ID', {
      code: 'empty_machine_id',
      status,
      response: hideIn(answer, hide),
    });
  }
  return answer;
}

function decodeAnswer(
  body: Uint8Array,
  status: number,
  isRetryable: boolean,
  details: { retryAfterMs?: number },
): LoginResponse {
  try {
    return parseLoginResponse(body);
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new LoginError(`error unmarshaling login response: ${fault}`, {
      code: 'decode',
      isRetryable,
      status,
      details,
      hint: `the answer had status ${status} and is not that of a control plane: is a proxy or another server in the way?`,
    });
  }
}

async function readAnswer(response: Response, target: LoginTarget, signal: AbortSignal): Promise<Uint8Array> {
  const { status } = response;
  const location = response.headers.get('location');
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400 && location !== null)) {
    void response.body?.cancel().catch(() => undefined);
    throw new LoginError(`Post "${target.url}": refused to follow a redirect (status ${status})`, {
      code: 'redirect_refused',
      status,
      hint: 'the body holds the registration token, so it is sent to the endpoint given and nowhere else: give the final address',
    });
  }
  try {
    return await readBody(response, maxResponseBytes);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RangeError) {
      throw new LoginError(`error reading response body: more than ${maxResponseBytes} bytes`, {
        code: 'response_too_large',
        status,
      });
    }
    throw new LoginError(`error reading response body: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'body_read',
      isRetryable: true,
      status,
      cause: error,
    });
  }
}

/** A real answer has some hundred bytes; the original has no limit. */
const maxResponseBytes = 8 * 1024 * 1024;

/** Takes secrets that a server repeats out of texts that end in errors and logs. */
function hider(secrets: readonly (string | undefined)[]): (text: string) => string {
  const worthHiding = secrets.filter((secret): secret is string => secret !== undefined && secret.trim() !== '');
  return (text) => worthHiding.reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}

function hideIn(answer: LoginResponse, hide: (text: string) => string): LoginResponse {
  return {
    ...answer,
    ...(answer.message === undefined ? {} : { message: hide(answer.message) }),
    ...(answer.error === undefined ? {} : { error: hide(answer.error) }),
  };
}
