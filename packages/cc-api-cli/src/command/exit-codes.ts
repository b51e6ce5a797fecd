import { isTimeoutError } from '@moorline/core';
import { isCcApiCliError } from '../error.js';

/** How `cc-api` ends; the README's table tells users. */
export const exitCodes = {
  /** Done; or: no change. */
  same: 0,
  /** `diff`: changed, but no client breaks; `generate --check`: the folder is not what it should be. */
  changed: 1,
  /** `diff`: changed so that a client breaks. */
  breaking: 2,
  /** A command line that means nothing. */
  usage: 64,
  /** Ended by a signal: 128 and its number. */
  SIGINT: 130,
  SIGTERM: 143,
  /** What went wrong, as sysexits.h numbers it. */
  failed(error: unknown): number {
    if (isTimeoutError(error)) return 69;
    if (!isCcApiCliError(error)) return 70;
    switch (error.code) {
      case 'invalid_option':
        return 64;
      case 'document_unreadable':
        return 66;
      case 'document_unreachable':
      case 'document_not_served':
      case 'too_many_redirects':
        return 69;
      case 'output_failed':
      case 'output_not_ours':
        return 73;
      default:
        return 65;
    }
  },
} as const;
