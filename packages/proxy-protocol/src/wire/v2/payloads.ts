import type { JsonObject, JsonText } from '../json-text.js';
import { ProxyError } from '../proxy-error.js';
import { noPayload } from '../no-payload.js';

/** `hello`: registers a container's VM and attaches the connection to it. */
export interface HelloPayload {
  containerId: string;
  /** Path of the agent's control socket. */
  ctlSerial: string;
  /** Path of the agent's I/O socket. */
  ioSerial: string;
  /** Path of the VM's console; from 2.1 on, and only where there is one. */
  console?: string | undefined;
}

/** `attach` and `bye`. */
export interface ContainerPayload {
  containerId: string;
}

/** `allocateIO`. */
export interface AllocateIoPayload {
  /** 1: stdin and stdout. 2: stderr too. */
  nStreams: number;
}

/** `hyper`: a command for the agent. */
export interface HyperPayload {
  hyperName: string;
  /** Goes to the agent byte for byte; undefined sends none. */
  data: JsonText | undefined;
}

/** @throws ProxyError with the text that the originals answer; the fields may still be empty: {@link checkHello}. */
export function readHello(data: JsonText | undefined): HelloPayload {
  const payload = payloadOf(data, 'api.Hello');
  const console = payload.string('console');
  return {
    containerId: payload.string('containerId'),
    ctlSerial: payload.string('ctlSerial'),
    ioSerial: payload.string('ioSerial'),
    ...(console === '' ? {} : { console }),
  };
}

/** @throws ProxyError `malformed_command` where one of the three strings is empty. */
export function checkHello({ containerId, ctlSerial, ioSerial }: HelloPayload): void {
  if (containerId !== '' && ctlSerial !== '' && ioSerial !== '') return;
  throw new ProxyError('malformed hello command', { code: 'malformed_command' });
}

export function readAttach(data: JsonText | undefined): ContainerPayload {
  return { containerId: payloadOf(data, 'api.Attach').string('containerId') };
}

export function readBye(data: JsonText | undefined): ContainerPayload {
  return { containerId: payloadOf(data, 'api.Bye').string('containerId') };
}

/** @throws ProxyError with the text that the originals answer; the count is for {@link checkStreamCount}. */
export function readAllocateIo(data: JsonText | undefined): AllocateIoPayload {
  return { nStreams: payloadOf(data, 'api.AllocateIo').integer('nStreams') };
}

/** @throws ProxyError `bad_stream_count` for anything but 1 and 2. */
export function checkStreamCount(nStreams: number): void {
  if (nStreams === 1 || nStreams === 2) return;
  throw new ProxyError(`asking for unexpected number of streams (${nStreams})`, { code: 'bad_stream_count' });
}

export function readHyper(data: JsonText | undefined): HyperPayload {
  const payload = payloadOf(data, 'api.Hyper');
  return { hyperName: payload.string('hyperName'), data: payload.raw('data') };
}

function payloadOf(data: JsonText | undefined, type: string): JsonObject {
  if (data === undefined) throw noPayload();
  return data.object(type);
}
