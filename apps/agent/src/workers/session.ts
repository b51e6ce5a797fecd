import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, systemClock } from '@moorline/core';
import { connectSession, type SessionChange, type SessionConnection } from '@moorline/login-client';
import type { Bell } from '../bell.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import type { SampleHistory } from '../session-methods/sample-history.js';
import { sessionMethods } from '../session-methods/session-methods.js';
import type { AgentSettings } from '../settings.js';
import { machineKey } from './collectors.js';
import { sessionKey } from './identity.js';

/** What the worker has from outside the engine. */
export interface SessionWorkerContext {
  settings: AgentSettings & { session: 'auto' | 'v1' | 'v2' };
  version: string;
  jobs: RunningJobs;
  samples: SampleHistory;
  /** Has the machine sampled soon. */
  jobBell: Bell;
  logger: Logger;
}

/**
 * Keeps the session with the control plane, over which that asks how this machine is. A token that it sends is stored in the data
 * directory, where all other workers read it; one that another login stored is used from the next session on.
 */
export const sessionManifold = (context: SessionWorkerContext, clock: Clock = systemClock): Manifold =>
  manifold({
    inputs: ['identity', 'collectors'],
    start({ get }) {
      const { settings, version, jobs, samples, jobBell, logger } = context;
      const { machineId } = get('identity', sessionKey);
      const { collectors, intervalMs } = get('collectors', machineKey);
      const handlers = sessionMethods({
        ...{ machineId, version, jobs, samples, clock, logger },
        sources: collectors.map(({ name }) => name),
        intervalMs,
        allowReboot: settings.allowReboot,
        sampleSoon: () => jobBell.ring(),
      });
      let last: SessionChange | undefined;
      let connection: SessionConnection | undefined;
      const run = async (signal: AbortSignal): Promise<void> => {
        connection = connectSession({
          dataDir: settings.dataDir,
          protocol: settings.session,
          userAgent: `moorline-agent/${version}`,
          // Plain HTTP was let through before, or refused.
          allowInsecureHttp: true,
          onChange: (change) => (last = change),
          ...{ handlers, signal, logger, clock },
        });
        await connection.finished;
      };
      const report = () => ({
        connection: last?.phase ?? 'starting',
        ...(last === undefined ? {} : { protocol: last.protocol }),
        ...(last?.error === undefined ? {} : { problem: last.error.message }),
        connectedSeconds: Math.floor((connection?.connectedForMs ?? 0) / 1000),
      });
      return worker(run, { report });
    },
  });
