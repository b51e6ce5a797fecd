import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';
import type { DocumentedFailureCode } from './documented-failures.js';
import type { LoginResponse } from './login-response.js';

/** Stable codes of a {@link LoginError} beside those of the documented failures. README.md explains each. */
export const localErrorCodes = [
  'empty_token',
  'bad_token',
  'bad_endpoint',
  'insecure_endpoint',
  'bad_node_labels',
  'machine_id_conflict',
  'transport',
  'tls',
  'proxy',
  'redirect_refused',
  'body_read',
  'response_too_large',
  'decode',
  'unexpected_status',
  'empty_machine_id',
  'unexpected_machine_id',
  'session_unauthorized',
  'session_refused',
  'session_not_served',
  'session_lost',
  'session_silent',
  'session_queue_full',
  'session_drained',
  'sqlite_missing',
  'data_dir_unusable',
  'identity_missing',
  'state_corrupt',
  'state_foreign',
  'state_busy',
  'state_failed',
  'bad_frame',
  'frame_too_large',
  'bad_packet',
  'packet_too_large',
  'bad_reply',
  'unsupported_method',
  'machine_not_connected',
  'too_many_requests',
  'session_closed',
  'token_not_taken',
] as const;

export type LoginErrorCode = DocumentedFailureCode | (typeof localErrorCodes)[number];

/** What is left of an answer when its secrets are taken out. */
export type AnsweredFailure = Omit<LoginResponse, 'token' | 'machineProof'>;

export interface LoginErrorOptions extends MoorlineErrorOptions<LoginErrorCode> {
  /** HTTP status of the answer, where there was one. */
  status?: number | undefined;
  response?: LoginResponse | undefined;
}

/** Every failure of this package. Recognise it with {@link isLoginError}. */
export class LoginError extends MoorlineError<LoginErrorCode> {
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;
  /** The server's answer without its secrets, where there was one that could be read. */
  readonly response: AnsweredFailure | undefined;

  constructor(message: string, options: LoginErrorOptions) {
    const { status, response } = options;
    super(message, { ...options, details: { ...options.details, ...(status === undefined ? {} : { status }) } });
    this.name = 'LoginError';
    this.status = status;
    this.response = response && withoutSecrets(response);
  }
}

export const isLoginError = createErrorGuard<LoginError>('LoginError');

function withoutSecrets(response: LoginResponse): AnsweredFailure {
  const { token: _token, machineProof: _machineProof, ...rest } = response;
  return rest;
}
