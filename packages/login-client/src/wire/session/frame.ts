import { goJson } from '@moorline/core';
import { decodeJson, struct, text } from '../json-decoder.js';
import { parseJsonText } from '../json-text.js';
import { bytes, textToBase64, toBase64 } from './bytes-shape.js';

/** One message of a session of version 1, in either direction (docs/protocol.md §8.3). */
export interface SessionFrame {
  /** The request's or reply's JSON; absent and empty in a frame that only says that the peer lives. */
  data?: Uint8Array | undefined;
  /** Ties a reply to its request. */
  req_id?: string | undefined;
}

/**
 * The frame's text: no delimiter follows, and absent members are left out.
 *
 * @param payload the JSON of a request or a reply.
 */
export function encodeFrame(payload: string | Uint8Array, requestId: string): string {
  const data = typeof payload === 'string' ? textToBase64(payload) : toBase64(payload);
  if (requestId === '') return `{"data":"${data}"}`;
  const id = needsNoEscapes.test(requestId) ? `"${requestId}"` : goJson(requestId);
  return `{"data":"${data}","req_id":${id}}`;
}

/** Of ids that control planes make, most. */
const needsNoEscapes = /^[\w-]*$/;

/**
 * Reads one frame: `null` is an empty one, keys match in any case.
 *
 * @throws JsonTextError or ShapeMismatch; a real peer closes the session then.
 */
export function parseFrame(frame: Uint8Array): SessionFrame {
  return decodeJson(parseJsonText(frame), frameShape);
}

const frameShape = struct('session.Body', { data: bytes, req_id: text });
