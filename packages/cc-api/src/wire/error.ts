import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** Every way in which this package fails; the README's table says what each means. */
export type CcApiErrorCode =
  | 'bad_request'
  | 'forbidden'
  | 'insecure_url'
  | 'internal_server_error'
  | 'invalid_cluster'
  | 'invalid_key'
  | 'invalid_node_list'
  | 'invalid_option'
  | 'invalid_response'
  | 'ip_not_allowed'
  | 'job_already_exists'
  | 'job_already_stopped'
  | 'job_not_found'
  | 'job_started_without_tags'
  | 'metrics_unavailable'
  | 'network_error'
  | 'not_found'
  | 'payload_too_large'
  | 'route_not_found'
  | 'token_expired'
  | 'unauthorized'
  | 'unavailable'
  | 'unexpected_status'
  | 'unprocessable';

/** What went wrong in this package. Recognise it with {@link isCcApiError}. */
export class CcApiError extends MoorlineError<CcApiErrorCode> {
  /** HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** The server's own text, verbatim, where it gave one. */
  readonly serverText: string | undefined;
  /** Which operation was called: `startJob`. */
  readonly operation: string | undefined;

  constructor(
    message: string,
    options: MoorlineErrorOptions<CcApiErrorCode> & {
      status?: number | undefined;
      serverText?: string | undefined;
      operation?: string | undefined;
    },
  ) {
    super(message, options);
    this.name = 'CcApiError';
    this.status = options.status;
    this.serverText = options.serverText;
    this.operation = options.operation;
  }

  override toJSON(): Record<string, unknown> {
    const { status, serverText, operation } = this;
    return { ...super.toJSON(), ...defined({ status, serverText, operation }) };
  }
}

export const isCcApiError = createErrorGuard<CcApiError>('CcApiError');

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
