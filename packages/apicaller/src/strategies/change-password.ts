import { randomBytes } from 'node:crypto';
import type { Agent } from '../agent-config/agent.js';
import type { CallOptions } from '../rpc/rpc-connection.js';
import type { AgentFacade } from './agent-facade.js';

/**
 * Replaces an agent's password. The new one is written down here before the controller hears of it, and the one that has
 * just worked is kept beside it: whatever happens in between, one of the two is the controller's (docs/protocol.md §3.6).
 *
 * @param worked the password with which the connection came about.
 * @throws what `changeConfig` has thrown, and then the controller knows nothing of it; what the controller answered.
 */
export async function changePassword(
  agent: Agent,
  facade: AgentFacade,
  worked: string,
  options: CallOptions,
): Promise<void> {
  const fresh = randomPassword();
  await agent.changeConfig((setter) => {
    setter.setPassword(fresh);
    setter.setOldPassword(worked);
  });
  options.signal?.throwIfAborted();
  await facade.setPassword(agent.currentConfig().tag, fresh, options);
}

/** 18 random bytes in base64: 24 characters, the fewest that controllers take from an agent. */
const randomPassword = (): string => randomBytes(18).toString('base64');
