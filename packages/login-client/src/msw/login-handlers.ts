import { type Clock, sleep, systemClock } from '@moorline/core';
import { http, type HttpHandler, HttpResponse } from 'msw';
import {
  documentedFailure,
  type DocumentedFailureCode,
  failureText,
  type FailureTextParts,
} from '../wire/documented-failures.js';
import { loginPath } from '../wire/login-request.js';
import type { LoginResponse } from '../wire/login-response.js';

/** Where the mock listens. */
export interface LoginMockOptions {
  /** `https://cp.example:8443`. Default: every host. */
  origin?: string | undefined;
}

/** Answers every login with success. */
export function loginSuccess(
  options: LoginMockOptions & {
    /** Default `m-0017`. */
    machineID?: string | undefined;
    /** Session token. Default `sess-2Q8k`; empty leaves it out. */
    token?: string | undefined;
    machineProof?: string | undefined;
    validationResults?: LoginResponse['validationResults'];
  } = {},
): HttpHandler {
  const { origin, machineID = 'm-0017', token = 'sess-2Q8k', machineProof, validationResults } = options;
  return answering(origin, () =>
    HttpResponse.json({ machineID, token: token || undefined, machineProof, validationResults }),
  );
}

/** Answers every login with one of the eighteen documented failures, in its exact words. */
export function loginFailure(
  code: DocumentedFailureCode,
  options: LoginMockOptions & FailureTextParts = {},
): HttpHandler {
  const failure = documentedFailure(code);
  const text = failureText(failure, { detail: options.detail, nodeGroup: options.nodeGroup });
  const { reason, status } = failure;
  const body = { code: reason, message: text, status: reason, error: text, machineID: '' };
  return answering(options.origin, () => HttpResponse.json(body, { status }));
}

/** Answers with a page of a proxy, as one with no control plane behind it does. */
export function loginNonJson(options: LoginMockOptions & { status?: number | undefined } = {}): HttpHandler {
  const { origin, status = 502 } = options;
  return answering(origin, () => HttpResponse.html('<html><body>Bad Gateway</body></html>', { status }));
}

/** Breaks off within the answer. */
export function loginTruncated(options: LoginMockOptions = {}): HttpHandler {
  return answering(options.origin, () => {
    let isFirst = true;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isFirst) controller.enqueue(new TextEncoder().encode('{"machineID":"m-0017",'));
        else controller.error(new TypeError('terminated'));
        isFirst = false;
      },
    });
    return new HttpResponse(body, { headers: { 'content-type': 'application/json' } });
  });
}

/** Answers with success, late. */
export function loginSlow(
  options: LoginMockOptions & {
    /** Milliseconds. Default 300,000. */
    delayMs?: number | undefined;
    clock?: Clock | undefined;
  } = {},
): HttpHandler {
  const { origin, delayMs = 300_000, clock = systemClock } = options;
  return answering(origin, async (request) => {
    // Who gives up waiting gets no answer, so there is no one to tell.
    await sleep(delayMs, { signal: request.signal, clock, ref: false }).catch(() => undefined);
    return HttpResponse.json({ machineID: 'm-0017', token: 'sess-2Q8k' });
  });
}

/** Answers with a status that the protocol does not know, and words that it does not know either. */
export function loginUnexpectedStatus(
  options: LoginMockOptions & {
    /** Default 503. */
    status?: number | undefined;
    /** `Retry-After`, seconds. Default none. */
    retryAfterSeconds?: number | undefined;
  } = {},
): HttpHandler {
  const { origin, status = 503, retryAfterSeconds } = options;
  const body = { code: 'Unavailable', message: 'try later', status: 'Unavailable', error: 'try later', machineID: '' };
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return answering(origin, () => HttpResponse.json(body, { status, headers }));
}

function answering(
  origin: string | undefined,
  answer: (request: Request) => Response | Promise<Response>,
): HttpHandler {
  return http.post(`${origin ?? '*'}${loginPath}`, async ({ request }) => answer(request));
}
