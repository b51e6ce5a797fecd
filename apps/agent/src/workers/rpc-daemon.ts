import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import {
  connectDaemon,
  type DaemonConnection,
  type DaemonStateChange,
  isDialError,
  isEndpointDeprecated,
} from '@moorline/rpc-versioned/transports';
import { aborted } from '../aborted.js';
import { createHandler } from '../rpc-daemon/handler.js';
import { openCluster } from '../rpc-daemon/open-cluster.js';
import type { AgentSettings } from '../settings.js';
import { sessionKey } from './identity.js';
import { repositoryKey } from './manifests.js';

/** Milliseconds. Lists are in memory, a cluster is waited for half as long, and what takes longer is a job. */
const callTimeoutMs = 10_000;

/**
 * Dials the control plane, which calls the methods of a Flux daemon on this machine over that connection. Dials again for
 * ever, but for a control plane that says it is too old to be spoken with: then it rests until the agent is started anew.
 */
export const rpcDaemonManifold = (
  settings: AgentSettings & { gitUrl: string },
  version: string,
  logger: Logger,
  clock: Clock = systemClock,
): Manifold =>
  manifold({
    inputs: ['identity', 'manifests'],
    async start(context) {
      const session = context.get('identity', sessionKey);
      const { repository, jobs, lookSoon } = context.get('manifests', repositoryKey);
      const cluster = openCluster(settings, logger);
      const handler = createHandler({
        ...{ version, repository, jobs, lookSoon, cluster, logger },
        remote: { url: withoutUser(settings.gitUrl), branch: settings.gitBranch, path: settings.gitPath.join(',') },
        isReadOnly: settings.gitReadOnly,
        sshKeyFile: settings.gitSshKeyFile,
      });
      const token = await session.sessionToken();
      let last: DaemonStateChange = { state: 'connecting' };
      let daemon: DaemonConnection | undefined;
      const run = async (signal: AbortSignal) => {
        const refused = new Promise<never>((_, reject) => {
          daemon = connectDaemon({
            url: session.baseUrl,
            token,
            userAgent: `moorline-agent/${version}`,
            // Plain HTTP was let through before, or refused.
            allowInsecureHttp: true,
            handler,
            server: { timeoutMs: callTimeoutMs, enforceTimeout: true },
            onStateChange(change) {
              last = change;
              // A login since the start has made a new token: the engine starts this anew, with that one.
              if (isDialError(change.error) && change.error.status === 401) reject(change.error);
            },
            ...{ signal, logger, clock },
          });
        });
        try {
          await Promise.race([daemon?.finished, refused]);
        } catch (error) {
          if (!isEndpointDeprecated(error)) throw error;
          logger.error(
            { hint: error.hint },
            'the control plane takes no calls of this version any more: not dialling again',
          );
          await aborted(signal);
        } finally {
          await daemon?.close();
        }
      };
      const report = () => ({
        connection: last.state,
        ...(last.error === undefined ? {} : { problem: last.error.message }),
        ...(cluster?.problem === undefined ? {} : { clusterProblem: cluster.problem }),
        connectedSeconds: Math.floor((daemon?.connectedForMs ?? 0) / 1000),
      });
      return worker(run, { report });
    },
  });

/** The user of an https URL may be a token. That of ssh is part of the address. */
function withoutUser(url: string): string {
  if (!url.startsWith('https:')) return url;
  const bare = new URL(url);
  bare.username = '';
  return bare.href;
}
