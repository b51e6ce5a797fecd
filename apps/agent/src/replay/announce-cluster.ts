import type { Cluster } from '@moorline/cc-api';
import { type Clock, isMoorlineError, type Logger, retry } from '@moorline/core';
import { AgentError, isAgentError } from '../agent-error.js';
import type { MachineToken } from '../moorline-api.js';
import type { Session } from '../session.js';

/**
 * Tells the control plane of the cluster, and waits for it while it is away.
 *
 * @returns the machine token that was used.
 * @throws AgentError `server_refused` where it will not have the cluster of this machine.
 */
export function announceCluster(
  session: Session,
  cluster: Cluster,
  options: { signal: AbortSignal; clock: Clock; logger: Logger },
): Promise<MachineToken> {
  const { signal, clock, logger } = options;
  return retry(
    async () => {
      const token = await session.fetchToken({ signal });
      await session.api.putCluster(token, cluster, { signal });
      return token;
    },
    {
      maxAttempts: Infinity,
      minDelayMs: 500,
      maxDelayMs: 10_000,
      signal,
      clock,
      onRetry({ error, attempt }) {
        if (attempt === 1)
          logger.warn({}, `waiting for the control plane: ${isMoorlineError(error) ? error.message : String(error)}`);
      },
    },
  ).catch((error: unknown) => {
    throw isAgentError(error) && error.details['status'] === 403 ? outOfScope(cluster.name, error) : error;
  });
}

const outOfScope = (cluster: string, cause: AgentError): AgentError =>
  new AgentError(`this machine may not report for the cluster ${cluster}`, {
    code: 'server_refused',
    hint: `enrol it with a token that may: moorline-server token create --group NAME --cluster ${cluster}`,
    cause,
    details: cause.details,
  });
