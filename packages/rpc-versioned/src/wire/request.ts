import { rawId } from './raw-id.js';
import { kindOf, isObject } from './shape.js';

/** The service under which all methods are called. */
export const serviceName = 'RPCServer';

/** A request as a daemon reads it. */
export interface WireRequest {
  /** With its service: `RPCServer.Ping`; `''` where there was none. */
  method: string;
  /** As received; undefined or null where there were none. */
  params: unknown;
  /** The `id`'s own text, to be echoed. */
  id: string;
  /** The caller's own deadline, milliseconds; an extra member that Go peers ignore. */
  timeoutMs: number | undefined;
}

/** @param argument JSON text of the one argument. */
export function encodeRequest(method: string, argument: string, id: number): string {
  return `{"method":"${serviceName}.${method}","params":[${argument}],"id":${id}}\n`;
}

/**
 * Reads a request.
 *
 * @param text what `value` was parsed from.
 * @throws Error, in Go's words, where the session ends without an answer: a batch, a text or number, a `method` that is
 *   no text.
 */
export function readRequest(value: unknown, text: string): WireRequest {
  if (value === null) return { method: '', params: undefined, id: 'null', timeoutMs: undefined };
  if (!isObject(value)) {
    throw new Error(`json: cannot unmarshal ${kindOf(value)} into Go value of type jsonrpc.serverRequest`);
  }
  const method = member(value, 'method') ?? '';
  if (typeof method !== 'string') {
    const kind = kindOf(method);
    throw new Error(`json: cannot unmarshal ${kind} into Go struct field serverRequest.method of type string`);
  }
  const { timeoutMs } = value;
  return {
    method,
    params: member(value, 'params'),
    id: rawId(text, value['id']),
    timeoutMs: typeof timeoutMs === 'number' && timeoutMs > 0 ? timeoutMs : undefined,
  };
}

/** A member of an envelope: Go finds it in any case. */
export function member(envelope: Record<string, unknown>, name: string): unknown {
  const exact = envelope[name];
  if (exact !== undefined) return exact;
  for (const key in envelope) if (key.toLowerCase() === name) return envelope[key];
  return undefined;
}
