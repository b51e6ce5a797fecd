import type { SessionProtocol } from '../../wire/session/method-gate.js';
import type { SessionRequest } from '../../wire/session/request.js';

/** What is known of a machine's session. */
export interface SessionInfo {
  readonly machineId: string;
  readonly protocol: SessionProtocol;
  /** As the agent told it, in version 2 in its hello, else at its login; undefined where it told none. */
  readonly agentVersion: string | undefined;
  /** Address of the peer; behind a proxy that of the proxy. */
  readonly remoteAddress: string | undefined;
  /** Wall time, milliseconds since 1970. */
  readonly connectedAt: number;
}

/** A copy: who gets it can neither send with it nor end it. */
export function infoOf({ machineId, protocol, agentVersion, remoteAddress, connectedAt }: SessionInfo): SessionInfo {
  return { machineId, protocol, agentVersion, remoteAddress, connectedAt };
}

/** Why a session ends on this side. */
export type SessionEnd =
  /** The machine has connected anew. */
  | 'replaced'
  /** The server is closing. */
  | 'closing'
  /** It was asked for. */
  | 'kicked'
  /** The peer has broken the protocol. */
  | 'protocol'
  /** The other half of it, or the connection, is gone. */
  | 'lost';

/** A session, over whichever protocol. */
export interface AgentSession extends SessionInfo {
  /**
   * Sends a request.
   *
   * @throws LoginError `packet_too_large`, `unsupported_method`; nothing was sent.
   */
  send(requestId: string, request: SessionRequest): void;
  /** Sends what keeps the agent from leaving, where `now` (monotonic) says that it is time. */
  keepAlive(now: number): void;
  /** Asks the agent to come back after that many milliseconds; version 1 has no word for that, and just ends. */
  drain(reconnectAfterMs: number): void;
  /** Ends it; idempotent. */
  end(why: SessionEnd): void;
}

/** What a session tells those who hold it. */
export interface SessionEvents {
  opened(session: AgentSession): void;
  replied(machineId: string, requestId: string, payload: Uint8Array): void;
  /** Told once, whoever has ended it. */
  ended(session: AgentSession, why: SessionEnd | 'agent', error?: unknown): void;
}
