import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { LoginError } from '../login-error.js';
import {
  type AgentPacket,
  AgentPacketSchema,
  type ManagerPacket,
  ManagerPacketSchema,
} from './generated/gpud/session/v2/session_pb.js';

export type { AgentPacket, ManagerPacket };

/** Revision of version 2 that is spoken; there is no other. */
export const protocolRevision = 1;

/** What an agent says that it can, in its hello. */
const agentCapabilities = ['typed-requests'] as const;

export interface AgentHello {
  agentVersion: string;
  /** Largest packet that the agent takes, bytes. */
  maxReceiveMessageBytes: number;
}

export const encodeHello = ({ agentVersion, maxReceiveMessageBytes }: AgentHello): Uint8Array =>
  encodeAgentPacket({
    case: 'hello',
    value: {
      minProtocolRevision: protocolRevision,
      maxProtocolRevision: protocolRevision,
      agentVersion,
      maxReceiveMessageBytes,
      capabilities: [...agentCapabilities],
    },
  });

export const encodeResult = (requestId: string, payloadJson: Uint8Array): Uint8Array =>
  encodeAgentPacket({ case: 'result', value: { requestId, payloadJson } });

export const encodeHelloAck = (ack: { managerInstanceId: string; maxReceiveMessageBytes: number }): Uint8Array =>
  encodeManagerPacket({ payload: { case: 'helloAck', value: { protocolRevision, ...ack } } });

/** @param reconnectAfterMs milliseconds that the agent stays away at least, whole, ≥ 0. */
export const encodeDrainNotice = (reconnectAfterMs: number): Uint8Array =>
  encodeManagerPacket({
    payload: { case: 'drainNotice', value: { reconnectAfterMillis: BigInt(reconnectAfterMs) } },
  });

/** The packet that has a request's id and nothing else; the request's own fields follow it. */
export function encodeRequestId(requestId: string): Uint8Array {
  const { length } = requestId;
  if (length > 0 && length < 128 && isPrintableAscii(requestId)) {
    const field = new Uint8Array(2 + length);
    field[0] = requestIdTag;
    field[1] = length;
    for (let index = 0; index < length; index++) field[2 + index] = requestId.charCodeAt(index);
    return field;
  }
  return encodeManagerPacket({ requestId });
}

/** `ManagerPacket.request_id`: field 4, a length and so many bytes. */
const requestIdTag = (4 << 3) | 2;

const isPrintableAscii = (text: string): boolean => !/[^ -~]/.test(text);

/** @throws LoginError `bad_packet`. */
export const decodeAgentPacket = (message: Uint8Array): AgentPacket =>
  decoded(() => fromBinary(AgentPacketSchema, message));

/** What an agent answers to a request. */
export interface AgentResult {
  readonly requestId: string;
  readonly payloadJson: Uint8Array;
}

/**
 * Reads a result in the form in which agents write it: the id, then the JSON, each once. That is all that a session carries
 * once it is up, and its messages need not be made for it.
 *
 * @returns undefined for every other packet, and other forms of a result: {@link decodeAgentPacket} reads them.
 */
export function readPlainResult(message: Uint8Array): AgentResult | undefined {
  const result = readField(message, 0, resultTag);
  if (result === undefined || result.to !== message.length) return undefined;
  const id = readField(message, result.from, resultIdTag);
  if (id === undefined) return undefined;
  const json = readField(message, id.to, resultJsonTag);
  if (json === undefined || json.to !== message.length) return undefined;
  let requestId = '';
  for (let at = id.from; at < id.to; at++) {
    const byte = message[at] ?? 0;
    if (byte >= 0x80) return undefined;
    requestId += String.fromCharCode(byte);
  }
  return { requestId, payloadJson: message.subarray(json.from, json.to) };
}

/** `AgentPacket.result`, `Result.request_id` and `Result.payload_json`: all have a length and so many bytes. */
const resultTag = (2 << 3) | 2;
const resultIdTag = (1 << 3) | 2;
const resultJsonTag = (2 << 3) | 2;

/** The bounds of a field's bytes; undefined where another field stands there, or one that is cut off. */
function readField(message: Uint8Array, at: number, tag: number): { from: number; to: number } | undefined {
  if (message[at] !== tag) return undefined;
  let length = 0;
  // Seven bits a byte, lowest first; packets are far below the 2^28 that four of them hold.
  for (let index = 1; index <= 4; index++) {
    const byte = message[at + index];
    if (byte === undefined) return undefined;
    length |= (byte & 0x7f) << (7 * (index - 1));
    if (byte >= 0x80) continue;
    const from = at + index + 1;
    return from + length > message.length ? undefined : { from, to: from + length };
  }
  return undefined;
}

/** @throws LoginError `bad_packet`. */
export const decodeManagerPacket = (message: Uint8Array): ManagerPacket =>
  decoded(() => fromBinary(ManagerPacketSchema, message));

type AgentInit = NonNullable<Parameters<typeof create<typeof AgentPacketSchema>>[1]>;
type ManagerInit = NonNullable<Parameters<typeof create<typeof ManagerPacketSchema>>[1]>;

const encodeAgentPacket = (payload: NonNullable<AgentInit['payload']>): Uint8Array =>
  toBinary(AgentPacketSchema, create(AgentPacketSchema, { payload }));

export const encodeManagerPacket = (packet: ManagerInit): Uint8Array =>
  toBinary(ManagerPacketSchema, create(ManagerPacketSchema, packet));

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoginError(`the peer sent no session packet: ${reason}`, { code: 'bad_packet' });
  }
}
