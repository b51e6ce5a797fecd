import { goJson } from '@moorline/core';
import { decodeJson, struct, text } from '../json-decoder.js';
import { parseJsonText } from '../json-text.js';
import { bytes, toBase64 } from './bytes-shape.js';

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
  const data = toBase64(typeof payload === 'string' ? utf8.encode(payload) : payload);
  const id = requestId === '' ? '' : `,"req_id":${goJson(requestId)}`;
  return `{"data":"${data}"${id}}`;
}

/**
 * Reads one frame: `null` is an empty one, keys match in any case.
 *
 * @throws JsonTextError or ShapeMismatch; a real peer closes the session then.
 */
export function parseFrame(frame: Uint8Array): SessionFrame {
  return decodeJson(parseJsonText(frame), frameShape);
}

const utf8 = new TextEncoder();

const frameShape = struct('session.Body', { data: bytes, req_id: text });
