import type { AgentConfig } from '../agent-config/agent.js';
import type { ApiInfo } from '../client/api-info.js';
import { ApicallerError } from '../error.js';
import { connectFallback } from './connect-fallback.js';
import type { ConnectFunc } from './connect-func.js';

/**
 * Connects with the current password or, where it is refused, with the one before; waits until the controller knows the
 * machine. Changes nothing, neither here nor there (docs/protocol.md §3.4).
 *
 * @throws ApicallerError `api_info_unavailable`; what the last attempt failed with; the signal's reason.
 */
export const onlyConnect: ConnectFunc = async (agent, open, options = {}) => {
  const config = agent.currentConfig();
  const { connection } = await connectFallback(open, infoOf(config), config.oldPassword, options);
  return connection;
};

/** @throws ApicallerError `api_info_unavailable`. */
export function infoOf(config: AgentConfig): ApiInfo {
  const info = config.apiInfo();
  if (info !== undefined) return info;
  throw new ApicallerError('API info not available', {
    code: 'api_info_unavailable',
    hint: 'the configuration of the agent has no address of a controller',
  });
}
