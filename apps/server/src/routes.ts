import type { PasswordHasher, TokenIssuer, TokenVerifier } from '@moorline/cc-api/server';
import type { Machines, Store } from '@moorline/cc-store';
import type { ControlServer } from '@moorline/control-api/server';
import type { Logger } from '@moorline/core';
import type { FastifyInstance } from 'fastify';
import type { LiveHub } from './control-api/live-hub.js';
import type { Controller } from './controller/controller.js';
import type { Daemons } from './daemons/daemons.js';
import { decodeMetrics } from './decode-metrics.js';
import { createJournalReader } from './journal/read-journal.js';
import { addClusterCockpitRoutes } from './listener/cc-routes.js';
import { addControlRoutes } from './listener/control-routes.js';
import { addDaemonRoutes } from './listener/daemon-routes.js';
import { addHealthRoutes } from './listener/health-routes.js';
import { addLoginRoute } from './listener/login-route.js';
import { addMetricsRoute } from './listener/metrics-route.js';
import { addPageRoutes } from './listener/page-routes.js';
import { addSessionRoutes } from './listener/session-routes.js';
import { addUpgrades } from './listener/upgrades.js';
import type { EventIntake } from './nats/event-intake.js';
import { createMetrics } from './operations/metrics.js';
import { pageFolder } from './page/page-folder.js';
import type { Sessions } from './sessions/sessions.js';
import { sessionSeconds, type ServerSettings } from './settings.js';

/** What answers, and what that needs. */
export interface RouteParts {
  settings: ServerSettings;
  store: Store;
  intake: EventIntake | undefined;
  daemons: Daemons;
  sessions: Sessions;
  controller: Controller;
  /** Moorline's own API. */
  control: ControlServer;
  live: LiveHub;
  issuer: TokenIssuer;
  verifyToken: TokenVerifier;
  sessionKey: string;
  passwords: PasswordHasher;
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
}

/** All that the listener answers. The order counts where it is said so. */
export function addRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { settings, store, intake, daemons, sessions, controller, control, live, logger } = parts;
  const { machines } = store;
  // First, so that its hook counts the answers of all others.
  addMetricsRoute(
    app,
    createMetrics(() => store.stats(), { intake, daemons, sessions, controller, live: live.feed }),
    settings.metricsReaders,
  );
  addHealthRoutes(app, { ready: () => answers(machines), nats: () => intake?.status.state }, logger);
  addUpgrades(app, [daemons.acceptUpgrade, controller.acceptUpgrade]);
  app.addHook('preClose', () => controller.close());
  addDaemonRoutes(app, daemons);
  addLoginRoute(app, { store: machines, logger });
  addControlRoutes(app, control);
  app.addHook('preClose', async () => live.close());
  addClusterCockpitRoutes(app, clusterCockpitOptions(parts));
  addPageRoutes(app, { folder: settings.pageDir ?? pageFolder(), basePath: settings.basePath ?? '' });
  // Last: it takes requests from the listener itself.
  addSessionRoutes(app, sessions);
}

function clusterCockpitOptions({
  settings,
  store,
  issuer,
  verifyToken,
  sessionKey,
  passwords,
  env,
  logger,
}: RouteParts) {
  return {
    backend: store.backend,
    verifyToken,
    decodeMetrics,
    authentication: settings.disableAuthentication ? ('none' as const) : ('tokens' as const),
    validateUsers: settings.validateUsers,
    ...(settings.machineState ? { machineState: {} } : {}),
    allowedIps: settings.allowedIps,
    limits: { bodyBytes: settings.bodyLimit },
    sessions: {
      key: sessionKey,
      passwords,
      tokens: issuer,
      lifetimeSeconds: sessionSeconds(settings),
      basePath: settings.basePath ?? '',
      ...(settings.jwtLifetime === undefined ? {} : { tokenLifetimeSeconds: Math.ceil(settings.jwtLifetime / 1000) }),
      ...(settings.journalUnit === undefined
        ? {}
        : { readLogs: createJournalReader({ unit: settings.journalUnit, env, logger }) }),
    },
    logger,
  };
}

/** Any small read shows whether the store answers. */
async function answers(machines: Machines): Promise<void> {
  await machines.findMachine('');
}
