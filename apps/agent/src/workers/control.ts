import { type ControlHandlers, controlSocketPath, serveControl } from '@moorline/app-kit';
import { manifold, type Manifold, type Reporter, reporterKey, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import type { Bell } from '../bell.js';
import { appName, type AgentSettings } from '../settings.js';

/** What the running agent is asked through its socket. */
export interface ControlContext {
  settings: AgentSettings;
  version: string;
  /** Unix seconds. */
  startedAt: number;
  /** Rung when something new is in the spool. */
  bell: Bell;
  /** Rung when a job of this machine began or ended. */
  jobBell: Bell;
  logger: Logger;
}

/**
 * Answers the agent's commands. Every worker that touches the data directory needs this one: holding the socket is what
 * makes this process the only agent there.
 */
export const controlManifold = (context: ControlContext): Manifold =>
  manifold({
    inputs: ['engine'],
    async start({ get }) {
      const { settings, logger } = context;
      const handlers = handlersOf(context, get('engine', reporterKey));
      const server = await serveControl({ path: controlSocketPath(settings.dataDir, appName), handlers, logger });
      return worker(async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await server.close();
      });
    },
  });

const handlersOf = (
  { settings, version, startedAt, bell, jobBell }: ControlContext,
  reporter: Reporter,
): ControlHandlers => ({
  status: () =>
    Promise.resolve({
      version,
      pid: process.pid,
      startedAt,
      dataDir: settings.dataDir,
      engine: reporter.status(),
    }),
  'job-changed': () => {
    bell.ring();
    jobBell.ring();
    return Promise.resolve(null);
  },
});
