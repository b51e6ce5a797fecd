import { ProxyError } from './proxy-error.js';

const encoder = new TextEncoder();

/**
 * The value as JSON in UTF-8.
 *
 * @param what for the error: `the data of hyper`.
 * @throws ProxyError `invalid_option` for what makes no JSON: a function, a BigInt, a circle.
 */
export function encodeJson(value: unknown, what: string): Uint8Array {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return encoder.encode(text);
  throw new ProxyError(`${what} cannot be written as JSON`, { code: 'invalid_option', cause });
}
