/** A machine, as far as its session needs it. */
export interface SessionMachine {
  /** The control plane's machine id. */
  id: string;
  /** Version of its agent, as its last login said it; decides what it may be asked. */
  agentVersion?: string | undefined;
}

/** The storage behind {@link createSessionServer}. Where a method rejects, agents are told to come back later. */
export interface SessionStore {
  /**
   * The machine whose session token this is; undefined where it is nobody's. Tokens are compared in constant time, or
   * found by their hash.
   */
  findSessionMachine(sessionToken: string): Promise<SessionMachine | undefined>;
  /**
   * A new session token for the machine, beside those that it has: shown once, stored as a hash. The old one opens for
   * more than 30 s after the new one was first used, since the agent takes that long to connect anew
   * (docs/protocol.md §8.6).
   */
  rotateSessionToken(machineId: string): Promise<string>;
}
