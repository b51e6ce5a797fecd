import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** What can go wrong in this package; the README says when, and what to do. */
export type ApicallerErrorCode = EngineErrorCode | ConnectionErrorCode | AnsweredErrorCode | StrategyErrorCode;

/** Of the dependency engine. */
type EngineErrorCode =
  | 'aborted'
  | 'already_installed'
  | 'bounce_requested'
  | 'context_expired'
  | 'dependency_cycle'
  | 'dependency_missing'
  | 'engine_stopping'
  | 'input_unknown'
  | 'invalid_config'
  | 'invalid_manifold'
  | 'invalid_name'
  | 'output_unknown'
  | 'uninstall_requested'
  | 'worker_invalid'
  | 'worker_unknown';

/** Of dialling, logging in and calling. */
type ConnectionErrorCode =
  | 'bad_ca_certificate'
  | 'certificate_invalid'
  | 'connection_broken'
  | 'connection_shut_down'
  | 'dial_failed'
  | 'dial_refused'
  | 'dial_timeout'
  | 'insecure_address'
  | 'invalid_info'
  | 'invalid_message'
  | 'invalid_response'
  | 'invalid_tag'
  | 'login_result_invalid'
  | 'login_timeout'
  | 'login_version_unsupported'
  | 'ping_failed'
  | 'redirect_info_failed'
  | 'redirected'
  | 'unencodable';

/** What the peer answered with. */
type AnsweredErrorCode =
  | 'access_required'
  | 'bad_request'
  | 'discharge_required'
  | 'entity_dead'
  | 'forbidden'
  | 'login_expired'
  | 'model_migration_in_progress'
  | 'model_not_found'
  | 'no_credentials'
  | 'not_found'
  | 'not_implemented'
  | 'not_provisioned'
  | 'not_supported'
  | 'redirection_required'
  | 'request_failed'
  | 'session_token_invalid'
  | 'try_again'
  | 'unauthorized_access'
  | 'upgrade_in_progress';

/** Of connecting by a strategy. */
type StrategyErrorCode =
  | 'agent_dead'
  | 'api_info_unavailable'
  | 'api_not_opened'
  | 'bad_credentials'
  | 'changed_password'
  | 'config_closed'
  | 'config_exists'
  | 'config_invalid'
  | 'config_unwritable'
  | 'connect_impossible'
  | 'connection_lost'
  | 'denied'
  | 'password_not_reset'
  | 'unexpected_result'
  | 'unknown_life';

/** A failure of this package. Recognise it with {@link isApicallerError}. */
export class ApicallerError extends MoorlineError<ApicallerErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<ApicallerErrorCode>) {
    super(message, options);
    this.name = 'ApicallerError';
  }
}

/** The names of the classes below {@link ApicallerError}. */
const names = ['ApicallerError', 'RequestError', 'RedirectError', 'DialError'];

/** Whether `value` is an error of this package, from whichever copy of it. */
export function isApicallerError(value: unknown): value is ApicallerError {
  return names.some((name) => createErrorGuard<ApicallerError>(name)(value));
}
