import { type ApicallerErrorCode, isApicallerError } from './error.js';
import { errorChain } from './error-chain.js';

/**
 * Whether an error, or one below it, has one of these codes. By code rather than by identity: the ESM and the CommonJS
 * copy of this package have errors of their own.
 */
export function hasCode(error: unknown, ...codes: readonly ApicallerErrorCode[]): boolean {
  for (const link of errorChain(error)) {
    if (isApicallerError(link) && codes.includes(link.code)) return true;
  }
  return false;
}
