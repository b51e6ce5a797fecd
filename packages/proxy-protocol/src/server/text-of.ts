import { isMoorlineError } from '@moorline/core';
import { isProxyError } from '../wire/proxy-error.js';

/** What a peer is told of a failure: its own words, where it is one of those that there are words for. */
export function textOf(error: unknown): string {
  if (isProxyError(error)) return error.text;
  return isMoorlineError(error) ? error.message : 'internal error';
}
