import { LoginError } from '../login-error.js';
import { type AgentVersion, isAtLeast, parseAgentVersion } from './agent-version.js';
import type { SessionMethod } from './methods.js';

/** How a session is carried: two streams of HTTP/1.1, or one of gRPC. */
export type SessionProtocol = 'v1' | 'v2';

/** Since when agents know a method, and whether version 2 of the protocol has it. */
export interface MethodFacts {
  /** First version of the agent that knows it; absent where all do that this package speaks of (v0.9.0 and newer). */
  readonly since?: string;
  readonly inV2: boolean;
}

/** docs/protocol.md §8.5. */
export const methodFacts: Readonly<Record<SessionMethod, MethodFacts>> = {
  states: { inV2: true },
  events: { inV2: true },
  metrics: { inV2: true },
  gossip: { inV2: true },
  packageStatus: { inV2: true },
  getToken: { since: 'v0.10.0', inV2: false },
  updateToken: { since: 'v0.10.0', inV2: true },
  setHealthy: { inV2: true },
  triggerComponent: { inV2: true },
  triggerComponentCheck: { inV2: true },
  deregisterComponent: { inV2: false },
  updateConfig: { inV2: true },
  update: { inV2: true },
  bootstrap: { inV2: true },
  injectFault: { inV2: true },
  diagnostic: { since: 'v0.11.9', inV2: true },
  setPluginSpecs: { inV2: true },
  getPluginSpecs: { inV2: false },
  reboot: { inV2: true },
  logout: { inV2: true },
  delete: { inV2: false },
  kapMTLSStatus: { since: 'v0.12.9', inV2: true },
  updateKAPMTLSCredentials: { since: 'v0.12.9', inV2: true },
  activateKAPMTLS: { since: 'v0.12.9', inV2: true },
  nodeCredentials: { since: 'v0.13.0-alpha.4', inV2: true },
};

export const isSessionMethod = (name: string): name is SessionMethod => Object.hasOwn(methodFacts, name);

/**
 * Refuses what the agent at the other end cannot answer: in version 1 it would pretend to have done it, in version 2 it
 * would drop the connection (docs/protocol.md §8.4). An agent that tells no version is taken for the oldest that speaks
 * version 2, and for any in version 1.
 *
 * @throws LoginError `unsupported_method`.
 */
export function checkMethod(method: SessionMethod, protocol: SessionProtocol, agentVersion: string | undefined): void {
  const { since, inV2 } = methodFacts[method];
  if (protocol === 'v2' && !inV2) {
    throw new LoginError(`${method} was not asked: version 2 of the session protocol has no such request`, {
      code: 'unsupported_method',
      hint: 'let the agent connect with --session-protocol=v1',
      details: { method, protocol },
    });
  }
  const needed = parseAgentVersion(since);
  if (needed === undefined) return;
  const version = parseAgentVersion(agentVersion) ?? (protocol === 'v2' ? oldestOfV2 : undefined);
  if (version === undefined || isAtLeast(version, needed)) return;
  throw new LoginError(`${method} was not asked: the agent is ${agentVersion || 'of an unknown version'}`, {
    code: 'unsupported_method',
    hint: `update the agent to ${since} or newer`,
    details: { method, protocol, agentVersion, since },
  });
}

const oldestOfV2: AgentVersion = [0, 12, 12, []];
