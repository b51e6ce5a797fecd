import { latin1AsUtf8, parseBearer } from '../bearer.js';

/** A header in which an agent says which machine it is. */
const machineIdHeader = 'x-gpud-machine-id';

/** Says which of the two streams of version 1 a request is: {@link SessionStream}. */
const sessionTypeHeader = 'x-gpud-session-type';

/** Carries the proof that came with the enrolment, where there was one: a secret. */
const machineProofHeader = 'x-gpud-machine-proof';

/** Names which server answers, on the read stream; agents write it into their log. */
export const serverIdHeader = 'x-gpud-server-id';

/** Older names of the same, without the prefix; agents of every version send both, and proxies like to drop these. */
const deprecatedHeaders = { machineId: 'machine_id', sessionType: 'session_type', token: 'token' } as const;

/** Seen from the agent: it reads requests from one, and writes replies into the other. */
export type SessionStream = 'read' | 'write';

/** Who asks for a session, as its headers say; each is empty where it is absent. */
export interface SessionHeaders {
  /** Session token: a secret. */
  token: string;
  machineId: string;
  /** Undefined in version 2, and where the value is neither. */
  stream: SessionStream | undefined;
  /** A secret. */
  machineProof: string;
}

/** @param headers names in lower case; the first of several values counts. */
export function readSessionHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): SessionHeaders {
  const valueOf = (name: string): string => {
    const value = headers[name];
    const first = typeof value === 'string' ? value : (value?.[0] ?? '');
    return latin1AsUtf8(first);
  };
  const authorization = headers['authorization'];
  const bearer = parseBearer(typeof authorization === 'string' ? authorization : authorization?.[0]);
  const stream = valueOf(sessionTypeHeader) || valueOf(deprecatedHeaders.sessionType);
  return {
    token: bearer || valueOf(deprecatedHeaders.token),
    machineId: valueOf(machineIdHeader) || valueOf(deprecatedHeaders.machineId),
    stream: stream === 'read' || stream === 'write' ? stream : undefined,
    machineProof: valueOf(machineProofHeader),
  };
}
