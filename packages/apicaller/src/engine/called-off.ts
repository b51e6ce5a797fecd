import { ApicallerError } from '../error.js';

/**
 * With this reason the engine aborts the signal of a start, and a worker that of its function: what ends with it, or
 * wraps it, has ended well. One for all, because most are never looked at, and an error is dear to make.
 */
export const calledOff: ApicallerError = Object.freeze(
  new ApicallerError('no longer wanted: told to stop', { code: 'aborted', isRetryable: true }),
);
