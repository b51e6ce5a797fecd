import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** The codes that a server answers, each with its status (docs/protocol.md §2). */
export const controlApiStatuses = {
  /** The request cannot be read: a path that cannot be decoded, a length that is not true. */
  bad_request: 400,
  /** The body is not the JSON that the operation takes. */
  bad_body: 400,
  /** A parameter of the query is not one that the operation takes. */
  bad_query: 400,
  /** The cursor is not of this list, this filter and this order. */
  unknown_cursor: 400,
  /** There is no credential, or it is not, or no longer, a good one. */
  unauthorized: 401,
  /** The one-time link was used, is too old, or never was. */
  link_spent: 401,
  /** The credential is good, and does not reach this far. */
  out_of_scope: 403,
  /** Not with these roles, or not from this address or page. */
  forbidden: 403,
  /** There is no such route, or no such thing. */
  not_found: 404,
  /** The route exists, and not with this method. */
  method_not_allowed: 405,
  /** The request did not come within the listener's time-outs. */
  too_slow: 408,
  /** The machine has its identity already, and gets another one only when an operator has reset it. */
  identity_taken: 409,
  /** The body is larger than the operation takes. */
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

/** A code that comes with an answer. */
export type ServerErrorCode = keyof typeof controlApiStatuses;

/** What can go wrong; the README's table explains each. */
export type ControlApiErrorCode =
  | ServerErrorCode
  /** No answer came. `details.mayHaveLanded` is false where the request certainly did not arrive. */
  | 'network_error'
  /** A success whose body is not what the document says. */
  | 'invalid_response'
  /** A failure whose body is not `{ code, message }`, or whose code this version does not know (`details.reason`). */
  | 'unexpected_status'
  /** An option or argument that cannot be. Nothing was sent. */
  | 'invalid_option'
  /** Plain HTTP to another machine. Nothing was sent. */
  | 'insecure_url';

/** What a {@link ControlApiError} is made from. */
export interface ControlApiErrorOptions extends MoorlineErrorOptions<ControlApiErrorCode> {
  /** The HTTP status that came. Default: the one of the code. */
  status?: number | undefined;
}

/** A failure of this API, at either end. Recognise it with {@link isControlApiError}. On the wire it is `{ code, message, hint }`. */
export class ControlApiError extends MoorlineError<ControlApiErrorCode> {
  /** The HTTP status that a server sends, or that came; undefined where there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, options: ControlApiErrorOptions) {
    super(message, options);
    this.name = 'ControlApiError';
    this.status = options.status ?? (isServerErrorCode(options.code) ? controlApiStatuses[options.code] : undefined);
  }
}

/** Whether `value` is a {@link ControlApiError}, from the ESM or the CommonJS copy of this package. */
export const isControlApiError = createErrorGuard<ControlApiError>('ControlApiError');

/** Whether a server may answer this code. */
export function isServerErrorCode(code: string): code is ServerErrorCode {
  return Object.hasOwn(controlApiStatuses, code);
}
