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
export const agentCapabilities = ['typed-requests'] as const;

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

/** @throws LoginError `bad_packet`. */
export const decodeAgentPacket = (message: Uint8Array): AgentPacket =>
  decoded(() => fromBinary(AgentPacketSchema, message));

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
