import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { createProxyServer } from '@moorline/proxy-protocol/server';
import { aborted } from '../aborted.js';
import type { Bell } from '../bell.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import { createContainerJobs } from '../proxy/container-jobs.js';
import type { AgentSettings } from '../settings.js';
import { sessionKey } from './identity.js';
import { spoolKey } from './spool.js';

/** What {@link proxyManifold} tells of the machine's jobs. */
export interface ProxyJobs {
  jobs: RunningJobs;
  /** Rung when something new is in the spool. */
  bell: Bell;
  /** Rung when a job of this machine began or ended. */
  jobBell: Bell;
}

/**
 * The Clear Containers proxy of this machine: relays streams, signals and window sizes between shims and VMs, knows the containers,
 * and reports their starts and stops as jobs.
 */
export const proxyManifold = (
  settings: AgentSettings & { proxySocket: string },
  jobs: ProxyJobs,
  logger: Logger,
): Manifold =>
  manifold({
    inputs: ['identity', 'spool'],
    async start(context) {
      const session = context.get('identity', sessionKey);
      const spool = context.get('spool', spoolKey);
      const { dataDir, proxySocket: path } = settings;
      const reports = createContainerJobs({ dataDir, session, spool, ...jobs, logger });
      const server = createProxyServer({ hooks: reports.hooks, logger });
      await server.listen({ path });
      const run = async (signal: AbortSignal) => {
        await aborted(signal);
        await server.close();
        await reports.settled();
      };
      const report = () => ({
        socket: path,
        containers: server.containers().map(({ containerId, generation, state, sessions }) => ({
          ...{ containerId, generation, state, sessions },
        })),
      });
      return worker(run, { report });
    },
  });
