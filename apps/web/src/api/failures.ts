import { isMoorlineError, isTimeoutError } from '@moorline/core';

/** Statuses by which a proxy, or a server that starts or stops, says that it has no answer now. */
const passingStatuses = new Set([502, 503, 504]);

/** Whether the control plane could not be reached: the same question may well be answered in a moment. */
export function isOutage(error: unknown): boolean {
  if (isTimeoutError(error)) return true;
  if (!isMoorlineError(error)) return false;
  return error.code === 'network_error' || error.code === 'unavailable' || passingStatuses.has(statusOf(error) ?? 0);
}

/** Whether the session has ended: signing in again helps. */
export function isSignedOut(error: unknown): boolean {
  return isMoorlineError(error) && error.code === 'unauthorized';
}

const statusOf = (error: object): number | undefined =>
  'status' in error && typeof error.status === 'number' ? error.status : undefined;
