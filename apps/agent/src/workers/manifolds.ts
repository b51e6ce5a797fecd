import type { ControlServer } from '@moorline/app-kit';
import type { Manifold, Reporter } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import type { Bell } from '../bell.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import type { RemoteSettings } from '../controller/remote-settings.js';
import type { SampleHistory } from '../session-methods/sample-history.js';
import type { AgentSettings } from '../settings.js';
import { agentConfigManifold } from './agent-config.js';
import { apiCallerManifold } from './api-caller.js';
import { collectorsManifold } from './collectors.js';
import { controlManifold } from './control.js';
import { natsDeliveryManifold, restDeliveryManifold } from './delivery.js';
import { describeManifold } from './describe.js';
import { endedJobsManifold } from './ended-jobs.js';
import { identityManifold } from './identity.js';
import { machineTokenManifold } from './machine-token.js';
import { manifestsManifold } from './manifests.js';
import { metricsManifold } from './metrics.js';
import { natsManifold } from './nats.js';
import { nodeStateManifold } from './node-state.js';
import { proxyManifold } from './proxy.js';
import { remoteConfigManifold } from './remote-config.js';
import { reportManifold } from './report.js';
import { rpcDaemonManifold } from './rpc-daemon.js';
import { sessionManifold } from './session.js';
import { settingsManifold } from './settings.js';
import { spoolManifold } from './spool.js';

/** What the workers share from outside the engine. */
export interface AgentContext {
  settings: AgentSettings;
  version: string;
  /** Unix seconds. */
  startedAt: number;
  jobs: RunningJobs;
  /** What was sampled last. */
  samples: SampleHistory;
  /** What the control plane has told this machine to do. */
  remote: RemoteSettings;
  /** Rung when something new is in the spool. */
  bell: Bell;
  /** Rung when a job of this machine began or ended. */
  jobBell: Bell;
  logger: Logger;
}

/**
 * Every worker of the agent, by the name under which others ask for it.
 *
 * @param reporter the engine that they are for.
 */
export function agentManifolds(
  context: AgentContext,
  server: ControlServer,
  reporter: Reporter,
): Record<string, Manifold> {
  const { settings, version, jobs, samples, remote, bell, jobBell, logger } = context;
  const { gitUrl, proxySocket, session } = settings;
  return {
    control: controlManifold(server),
    spool: spoolManifold(settings, jobs, logger),
    identity: identityManifold(settings),
    settings: settingsManifold(settings, remote),
    collectors: collectorsManifold(logger),
    'machine-token': machineTokenManifold(),
    describe: describeManifold(settings),
    report: reportManifold({ ...context, reporter }),
    metrics: metricsManifold({ delivery: bell, jobs: jobBell }, samples, logger),
    'node-state': nodeStateManifold(jobs, bell),
    'agent-config': agentConfigManifold(settings, logger),
    'api-caller': apiCallerManifold(logger),
    'remote-config': remoteConfigManifold(remote, logger),
    'ended-jobs': endedJobsManifold({ jobs, bell, logger }),
    ...(settings.nats.length === 0
      ? { delivery: restDeliveryManifold(bell, logger) }
      : { nats: natsManifold(settings, logger), delivery: natsDeliveryManifold(settings, bell, logger) }),
    ...(session === 'off' ? {} : { session: sessionManifold({ ...context, settings: { ...settings, session } }) }),
    ...(gitUrl === undefined
      ? {}
      : {
          manifests: manifestsManifold({ ...settings, gitUrl }, logger),
          'rpc-daemon': rpcDaemonManifold({ ...settings, gitUrl }, version, logger),
        }),
    ...(proxySocket === undefined
      ? {}
      : { proxy: proxyManifold({ ...settings, proxySocket }, { jobs, bell, jobBell }, logger) }),
  };
}
