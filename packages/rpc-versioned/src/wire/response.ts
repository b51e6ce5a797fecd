import { goFormat } from './go-format.js';
import { member } from './request.js';
import { RpcError } from './rpc-error.js';
import { isObject, kindOf } from './shape.js';

/** A response as a client reads it. */
export interface WireResponse {
  /** Undefined where the peer sent null or none: such a response belongs to no call. */
  id: number | undefined;
  /** The remote error's text. */
  error: string | undefined;
  /** Undefined or null where there was none. */
  result: unknown;
}

/** @param id JSON text, @param result JSON text. */
export function encodeResult(id: string, result: string): string {
  return `{"id":${id},"result":${result},"error":null}\n`;
}

/** @param id JSON text, @param error JSON text of the message. */
export function encodeFailure(id: string, error: string): string {
  return `{"id":${id},"result":null,"error":${error}}\n`;
}

/**
 * Reads a response; the result is not looked at.
 *
 * @throws RpcError `invalid_response`, fatal, in Go's words.
 */
export function readResponse(value: unknown): WireResponse {
  if (value === null) return { id: undefined, error: undefined, result: undefined };
  if (!isObject(value)) {
    throw invalid(`json: cannot unmarshal ${kindOf(value)} into Go value of type jsonrpc.clientResponse`);
  }
  const id = member(value, 'id') ?? undefined;
  if (id !== undefined && !(typeof id === 'number' && Number.isInteger(id) && id >= 0)) {
    const what = typeof id === 'number' ? `number ${id}` : kindOf(id);
    throw invalid(`json: cannot unmarshal ${what} into Go struct field clientResponse.id of type uint64`);
  }
  const error = member(value, 'error') ?? undefined;
  if (error !== undefined && typeof error !== 'string') throw invalidError(error);
  return { id, error: error === '' ? 'unspecified error' : error, result: member(value, 'result') };
}

/** A response without a result whose error is none either. */
export function invalidError(error: unknown): RpcError {
  return invalid(`invalid error ${goFormat(error)}`);
}

function invalid(message: string): RpcError {
  return new RpcError(message, {
    code: 'invalid_response',
    isFatal: true,
    hint: 'the peer does not speak this protocol, or another version of it: close the connection',
  });
}
