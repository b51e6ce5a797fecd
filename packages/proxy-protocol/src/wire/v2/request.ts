import type { Outgoing } from '../byte-text.js';
import { jsonOf } from '../encode-json.js';
import { hyperNameJson } from '../hyperstart/commands.js';
import { JsonText } from '../json-text.js';
import { ProxyError } from '../proxy-error.js';
import { composeV2Message, encodeV2Message } from './message.js';

/** What a request can ask for; `allocateIO` is spelt so. */
export const v2RequestIds = ['hello', 'attach', 'allocateIO', 'hyper', 'bye'] as const;

export type V2RequestId = (typeof v2RequestIds)[number];

/** A request whose payload has not been looked at (docs/protocol.md, v2 requests). */
export interface V2Request {
  /** Not empty; not necessarily one of {@link v2RequestIds}. */
  id: string;
  /** The payload as it was written. */
  data: JsonText | undefined;
}

/** One request; `data` undefined is left out. */
export function encodeV2Request(id: V2RequestId, data: unknown, maxBodyBytes?: number): Uint8Array {
  return encodeV2Message({ id, data }, `the request ${id}`, maxBodyBytes);
}

/** The same as a socket takes it at the least cost. */
export function composeV2Request(id: V2RequestId, data: unknown, maxBodyBytes?: number): Outgoing {
  return composeV2Message(jsonOf({ id, data }, `the request ${id}`), maxBodyBytes);
}

/** A command for the agent; `data` undefined is left out. */
export function composeV2Hyper(hyperName: string, data: unknown, maxBodyBytes?: number): Outgoing {
  const head = `{"id":"hyper","data":{"hyperName":${hyperNameJson(hyperName)}`;
  const json = data === undefined ? `${head}}}` : `${head},"data":${jsonOf(data, 'the request hyper')}}}`;
  return composeV2Message(json, maxBodyBytes);
}

/**
 * The request in a body.
 *
 * @throws ProxyError `invalid_json` or `invalid_message`, fatal: the originals then close without an answer; `malformed_command` where
 *   the id is missing, which they answer.
 */
export function decodeV2Request(body: Uint8Array): V2Request {
  const { id, data } = envelope(body);
  if (id !== '') return { id, data };
  throw new ProxyError("no 'id' field in request", { code: 'malformed_command' });
}

function envelope(body: Uint8Array): V2Request {
  try {
    const request = JsonText.parse(body).object('api.Request');
    return { id: request.string('id'), data: request.raw('data') };
  } catch (cause) {
    if (!(cause instanceof ProxyError)) throw cause;
    const { message, code } = cause;
    throw new ProxyError(message, { code, cause, isFatal: true });
  }
}

/** Whether the id is one that a proxy answers to. */
export function isV2RequestId(id: string): id is V2RequestId {
  return (v2RequestIds as readonly string[]).includes(id);
}

/** What a proxy answers to an id that it does not have. */
export function unknownPayload(id: string): ProxyError {
  return new ProxyError(`no payload named '${id}'`, { code: 'malformed_command', details: { id } });
}
