import { parseRetryAfter } from '@moorline/core';
import { hasShape } from '../wire/check.js';
import { ControlApiError, isServerErrorCode } from '../wire/error.js';
import type { Failure } from '../wire/models.js';

/** An answer as it came. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Statuses after which the same request may succeed. */
const passing = new Set([408, 429, 500, 502, 503, 504]);

/**
 * The error of an answer that is no success.
 *
 * @param attempted `GET https://host/moorline/v1/…` without query.
 * @param now wall time, milliseconds.
 */
export function answeredFailure(attempted: string, { status, headers, text }: Answer, now: number): ControlApiError {
  const failure = readFailure(text);
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), now);
  const isKnown = failure !== undefined && isServerErrorCode(failure.code);
  return new ControlApiError(`${attempted} was answered with ${status}${failure ? `: ${failure.message}` : ''}`, {
    code: isKnown && isServerErrorCode(failure.code) ? failure.code : 'unexpected_status',
    status,
    hint: failure?.hint ?? hintOf(status),
    isRetryable: passing.has(status),
    details: {
      status,
      ...(failure === undefined ? {} : { reason: failure.code }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

/** The error of a success that is not what the document says. */
export function notAnAnswer(attempted: string, status: number, what: string): ControlApiError {
  return new ControlApiError(`${attempted} was answered with ${status} and ${what}`, {
    code: 'invalid_response',
    status,
    hint: 'is baseUrl the address of a Moorline control plane, and of the same version?',
  });
}

/** The error of a request that got no answer. */
export function noAnswer(attempted: string, cause: unknown): ControlApiError {
  const code = systemCode(cause);
  return new ControlApiError(`${attempted} got no answer${code === undefined ? '' : ` (${code})`}`, {
    code: 'network_error',
    cause,
    hint: 'is the control plane running, and is baseUrl its address?',
    isRetryable: true,
    details: { ...(code === undefined ? {} : { systemCode: code }), mayHaveLanded: !neverSent.has(code ?? '') },
  });
}

/** Failures of the system that leave no doubt: nothing reached the server. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Node's fetch hides the system's code one or two causes down; other runtimes have none. */
function systemCode(error: unknown): string | undefined {
  for (let level = error, depth = 0; level instanceof Error && depth < 5; level = level.cause, depth++) {
    if ('code' in level && typeof level.code === 'string') return level.code;
  }
  return undefined;
}

function readFailure(text: string): Failure | undefined {
  const value = parseJson(text);
  // The type was made from the schema.
  return value !== undefined && hasShape(value, 'Failure') ? (value as Failure) : undefined;
}

/** @returns undefined for what is no JSON, which no value of JSON is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hintOf(status: number): string {
  if (status === 404) return 'is this the address of a Moorline control plane?';
  return status >= 500 ? 'the control plane failed; its log tells why' : 'the log of the control plane tells why';
}
