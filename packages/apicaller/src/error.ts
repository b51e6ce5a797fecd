import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** What can go wrong in this package; the README says when, and what to do. */
export type ApicallerErrorCode =
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

/** A failure of this package. Recognise it with {@link isApicallerError}. */
export class ApicallerError extends MoorlineError<ApicallerErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<ApicallerErrorCode>) {
    super(message, options);
    this.name = 'ApicallerError';
  }
}

/** Whether `value` is an error of this package, from whichever copy of it. */
export const isApicallerError = createErrorGuard<ApicallerError>('ApicallerError');
