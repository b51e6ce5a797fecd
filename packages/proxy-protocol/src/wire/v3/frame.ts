import { isByteText, type Outgoing, uint32Text } from '../byte-text.js';
import { ProxyError } from '../proxy-error.js';
import { readUint32, writeUint32 } from '../uint32.js';
import {
  commandNames,
  type CommandName,
  commandOpcodes,
  frameTypeNames,
  frameTypes,
  notificationNames,
  type NotificationName,
  notificationOpcodes,
  streamNames,
  type StreamName,
  streamOpcodes,
} from './types.js';

/** Bytes of a header without extra words. */
export const frameHeaderBytes = 12;
/** The version in every header. */
const frameVersion = 2;
/** Largest payload that is read or written, bytes, unless told otherwise: 1 MiB. The originals have no limit. */
export const defaultMaxPayloadBytes = 2 ** 20;

const headerWords = frameHeaderBytes / 4;
const errorFlag = 0x10;

/** What headers begin with, as text: all but the opcode and the length. */
const headOf = (type: number): string => String.fromCharCode(0, frameVersion, headerWords, 0, 0, 0, type);
const commandHead = headOf(frameTypes.command);
const responseHead = headOf(frameTypes.response);

/** One frame (docs/protocol.md, v3 frames). `name` is that of its opcode. */
export type Frame =
  | { type: 'command'; name: CommandName; payload: Uint8Array }
  | { type: 'response'; name: CommandName; isError: boolean; payload: Uint8Array }
  | { type: 'stream'; name: StreamName; payload: Uint8Array }
  | { type: 'notification'; name: NotificationName; payload: Uint8Array };

const nothing = new Uint8Array(0);
const utf8 = new TextEncoder();

/** @throws ProxyError `message_too_large`; nothing can be sent then. */
export function encodeCommand(name: CommandName, payload: Uint8Array = nothing, maxBytes?: number): Uint8Array {
  return encode(0, commandOpcodes[name], payload, maxBytes);
}

/**
 * A command with JSON for its payload, as a socket takes it at the least cost.
 *
 * @throws ProxyError `message_too_large`; nothing can be sent then.
 */
export function composeCommand(name: CommandName, json: string, maxBytes = defaultMaxPayloadBytes): Outgoing {
  if (isByteText(json) && json.length <= maxBytes)
    return `${commandHead}${String.fromCharCode(commandOpcodes[name])}${uint32Text(json.length)}${json}`;
  return encodeCommand(name, utf8.encode(json), maxBytes);
}

/**
 * A success with JSON for its payload, as a socket takes it at the least cost.
 *
 * @param json empty for none.
 */
export function composeResponse(name: CommandName, json: string): Outgoing {
  if (!isByteText(json)) return encodeResponse(name, utf8.encode(json));
  return `${responseHead}${String.fromCharCode(commandOpcodes[name])}${uint32Text(json.length)}${json}`;
}

/** @param isError whether the payload is `{"msg": text}`, of a command that failed. */
export function encodeResponse(name: CommandName, payload: Uint8Array = nothing, isError = false): Uint8Array {
  return encode(1 | (isError ? errorFlag : 0), commandOpcodes[name], payload, undefined);
}

/** @param payload an empty one ends stdin. */
export function encodeStream(name: StreamName, payload: Uint8Array = nothing, maxBytes?: number): Uint8Array {
  return encode(2, streamOpcodes[name], payload, maxBytes);
}

/** @param exitStatus 0 to 255. */
export function encodeProcessExited(exitStatus: number): Uint8Array {
  return encode(3, notificationOpcodes.ProcessExited, Uint8Array.of(exitStatus), undefined);
}

/**
 * Writes the header of a stream's frame, for who sends the payload without a copy: both must leave in one write.
 *
 * @param payloadBytes ≥ 0, below 2^32.
 */
export function writeStreamHeader(target: Uint8Array, at: number, name: StreamName, payloadBytes: number): void {
  writeHeader(target, at, 2, streamOpcodes[name], payloadBytes);
}

function encode(
  typeAndFlags: number,
  opcode: number,
  payload: Uint8Array,
  maxBytes = defaultMaxPayloadBytes,
): Uint8Array {
  if (payload.length > maxBytes) throw payloadTooLarge(payload.length, maxBytes, false);
  const frame = new Uint8Array(frameHeaderBytes + payload.length);
  writeHeader(frame, 0, typeAndFlags, opcode, payload.length);
  frame.set(payload, frameHeaderBytes);
  return frame;
}

function writeHeader(target: Uint8Array, at: number, typeAndFlags: number, opcode: number, payloadBytes: number): void {
  writeUint32(target, at, (frameVersion << 16) | (headerWords << 8));
  target[at + 4] = 0;
  target[at + 5] = 0;
  target[at + 6] = typeAndFlags;
  target[at + 7] = opcode;
  writeUint32(target, at + 8, payloadBytes);
}

/** What the first 12 bytes of a frame say. */
export interface FrameHeader {
  /** Bytes of the header beyond the first 12, to be passed over. */
  extraBytes: number;
  payloadBytes: number;
  /** The frame, its payload still to come. */
  frame: Frame;
}

/**
 * Reads a header; reserved bytes and unknown flags are passed over.
 *
 * @throws ProxyError `bad_frame` or `message_too_large`, fatal.
 */
export function decodeFrameHeader(bytes: Uint8Array, maxPayloadBytes: number): FrameHeader {
  const version = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (version !== frameVersion) {
    throw badFrame(`frame: bad version ${version}`, 'version 0 is a message of a v2 peer: say which generation it is');
  }
  const words = bytes[2] ?? 0;
  if (words < headerWords) throw badFrame(`frame: bad header length ${words}`);
  const typeAndFlags = bytes[6] ?? 0;
  const frame = emptyFrame(typeAndFlags, bytes[7] ?? 0);
  const payloadBytes = readUint32(bytes, 8);
  if (payloadBytes > maxPayloadBytes) throw payloadTooLarge(payloadBytes, maxPayloadBytes, true);
  return { extraBytes: words * 4 - frameHeaderBytes, payloadBytes, frame };
}

function emptyFrame(typeAndFlags: number, opcode: number): Frame {
  const type = frameTypeNames[typeAndFlags & 0x0f];
  switch (type) {
    case 'command': {
      const name = commandNames[opcode];
      if (name === undefined) break;
      return { type, name, payload: nothing };
    }
    case 'response': {
      const name = commandNames[opcode];
      if (name === undefined) break;
      return { type, name, isError: (typeAndFlags & errorFlag) !== 0, payload: nothing };
    }
    case 'stream': {
      const name = streamNames[opcode];
      if (name === undefined) break;
      return { type, name, payload: nothing };
    }
    case 'notification': {
      const name = notificationNames[opcode];
      if (name === undefined) break;
      return { type, name, payload: nothing };
    }
    case undefined:
      throw badFrame('frame: bad type unknown');
  }
  throw badFrame(`frame: bad opcode (${opcode}) for type ${type}`);
}

function badFrame(text: string, hint?: string): ProxyError {
  return new ProxyError(text, { code: 'bad_frame', isFatal: true, hint });
}

function payloadTooLarge(bytes: number, maxBytes: number, isFatal: boolean): ProxyError {
  return new ProxyError(`frame: payload of ${bytes} bytes (max: ${maxBytes})`, {
    code: 'message_too_large',
    isFatal,
    details: { bytes, maxBytes },
  });
}
