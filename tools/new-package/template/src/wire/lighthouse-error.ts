import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** What can go wrong; each code is explained in the README. */
export type LighthouseErrorCode = 'bad_greeting' | 'request_failed';

/** A failure of this package. Recognise it with {@link isLighthouseError}. */
export class LighthouseError extends MoorlineError<LighthouseErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<LighthouseErrorCode>) {
    super(message, options);
    this.name = 'LighthouseError';
  }
}

/** Whether `value` is a {@link LighthouseError}, from the ESM or the CommonJS copy of this package. */
export const isLighthouseError = createErrorGuard<LighthouseError>('LighthouseError');
