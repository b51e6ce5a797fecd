import { goJson } from '@moorline/core';
import { ProxyError } from './proxy-error.js';

const encoder = new TextEncoder();

/**
 * The value as JSON in UTF-8, as Go writes it.
 *
 * @param what for the error: `the data of hyper`.
 * @param headBytes zeros in front of it, ≥ 0, for a header: one buffer is made where two would be copied into a third.
 * @throws ProxyError `invalid_option` for what makes no JSON: a function, a BigInt, a circle.
 */
export function encodeJson(value: unknown, what: string, headBytes = 0): Uint8Array {
  try {
    return encoder.encode(headBytes === 0 ? goJson(value) : '\0'.repeat(headBytes) + goJson(value));
  } catch (cause) {
    throw new ProxyError(`${what} cannot be written as JSON`, { code: 'invalid_option', cause });
  }
}
