import { type ControlHandlers, type ControlServer, controlSocketPath, serveControl } from '@moorline/app-kit';
import { manifold, type Manifold, type Reporter, worker } from '@moorline/apicaller/engine';
import type { Logger } from '@moorline/core';
import { aborted } from '../aborted.js';
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
 * Begins to answer the agent's commands. Holding the socket is what makes this process the only agent in its data directory.
 *
 * @throws AppError `already_running`.
 */
export const openControl = (context: ControlContext, engine: Reporter): Promise<ControlServer> =>
  serveControl({
    path: controlSocketPath(context.settings.dataDir, appName),
    handlers: handlersOf(context, engine),
    logger: context.logger,
  });

/** Holds the socket until the engine stops: every worker that touches the data directory needs this one. */
export const controlManifold = (server: ControlServer): Manifold =>
  manifold({
    start: () =>
      worker(async (signal) => {
        await aborted(signal);
        await server.close();
      }),
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
