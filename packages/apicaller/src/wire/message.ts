import { goJson } from '@moorline/core';
import { ApicallerError } from '../error.js';
import { endOfValue, memberTexts, skipBlanks } from './json-value.js';

/** How the keys of a message are written: 1 in small letters (all since Juju 2.0), 0 capitalised (docs/protocol.md §1.3). */
export type WireVersion = 0 | 1;

/** A call as it is sent. */
export interface OutgoingRequest {
  /** Counts from 1 on each connection. */
  id: number;
  /** Name of the facade. */
  facade: string;
  /** Version of the facade; left out where it is 0. */
  version: number;
  /** Id of an object below the facade; left out where it is empty. */
  objectId: string;
  method: string;
  /** `{}` where there are none. */
  params: unknown;
}

/** A call as it came in. */
export interface IncomingRequest {
  kind: 'request';
  wire: WireVersion;
  /** As the peer wrote it, to be echoed: a whole number from 0 to 2⁶⁴-1; 0 where it wrote none. */
  id: string;
  facade: string;
  version: number;
  objectId: string;
  method: string;
  /** `{}` where there are none, or null. */
  params: unknown;
}

/** An answer as it came in. */
export interface IncomingResponse {
  kind: 'response';
  wire: WireVersion;
  /** As the peer wrote it; 0 where it wrote none, and then it belongs to no call. */
  id: string;
  /** Empty where the call succeeded. */
  error: string;
  errorCode: string;
  errorInfo: Readonly<Record<string, unknown>> | undefined;
  /** `{}` where there is none, or null. */
  response: unknown;
}

/** What a handler's failure says on the wire. */
export interface WireFailure {
  message: string;
  /** Empty where there is none. */
  code?: string | undefined;
  info?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Writes a call: members in the original's order, a line feed at the end.
 *
 * @throws ApicallerError `unencodable` for params that JSON cannot hold.
 */
export function encodeRequest(request: OutgoingRequest): string {
  const { id, facade, version, objectId, method } = request;
  const params = encodeBody(request.params, `the params of ${facade}.${method}`);
  return (
    `{"request-id":${id}` +
    (facade === '' ? '' : `,"type":${goJson(facade)}`) +
    (version === 0 ? '' : `,"version":${version}`) +
    (objectId === '' ? '' : `,"id":${goJson(objectId)}`) +
    (method === '' ? '' : `,"request":${goJson(method)}`) +
    `,"params":${params}}\n`
  );
}

/**
 * Writes the answer to a call that succeeded, in the wire version of the call.
 *
 * @throws ApicallerError `unencodable` for a result that JSON cannot hold.
 */
export function encodeResult(to: Pick<IncomingRequest, 'wire' | 'id'>, result: unknown): string {
  const response = encodeBody(result, 'the result');
  return to.wire === 1
    ? `{"request-id":${to.id},"response":${response}}\n`
    : `{"RequestId":${to.id},"Response":${response}}\n`;
}

/**
 * Writes the answer to a call that failed, in the wire version of the call. A failure without a message is none: the
 * original sends it as a success.
 */
export function encodeFailure(to: Pick<IncomingRequest, 'wire' | 'id'>, failure: WireFailure): string {
  const { message, code = '', info } = failure;
  const error = message === '' ? '' : goJson(message);
  if (to.wire === 0) {
    return (
      `{"RequestId":${to.id}` +
      (error === '' ? '' : `,"Error":${error}`) +
      (code === '' ? '' : `,"ErrorCode":${goJson(code)}`) +
      ',"Response":{}}\n'
    );
  }
  return (
    `{"request-id":${to.id}` +
    (error === '' ? '' : `,"error":${error}`) +
    (code === '' ? '' : `,"error-code":${goJson(code)}`) +
    (info === undefined || Object.keys(info).length === 0 ? '' : `,"error-info":${goJson(info)}`) +
    ',"response":{}}\n'
  );
}

function encodeBody(value: unknown, what: string): string {
  if (value === undefined || value === null) return '{}';
  try {
    return goJson(value);
  } catch (cause) {
    throw new ApicallerError(`cannot encode ${what}: ${messageOf(cause)}`, { code: 'unencodable', cause });
  }
}

/** How strictly messages without an id are taken. */
export interface ReadOptions {
  /**
   * Take a message without `request-id` as one with capitalised keys, as Juju does up to 3.6, instead of refusing it, as
   * Juju 4 does. Default true.
   */
  acceptsV0?: boolean | undefined;
}

/**
 * Reads one message: its first JSON value; what follows that is dropped, as the original does. Keys are taken in any
 * case, unknown ones left alone.
 *
 * @returns undefined for a bare `null`, which the original ignores.
 * @throws ApicallerError `invalid_message`: the connection cannot be used any more.
 */
export function readMessage(text: string, options: ReadOptions = {}): IncomingRequest | IncomingResponse | undefined {
  const value = parseFirst(text);
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalid(`a message is an object, not ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}`);
  }
  const fields = namesAreKnown(value) ? value : foldNames(value);
  let wire: WireVersion = 1;
  let id = readId(fields['request-id'], text, 'request-id');
  if (id === '0') {
    if (options.acceptsV0 === false) throw invalid('version 0 not supported: the message has no request-id');
    wire = 0;
    id = readId(fields.requestid, text, 'requestid');
  }
  const facade = readText(fields.type, 'type');
  const method = readText(fields.request, 'request');
  if (facade !== '' || method !== '') {
    const version = readVersion(fields.version);
    const objectId = readText(fields.id, 'id');
    return { kind: 'request', wire, id, facade, version, objectId, method, params: fields.params ?? {} };
  }
  return {
    kind: 'response',
    wire,
    id,
    error: readText(fields.error, 'error'),
    errorCode: wire === 1 ? readText(fields['error-code'], 'error-code') : readText(fields.errorcode, 'errorcode'),
    errorInfo: wire === 1 ? readInfo(fields['error-info']) : undefined,
    response: fields.response ?? {},
  };
}

/** The members that mean something, under their names in small letters. */
interface Fields {
  'request-id'?: unknown;
  requestid?: unknown;
  type?: unknown;
  version?: unknown;
  id?: unknown;
  request?: unknown;
  params?: unknown;
  response?: unknown;
  error?: unknown;
  'error-code'?: unknown;
  errorcode?: unknown;
  'error-info'?: unknown;
}

function parseFirst(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const end = endOfValue(text);
    if (end === undefined) {
      if (isCut(text)) throw invalid('unexpected EOF', cause);
      throw invalid(messageOf(cause), cause);
    }
    try {
      return JSON.parse(text.slice(0, end));
    } catch (inner) {
      throw invalid(messageOf(inner), inner);
    }
  }
}

/** Whether a text that holds no whole value could be the beginning of one. */
function isCut(text: string): boolean {
  const first = text[skipBlanks(text, 0)];
  return first === undefined || '{["'.includes(first);
}

const knownNames = new Set([
  ...['request-id', 'type', 'version', 'id', 'request', 'params'],
  ...['response', 'error', 'error-code', 'error-info'],
]);

/** Whether all members are written as every peer of today writes them: then nothing needs to be looked for. */
function namesAreKnown(value: object): value is Fields {
  for (const name in value) if (!knownNames.has(name)) return false;
  return true;
}

/** Members under their names in small letters: Go finds them in any case, and of several the last counts. */
function foldNames(value: object): Fields {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) fields[name.toLowerCase()] = member;
  return fields;
}

function readId(value: unknown, text: string, name: string): string {
  if (value === undefined || value === null) return '0';
  if (typeof value !== 'number') throw invalid(`${name} is a ${typeof value}, not a whole number`);
  // `2.0` must not pass, so what was written counts; nearly every peer writes the id first, and some of them last.
  const digits = String(value);
  if (isCount(value) && isWrittenSo(text, digits)) return digits;
  const written = memberTexts(text).get(name) ?? '';
  if (!/^\d+$/.test(written) || BigInt(written) > largestId) {
    throw invalid(`${name} is ${written.slice(0, 40)}, not a whole number from 0 to 2⁶⁴-1`);
  }
  return written;
}

const largestId = 2n ** 64n - 1n;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Whether the id stands there with these digits alone, at the beginning of the message or at its end. */
const isWrittenSo = (text: string, digits: string): boolean =>
  (text.startsWith(digits, beforeId.length) &&
    text.startsWith(beforeId) &&
    text[beforeId.length + digits.length] === ',') ||
  text.endsWith(`,"request-id":${digits}}`);
const beforeId = '{"request-id":';

function readText(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw invalid(`${name} is a ${typeof value}, not a string`);
  return value;
}

function readVersion(value: unknown): number {
  const version = value ?? 0;
  if (!Number.isSafeInteger(version)) throw invalid('version is no whole number');
  return Number(version);
}

function readInfo(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('error-info is no object');
  return { ...value };
}

function invalid(message: string, cause?: unknown): ApicallerError {
  return new ApicallerError(`error receiving message: ${message}`, {
    code: 'invalid_message',
    hint: 'the peer does not speak this protocol, or is faulty; connect again',
    isRetryable: true,
    cause,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
