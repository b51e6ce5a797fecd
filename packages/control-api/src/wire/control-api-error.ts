import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** What can go wrong; each code is explained in the README. */
export type ControlApiErrorCode = 'bad_greeting' | 'request_failed';

/** A failure of this package. Recognise it with {@link isControlApiError}. */
export class ControlApiError extends MoorlineError<ControlApiErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<ControlApiErrorCode>) {
    super(message, options);
    this.name = 'ControlApiError';
  }
}

/** Whether `value` is a {@link ControlApiError}, from the ESM or the CommonJS copy of this package. */
export const isControlApiError = createErrorGuard<ControlApiError>('ControlApiError');
