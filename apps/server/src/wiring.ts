import { openDataDir } from '@moorline/app-kit';
import { createBcryptHasher } from '@moorline/cc-api/bcrypt';
import { createEventHandlers, createTokenIssuer, createTokenVerifier } from '@moorline/cc-api/server';
import type { Store } from '@moorline/cc-store';
import { createSignInLinks } from '@moorline/control-api/server';
import type { Logger } from '@moorline/core';
import { openControlApi } from './control-api/open-control-api.js';
import { createControlWork } from './control/control-work.js';
import { createStoreWork } from './control/store-work.js';
import { takeDataDir } from './control/take-data-dir.js';
import { openController } from './controller/controller.js';
import { createControllerWork } from './controller/controller-work.js';
import { createDaemonWork } from './daemons/daemon-work.js';
import { createDaemons, type Daemons } from './daemons/daemons.js';
import { createFleet } from './daemons/fleet.js';
import { decodeMetrics } from './decode-metrics.js';
import { openKeyPair } from './keys.js';
import { createLinkWork } from './links/link-work.js';
import { baseUrl, loopbackOf, refuseInsecure } from './listener/address.js';
import { authorityOf } from './listener/authority.js';
import { bind } from './listener/bind.js';
import { closeListener, createListener } from './listener/create-listener.js';
import { readCertificate } from './listener/read-certificate.js';
import { createMachineConnections } from './machines/connections.js';
import { createRegistrations } from './machines/registrations.js';
import type { DaemonBus } from './nats/daemon-bus.js';
import type { EventIntake } from './nats/event-intake.js';
import { openServerStore } from './open-store.js';
import { addRoutes } from './routes.js';
import { createSessionWork } from './sessions/session-work.js';
import { createSessions } from './sessions/sessions.js';
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
    const fleet = createFleet(daemons, bus);
    const registrations = createRegistrations(store.machines);
    const links = createSignInLinks();
    const issuer = createTokenIssuer({ privateKey });
    const verifyToken = createTokenVerifier({ publicKey });
    const passwords = createBcryptHasher();
    const { answer: control, live } = openControlApi({
      connections: createMachineConnections({ sessions, controller, daemons, fleet }),
      caCert: authorityOf(certificate),
      ...{ settings, store, registrations, links, issuer, verifyToken, sessionKey, version, logger },
    });
    const app = createListener({ limits: settings, certificate, basePath: settings.basePath, logger });
    closers.push(() => closeListener(app, drainMs));
    addRoutes(app, {
      ...{ settings, store, intake, daemons, sessions, controller, control, live },
      ...{ issuer, verifyToken, sessionKey, passwords, env, logger },
    });
    const port = await bind(app, settings);
    const scheme = certificate === undefined ? 'http' : 'https';
    const url = baseUrl(settings.host, port, scheme);
    if (port !== settings.port && settings.port !== 0) {
      logger.warn({ port, taken: settings.port }, 'the wished port is taken: listening on the next free one');
    }
    const loopback = loopbackOf(settings.host);
    const loopbackUrl = loopback && `${baseUrl(loopback, port, scheme)}${settings.basePath ?? ''}`;
    const { users } = store.backend;
    const listMachines = () => store.machines.listMachines();
    held.open({
      ...createControlWork({ store, registrations, issuer, version, url, dataDir, intake }),
      ...createLinkWork({ users, links, loopbackUrl }),
      ...createDaemonWork({ listMachines, daemons: fleet }),
      ...createSessionWork({ listMachines, sessions }),
      ...createControllerWork({ listMachines, identities: store.identities, controller }),
      ...createStoreWork({
        store,
        users,
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
