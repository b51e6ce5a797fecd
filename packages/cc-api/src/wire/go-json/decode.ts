import { GoJsonReader, SyntaxFault } from './reader.js';
import type { GoType } from './types.js';

/** `value` is undefined where the JSON is the literal null. */
export type GoJsonResult<T> = { ok: true; value: T | undefined } | { ok: false; error: string };

/**
 * Decodes the first JSON value of a request body as Go's strict decoder does (docs/protocol.md §4): unknown members are
 * faults, names match in any case, of a repeated member the last one wins, null leaves the default, and what follows
 * the value is not read. Never throws.
 *
 * @returns the value, or Go's text for the first fault.
 */
export function decodeGoJson<T>(body: Uint8Array | string, type: GoType<T>): GoJsonResult<T> {
  const reader = new GoJsonReader(typeof body === 'string' ? body : utf8.decode(body));
  try {
    if (reader.next() === -1) return { ok: false, error: 'EOF' };
    const value = type.read(reader, undefined);
    return reader.fault === undefined ? { ok: true, value } : { ok: false, error: reader.fault };
  } catch (fault) {
    if (fault instanceof SyntaxFault) return { ok: false, error: fault.text };
    throw fault;
  }
}

/** Bytes that are no UTF-8 become U+FFFD, and a byte order mark is a character like any other, both as in Go. */
const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
