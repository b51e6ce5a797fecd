import { openDataDir } from '@moorline/app-kit';
import {
  createEventHandlers,
  createTokenIssuer,
  createTokenVerifier,
  type PasswordHasher,
  type TokenIssuer,
} from '@moorline/cc-api/server';
import { createBcryptHasher } from '@moorline/cc-api/bcrypt';
import { isStoreError, type Machines, type Store } from '@moorline/cc-store';
import type { Logger } from '@moorline/core';
import type { FastifyInstance } from 'fastify';
import { createControlWork } from './control/control-work.js';
import { createStoreWork } from './control/store-work.js';
import { takeDataDir } from './control/take-data-dir.js';
import { type Controller, openController } from './controller/controller.js';
import { createControllerWork } from './controller/controller-work.js';
import { createDaemonWork } from './daemons/daemon-work.js';
import { createDaemons, type Daemons } from './daemons/daemons.js';
import { createFleet } from './daemons/fleet.js';
import { decodeMetrics } from './decode-metrics.js';
import { createJournalReader } from './journal/read-journal.js';
import { openKeyPair } from './keys.js';
import { baseUrl, refuseInsecure } from './listener/address.js';
import { bind } from './listener/bind.js';
import { addClusterCockpitRoutes } from './listener/cc-routes.js';
import { closeListener, createListener } from './listener/create-listener.js';
import { addDaemonRoutes } from './listener/daemon-routes.js';
import { addHealthRoutes } from './listener/health-routes.js';
import { addLoginRoute } from './listener/login-route.js';
import { addMetricsRoute } from './listener/metrics-route.js';
import { authorityOf } from './listener/authority.js';
import { readCertificate } from './listener/read-certificate.js';
import type { Certificate } from './listener/secure-server.js';
import { addPageRoutes } from './listener/page-routes.js';
import { addSessionRoutes } from './listener/session-routes.js';
import { addMoorlineRoutes } from './listener/moorline-routes.js';
import { addUpgrades } from './listener/upgrades.js';
import { createClusterHandlers } from './moorline-api/clusters.js';
import { createIdentityHandler } from './moorline-api/identity.js';
import { createMachineTokenHandler } from './moorline-api/machine-token.js';
import type { DaemonBus } from './nats/daemon-bus.js';
import type { EventIntake } from './nats/event-intake.js';
import { openServerStore } from './open-store.js';
import { pageFolder } from './page/page-folder.js';
import { createMetrics } from './operations/metrics.js';
import { createSessionWork } from './sessions/session-work.js';
import { createSessions, type Sessions } from './sessions/sessions.js';
import { openSessionKey } from './session-key.js';
import { isStoreInFile, type ServerSettings } from './settings.js';

export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:8080`. */
  url: string;
}

export interface ServerSurroundings {
  /** For `JWT_PRIVATE_KEY`, `JWT_PUBLIC_KEY` and `SESSION_KEY`; `PATH` and `TZ` for programs that are run. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  version: string;
}

/** Milliseconds that open requests have to finish; the store and the process have what is left of the five seconds. */
const drainMs = 3500;

/**
 * Joins the packages and starts to listen. What was opened is closed again where a later step fails, and in reverse
 * order when the server is disposed of.
 *
 * @throws AppError, ServerError or StoreError, each with a hint.
 */
export async function startServer(
  settings: ServerSettings,
  { env, logger, version }: ServerSurroundings,
): Promise<RunningServer> {
  const certificate = readCertificate(settings);
  refuseInsecure(settings.host, certificate !== undefined || settings.allowInsecureHttp);
  if (settings.disableAuthentication)
    logger.warn({}, 'nobody is asked for a token: whoever reaches this server may do everything');
  const dataDir = openDataDir(settings.dataDir);
  const closers: (() => Promise<void>)[] = [];
  const stop = () => closeAll(closers.splice(0).reverse());
  try {
    const held = await takeDataDir(dataDir, logger);
    closers.push(() => held.close());
    const { privateKey, publicKey, source } = openKeyPair(dataDir, env);
    const sessionKey = openSessionKey(dataDir, env);
    const store = await openServerStore({ ...settings, dataDir }, logger);
    closers.push(() => store.close());

    const intake = await takeEvents(settings, store, logger);
    closers.push(async () => intake?.close());

    const daemons = createDaemons({ findMachine: (token) => store.machines.findSessionMachine(token), logger });
    const bus = await joinServers(settings, daemons, logger);
    closers.push(async () => bus?.close());
    const sessions = createSessions({ store: store.machines, logger });
    const controller = await openController({ store, isShared: !isStoreInFile(settings), logger });
    closers.push(() => controller.close());
    const issuer = createTokenIssuer({ privateKey });
    const passwords = createBcryptHasher();
    const app = createListener({ limits: settings, certificate, basePath: settings.basePath, logger });
    closers.push(() => closeListener(app, drainMs));
    addRoutes(app, {
      settings,
      store,
      intake,
      daemons,
      sessions,
      controller,
      issuer,
      publicKey,
      sessionKey,
      passwords,
      certificate,
      env,
      logger,
    });
    const port = await bind(app, settings);
    const url = baseUrl(settings.host, port, certificate === undefined ? 'http' : 'https');
    if (port !== settings.port && settings.port !== 0) {
      logger.warn({ port, taken: settings.port }, 'the wished port is taken: listening on the next free one');
    }
    held.open({
      ...createControlWork({ store, issuer, version, url, dataDir, intake }),
      ...createDaemonWork({ listMachines: () => store.machines.listMachines(), daemons: createFleet(daemons, bus) }),
      ...createSessionWork({ listMachines: () => store.machines.listMachines(), sessions }),
      ...createControllerWork({
        listMachines: () => store.machines.listMachines(),
        identities: store.identities,
        controller,
      }),
      ...createStoreWork({
        store,
        users: store.backend.users,
        hashPassword: (text) => passwords.hash(text),
        settingsChanged: () => controller.settingsChanged(),
      }),
    });
    logger.info({ url, dataDir, keys: source, version }, 'ready');
    return { url, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop().catch((failure: unknown) =>
      logger.error({ error: failure }, 'closing after a failed start failed too'),
    );
    throw error;
  }
}

/** Each of them, although one before it failed. */
async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

interface Parts {
  settings: ServerSettings;
  store: Store;
  intake: EventIntake | undefined;
  daemons: Daemons;
  sessions: Sessions;
  controller: Controller;
  issuer: TokenIssuer;
  publicKey: string;
  sessionKey: string;
  passwords: PasswordHasher;
  certificate: Certificate | undefined;
  env: ServerSurroundings['env'];
  logger: Logger;
}

function addRoutes(
  app: FastifyInstance,
  {
    settings,
    store,
    intake,
    daemons,
    sessions,
    controller,
    issuer,
    publicKey,
    sessionKey,
    passwords,
    certificate,
    env,
    logger,
  }: Parts,
): void {
  const { machines, clusters, backend } = store;
  const verifyToken = createTokenVerifier({ publicKey });
  // First, so that its hook counts the answers of all others.
  addMetricsRoute(
    app,
    createMetrics(() => store.stats(), { intake, daemons, sessions, controller }),
    settings.metricsReaders,
  );
  addHealthRoutes(
    app,
    {
      ready: () => answers(machines),
      nats: () => intake?.status.state,
    },
    logger,
  );
  addUpgrades(app, [daemons.acceptUpgrade, controller.acceptUpgrade]);
  app.addHook('preClose', () => controller.close());
  addDaemonRoutes(app, daemons);
  addLoginRoute(app, { store: machines, logger });
  addMoorlineRoutes(app, {
    verifyToken,
    exchangeToken: createMachineTokenHandler({
      findMachine: (id, sessionToken) => machines.authenticateSession(id, sessionToken),
      issuer,
    }),
    giveIdentity: createIdentityHandler({
      findMachine: (id, sessionToken) => machines.authenticateSession(id, sessionToken),
      create: (id, claim) => store.identities.create(id, claim),
      caCert: authorityOf(certificate),
    }),
    clusters: createClusterHandlers({
      descriptions: clusters,
      isRefusal: (error): error is Error => isStoreError(error) && error.code === 'invalid_argument',
    }),
  });
  addClusterCockpitRoutes(app, {
    backend,
    verifyToken,
    decodeMetrics,
    authentication: settings.disableAuthentication ? 'none' : 'tokens',
    validateUsers: settings.validateUsers,
    ...(settings.machineState ? { machineState: {} } : {}),
    allowedIps: settings.allowedIps,
    limits: { bodyBytes: settings.bodyLimit },
    sessions: {
      key: sessionKey,
      passwords,
      tokens: issuer,
      lifetimeSeconds: Math.ceil(settings.sessionLifetime / 1000),
      basePath: settings.basePath ?? '',
      ...(settings.jwtLifetime === undefined ? {} : { tokenLifetimeSeconds: Math.ceil(settings.jwtLifetime / 1000) }),
      ...(settings.journalUnit === undefined
        ? {}
        : { readLogs: createJournalReader({ unit: settings.journalUnit, env, logger }) }),
    },
    logger,
  });
  addPageRoutes(app, { folder: settings.pageDir ?? pageFolder(), basePath: settings.basePath ?? '' });
  addSessionRoutes(app, sessions);
}

/** Loads a NATS client only where there is something to connect to. */
async function takeEvents(
  settings: ServerSettings,
  { backend }: Store,
  logger: Logger,
): Promise<EventIntake | undefined> {
  if (settings.nats.length === 0) return undefined;
  const { startEventIntake } = await import('./nats/event-intake.js');
  return startEventIntake(settings, createEventHandlers({ backend, decodeMetrics, logger }), logger);
}

/** So that a call reaches the server that holds the daemon's connection. */
async function joinServers(settings: ServerSettings, daemons: Daemons, logger: Logger): Promise<DaemonBus | undefined> {
  if (settings.nats.length === 0) return undefined;
  const { startDaemonBus } = await import('./nats/daemon-bus.js');
  return startDaemonBus(settings, daemons, logger);
}

/** Any small read shows whether the store answers. */
async function answers(machines: Machines): Promise<void> {
  await machines.findMachine('');
}
