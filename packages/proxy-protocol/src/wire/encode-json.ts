import { goJson } from '@moorline/core';
import { ProxyError } from './proxy-error.js';

const encoder = new TextEncoder();

/**
 * The value as JSON, as Go writes it.
 *
 * @param what for the error: `the data of hyper`.
 * @throws ProxyError `invalid_option` for what makes no JSON: a function, a BigInt, a circle.
 */
export function jsonOf(value: unknown, what: string): string {
  try {
    return goJson(value);
  } catch (cause) {
    throw new ProxyError(`${what} cannot be written as JSON`, { code: 'invalid_option', cause });
  }
}

/** The same in UTF-8. */
export function encodeJson(value: unknown, what: string): Uint8Array {
  return encoder.encode(jsonOf(value, what));
}
