import { agentKey } from '@moorline/apicaller';
import { manifold, type Manifold, valueWorker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { isAgentError } from '../agent-error.js';
import { openMachineIdentity } from '../controller/machine-identity.js';
import type { AgentSettings } from '../settings.js';
import { sessionKey } from './identity.js';

/**
 * Who this machine is to a controller of Juju's kind. Where the control plane is none, or will not say, this rests with the
 * reason in its report, and whatever needs it waits.
 */
export const agentConfigManifold = ({ dataDir }: Pick<AgentSettings, 'dataDir'>, logger: Logger): Manifold =>
  manifold({
    inputs: ['identity'],
    async start(context) {
      const session = context.get('identity', sessionKey);
      try {
        const agent = await openMachineIdentity(dataDir, session, { signal: context.signal });
        const { tag, modelTag } = agent.currentConfig();
        return valueWorker([agentKey.provide(agent)], { report: () => ({ tag, modelTag }) });
      } catch (error) {
        const status = isAgentError(error) ? error.details?.['status'] : undefined;
        if (!isAgentError(error) || (status !== 404 && status !== 409)) throw error;
        const problem = status === 404 ? 'the control plane has no identities for agents' : error.message;
        const hint = status === 404 ? {} : { hint: error.hint };
        if (status === 409) logger.error({ ...hint }, error.message);
        return valueWorker([], { report: () => ({ problem, ...hint }) });
      }
    },
    outputs: ({ output }) => output,
  });
