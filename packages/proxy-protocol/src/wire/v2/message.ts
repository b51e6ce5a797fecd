import { isByteText, type Outgoing, uint32Text } from '../byte-text.js';
import { jsonOf } from '../encode-json.js';
import { ProxyError } from '../proxy-error.js';
import { writeUint32 } from '../uint32.js';

/** Length, then a reserved word, both unsigned 32-bit, big endian (docs/protocol.md, v2 messages). */
export const v2HeaderBytes = 8;

/** Room for a header in front of a body: one buffer is made where two would be copied into a third. */
const noHeader = '\0'.repeat(v2HeaderBytes);
const encoder = new TextEncoder();

/** The byte that a descriptor travels with, `F`. As the first byte of a header it is out of place. */
export const descriptorTag = 0x46;

/**
 * How strictly messages are checked: `2.2` as 2.1.11 to 2.2.4 do, `2.0.0` as their predecessors, which pass over the reserved
 * word and have no limit.
 */
export type V2Compat = '2.0.0' | '2.2';

/**
 * Largest body that is read or written, bytes, unless told otherwise. What 2.0.0 would take without a limit ends here below 16 MiB: up to
 * there a header begins with a zero byte.
 */
export const defaultMaxBodyBytes: Readonly<Record<V2Compat, number>> = { '2.0.0': 2 ** 24 - 1, '2.2': 2 ** 20 };

/** Largest response that the old clients take, bytes of body. */
export const maxV2ResponseBytes = 1024;

/**
 * One message: header and body in one buffer, since the originals read a header with one `read`.
 *
 * @param value the body, anything that makes JSON.
 * @param what for errors: `the request hyper`.
 * @throws ProxyError `message_too_large` or `invalid_option`.
 */
export function encodeV2Message(value: unknown, what: string, maxBodyBytes = defaultMaxBodyBytes['2.2']): Uint8Array {
  return withHeader(encoder.encode(noHeader + jsonOf(value, what)), maxBodyBytes);
}

/**
 * The same as a socket takes it at the least cost.
 *
 * @param json the body.
 */
export function composeV2Message(json: string, maxBodyBytes = defaultMaxBodyBytes['2.2']): Outgoing {
  if (isByteText(json) && json.length <= maxBodyBytes) return `${uint32Text(json.length)}\0\0\0\0${json}`;
  return withHeader(encoder.encode(noHeader + json), maxBodyBytes);
}

function withHeader(message: Uint8Array, maxBodyBytes: number): Uint8Array {
  const bodyBytes = message.length - v2HeaderBytes;
  if (bodyBytes > maxBodyBytes) throw tooLarge(bodyBytes, maxBodyBytes, false);
  writeUint32(message, 0, bodyBytes);
  return message;
}

export function tooLarge(bytes: number, maxBytes: number, isFatal: boolean): ProxyError {
  return new ProxyError(`payload size too big: ${bytes} (max: ${maxBytes})`, {
    code: 'message_too_large',
    isFatal,
    details: { bytes, maxBytes },
  });
}
