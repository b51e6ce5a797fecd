import { type JsonObject, JsonText } from '../json-text.js';
import { ProxyError } from '../proxy-error.js';
import { encodeV2Message, maxV2ResponseBytes, v2HeaderBytes } from './message.js';

/** What a response carries beside success or error. */
export interface V2ResponseData {
  /** Of the protocol: 1, from 2.1 on, in the answers to `hello` and `attach`. */
  version?: number | undefined;
  /** The number of the first stream, in the answer to `allocateIO`; a descriptor follows. At most 2^53 - 1: the original's client reads a larger one wrong. */
  ioBase?: bigint | undefined;
}

/** A response as it was read (docs/protocol.md, v2 responses). */
export interface V2Response {
  success: boolean;
  /** Empty where there is none. */
  error: string;
  data: JsonObject | undefined;
}

/**
 * A success, or, where there is an error's text, a failure. Old clients take 1024 bytes: a text that makes more of them is cut.
 *
 * @param error text of the failure; undefined for success.
 */
export function encodeV2Response(data: V2ResponseData = {}, error?: string): Uint8Array {
  const message = encodeV2Message(
    { success: error === undefined, error: error || undefined, data: dataOf(data) },
    'the response',
  );
  const excess = message.length - v2HeaderBytes - maxV2ResponseBytes;
  if (excess <= 0 || error === undefined) return message;
  return encodeV2Response(data, shortened(error, excess));
}

function dataOf({ version, ioBase }: V2ResponseData): object | undefined {
  if (version === undefined && ioBase === undefined) return undefined;
  return { version, ioBase: ioBase === undefined ? undefined : Number(ioBase) };
}

/**
 * Leaves as much of a text as is sure to make `excess` bytes of JSON less, and marks the cut: one character is six bytes at
 * the most.
 */
function shortened(error: string, excess: number): string {
  const mark = '…';
  const plain = error.endsWith(mark) ? error.slice(0, -mark.length) : error;
  const characters = [...plain];
  const fewest = Math.max(1, Math.ceil(excess / 6));
  return `${characters.slice(0, Math.max(0, characters.length - fewest - 1)).join('')}${mark}`;
}

/** @throws ProxyError `invalid_response`, fatal, for what is no response. */
export function decodeV2Response(body: Uint8Array): V2Response {
  if (isPlainSuccess(body)) return { success: true, error: '', data: undefined };
  try {
    const response = JsonText.parse(body).object('api.Response');
    return {
      success: response.boolean('success'),
      error: response.string('error'),
      data: response.object('data', 'api.Data'),
    };
  } catch (cause) {
    if (!(cause instanceof ProxyError)) throw cause;
    throw new ProxyError(`read a response: ${cause.message}`, { code: 'invalid_response', cause, isFatal: true });
  }
}

/** As both originals and we write it: most answers are known byte for byte, and need not be parsed. */
const plainSuccess = new TextEncoder().encode('{"success":true}');

function isPlainSuccess(body: Uint8Array): boolean {
  return body.length === plainSuccess.length && beginsWith(body, plainSuccess);
}

/** The same with its header. */
const plainSuccessMessage = encodeV2Response();

/** Whether so many bytes are one plain success, its header with it. */
export function isPlainSuccessMessage(bytes: Uint8Array, length: number): boolean {
  return length === plainSuccessMessage.length && beginsWith(bytes, plainSuccessMessage);
}

function beginsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  for (let at = 0; at < head.length; at += 1) if (bytes[at] !== head[at]) return false;
  return true;
}

/**
 * The number of the first stream, where a response has one: a descriptor follows then, whether it is a success or not.
 *
 * @throws ProxyError `invalid_response`, fatal, for one that is no whole number of 64 bits.
 */
export function ioBaseOf({ data }: V2Response): bigint | undefined {
  const member = data?.raw('ioBase');
  if (member === undefined || member.kind === 'null') return undefined;
  const text = member.text();
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw new ProxyError(`read a response: ioBase is ${text.slice(0, 40)}`, { code: 'invalid_response', isFatal: true });
}
