import { goJson } from '@moorline/core';
import { encodeJson, jsonOf } from '../encode-json.js';
import { hyperNameJson } from '../hyperstart/commands.js';
import { type JsonObject, JsonText } from '../json-text.js';
import { noPayload } from '../no-payload.js';
import { ProxyError } from '../proxy-error.js';

/** `RegisterVM`: makes a container's VM known and attaches the connection to it. */
export interface RegisterVmPayload {
  containerId: string;
  /** Path of the agent's control socket. */
  ctlSerial: string;
  /** Path of the agent's I/O socket. */
  ioSerial: string;
  /** Path of the VM's console. */
  console?: string | undefined;
  /** How many tokens are wanted, ≥ 0: one for each process. */
  numIOStreams?: number | undefined;
}

/** `AttachVM`. */
export interface AttachVmPayload {
  containerId: string;
  /** How many tokens are wanted, ≥ 0. */
  numIOStreams?: number | undefined;
}

/** `UnregisterVM`. */
export interface UnregisterVmPayload {
  containerId: string;
}

/** `Hyper`, as it was read: a command for the agent. */
export interface V3HyperPayload {
  hyperName: string;
  /** Of the processes that the command starts; none: their output is lost. */
  tokens: string[];
  /** As it was written. */
  data: JsonText | undefined;
}

/** `ConnectShim`. */
export interface ConnectShimPayload {
  token: string;
}

/** Where shims go, and with what: in the answers to RegisterVM and AttachVM. */
export interface IoAccess {
  /** `unix:///path` of the socket for shims. */
  url: string;
  /** As many as were asked for, each of 44 characters. */
  tokens: string[];
}

const utf8 = new TextEncoder();

/** The payload of a command as bytes; undefined and 0 members are left out where Go leaves them out. */
export function encodeRegisterVm(payload: RegisterVmPayload): Uint8Array {
  const { containerId, ctlSerial, ioSerial, console, numIOStreams } = payload;
  return encodeJson(
    { containerId, ctlSerial, ioSerial, console: console || undefined, numIOStreams: numIOStreams || undefined },
    'RegisterVM',
  );
}

export function encodeAttachVm(payload: AttachVmPayload): Uint8Array {
  return utf8.encode(attachVmJson(payload));
}

export function attachVmJson({ containerId, numIOStreams }: AttachVmPayload): string {
  return jsonOf({ containerId, numIOStreams: numIOStreams || undefined }, 'AttachVM');
}

export function encodeUnregisterVm({ containerId }: UnregisterVmPayload): Uint8Array {
  return encodeJson({ containerId }, 'UnregisterVM');
}

/** @param data anything that makes JSON; undefined is left out. */
export function encodeV3Hyper(hyperName: string, tokens: readonly string[], data: unknown): Uint8Array {
  return encodeJson({ hyperName, tokens: tokens.length === 0 ? null : tokens, data }, 'Hyper');
}

/** @param data JSON; undefined is left out. */
export function v3HyperJson(hyperName: string, tokens: readonly string[], data: string | undefined): string {
  const head = `{"hyperName":${hyperNameJson(hyperName)},"tokens":${tokens.length === 0 ? 'null' : goJson(tokens)}`;
  return data === undefined ? `${head}}` : `${head},"data":${data}}`;
}

export function encodeConnectShim({ token }: ConnectShimPayload): Uint8Array {
  return encodeJson({ token }, 'ConnectShim');
}

/** @throws ProxyError with the text that the originals answer; the fields may still be empty: {@link checkRegisterVm}. */
export function readRegisterVm(payload: Uint8Array): RegisterVmPayload {
  const object = objectOf(payload, 'api.RegisterVM');
  const console = object.string('console');
  return {
    containerId: object.string('containerId'),
    ctlSerial: object.string('ctlSerial'),
    ioSerial: object.string('ioSerial'),
    ...(console === '' ? {} : { console }),
    numIOStreams: Math.max(0, object.integer('numIOStreams')),
  };
}

/** @throws ProxyError `malformed_command` where one of the three strings is empty. */
export function checkRegisterVm({ containerId, ctlSerial, ioSerial }: RegisterVmPayload): void {
  if (containerId !== '' && ctlSerial !== '' && ioSerial !== '') return;
  throw new ProxyError('malformed RegisterVM command', { code: 'malformed_command' });
}

export function readAttachVm(payload: Uint8Array): AttachVmPayload {
  const object = objectOf(payload, 'api.AttachVM');
  return {
    containerId: object.string('containerId'),
    numIOStreams: Math.max(0, object.integer('numIOStreams')),
  };
}

export function readUnregisterVm(payload: Uint8Array): UnregisterVmPayload {
  return { containerId: objectOf(payload, 'api.UnregisterVM').string('containerId') };
}

export function readV3Hyper(payload: Uint8Array): V3HyperPayload {
  const object = objectOf(payload, 'api.Hyper');
  return { hyperName: object.string('hyperName'), tokens: object.strings('tokens'), data: object.raw('data') };
}

export function readConnectShim(payload: Uint8Array): ConnectShimPayload {
  return { token: objectOf(payload, 'api.ConnectShim').string('token') };
}

/** The answer to RegisterVM and AttachVM; no tokens are written as null, as the originals do. */
export function encodeIoAccess(access: IoAccess): Uint8Array {
  return utf8.encode(ioAccessJson(access));
}

export function ioAccessJson({ url, tokens }: IoAccess): string {
  return jsonOf({ io: { URL: url, tokens: tokens.length === 0 ? null : tokens } }, 'the response');
}

/** @throws ProxyError `invalid_response`, fatal, for another payload. */
export function readIoAccess(payload: Uint8Array): IoAccess {
  return asResponse(() => {
    const io = objectOf(payload, 'api.RegisterVMResponse').object('io', 'api.IOResponse');
    return { url: io?.string('URL') ?? '', tokens: io?.strings('tokens') ?? [] };
  });
}

/** The payload of a response with the error flag. */
export function encodeErrorMessage(text: string): Uint8Array {
  return encodeJson({ msg: text }, 'the response');
}

/** What a response with the error flag says; `unknown error` where it says nothing. */
export function readErrorMessage(payload: Uint8Array): string {
  if (payload.length === 0) return 'unknown error';
  return asResponse(() => objectOf(payload, 'api.ErrorResponse').string('msg') || 'unknown error');
}

export function objectOf(payload: Uint8Array, type: string): JsonObject {
  if (payload.length === 0) throw noPayload();
  return JsonText.parse(payload).object(type);
}

function asResponse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProxyError)) throw cause;
    throw new ProxyError(`read a response: ${cause.message}`, { code: 'invalid_response', cause, isFatal: true });
  }
}
