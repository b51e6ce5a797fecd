import { AgentError } from '../agent-error.js';
import type { AgentSettings } from '../settings.js';

/**
 * The socket of the proxy that a command works with.
 *
 * @throws AgentError `no_proxy` where no setting says.
 */
export function proxySocketOf({ proxySocket }: AgentSettings): string {
  if (proxySocket !== undefined) return proxySocket;
  throw new AgentError('no socket of a proxy is known', {
    code: 'no_proxy',
    hint: 'say --proxy-socket PATH, or set MOORLINE_AGENT_PROXY_SOCKET',
  });
}
