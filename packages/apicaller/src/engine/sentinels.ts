import { ApicallerError, type ApicallerErrorCode } from '../error.js';
import { hasCode } from '../has-code.js';

/**
 * Throw it, or an error with it as `cause`, from `start` or from a worker: what the manifold needs is not there. It is
 * not started again until one of its inputs changes (docs/engine.md §1.4).
 */
export const ErrMissing: ApicallerError = sentinel('dependency not available', 'dependency_missing');

/**
 * Throw it, or an error with it as `cause`, from `start` or from a worker: start this manifold again soon, after the
 * bounce delay, and without a word in the log (docs/engine.md §1.4).
 */
export const ErrBounce: ApicallerError = sentinel('restart immediately', 'bounce_requested');

/**
 * Throw it, or an error with it as `cause`, from `start` or from a worker: there is never going to be anything to do
 * for this manifold, remove it (docs/engine.md §1.4).
 */
export const ErrUninstall: ApicallerError = sentinel('resource permanently unavailable', 'uninstall_requested');

/** Whether `error` is {@link ErrMissing}, or wraps it, or is one of the failures of `context.get` that mean the same. */
export const isErrMissing = (error: unknown): boolean => hasCode(error, 'dependency_missing');

/** Whether `error` is {@link ErrBounce} or wraps it. */
export const isErrBounce = (error: unknown): boolean => hasCode(error, 'bounce_requested');

/** Whether `error` is {@link ErrUninstall} or wraps it. */
export const isErrUninstall = (error: unknown): boolean => hasCode(error, 'uninstall_requested');

/** Frozen, because one object is thrown in many places. */
function sentinel(message: string, code: ApicallerErrorCode): ApicallerError {
  return Object.freeze(new ApicallerError(message, { code, isRetryable: code !== 'uninstall_requested' }));
}
