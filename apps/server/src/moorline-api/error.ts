import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** The codes, each with the status that a caller sees. */
export const moorlineApiStatuses = {
  /** The request cannot be read: a path that cannot be decoded, a length that is not true. */
  bad_request: 400,
  /** The body is not the JSON that the route takes. */
  bad_body: 400,
  /** There is no credential, or it is not, or no longer, a good one. */
  unauthorized: 401,
  /** The credential is good, and does not reach this far. */
  out_of_scope: 403,
  /** Not from this address. */
  forbidden: 403,
  /** The route does not exist. */
  not_found: 404,
  /** The request did not come within the listener's time-outs. */
  too_slow: 408,
  /** The machine has its identity already, and gets another one only when an operator has reset it. */
  identity_taken: 409,
  /** The body is larger than the route takes. */
  body_too_large: 413,
  /** The cluster is described in a way that cannot be. */
  bad_cluster: 422,
  /** The headers are larger than the listener takes. */
  headers_too_large: 431,
  /** The server failed; its log tells why. */
  internal: 500,
  /** The server is not able to answer now. */
  unavailable: 503,
} as const;

export type MoorlineApiErrorCode = keyof typeof moorlineApiStatuses;

/** A documented failure of `/moorline/v1` and of the listener; its body is `{ code, message, hint }`. */
export class MoorlineApiError extends MoorlineError<MoorlineApiErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<MoorlineApiErrorCode>) {
    super(message, options);
    this.name = 'MoorlineApiError';
  }

  get status(): number {
    return moorlineApiStatuses[this.code];
  }
}

export const isMoorlineApiError = createErrorGuard<MoorlineApiError>('MoorlineApiError');
