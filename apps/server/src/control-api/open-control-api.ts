import { isCcApiError, parseCluster, toNodeName } from '@moorline/cc-api';
import { createUserSessions, type TokenIssuer, type TokenVerifier } from '@moorline/cc-api/server';
import { isStoreError, type Store } from '@moorline/cc-store';
import {
  type ControlServer,
  createControlServer,
  createLiveFeed,
  type SignInLinks,
} from '@moorline/control-api/server';
import type { Logger } from '@moorline/core';
import type { MachineConnections } from '../machines/connections.js';
import type { Registrations } from '../machines/registrations.js';
import { isStoreInFile, sessionSeconds, type ServerSettings } from '../settings.js';
import { createServerAuthenticate } from './authenticate.js';
import { createControlBackend } from './control-backend.js';
import { createLiveHub, type LiveHub } from './live-hub.js';
import { createLinkSignIn } from './sign-in.js';

export interface ControlApiParts {
  settings: ServerSettings;
  store: Store;
  connections: MachineConnections;
  registrations: Registrations;
  links: SignInLinks;
  issuer: TokenIssuer;
  verifyToken: TokenVerifier;
  sessionKey: string;
  /** PEM. */
  caCert: string | undefined;
  version: string;
  logger: Logger;
}

/** Moorline's own API over this server's parts. */
export interface ControlApi {
  answer: ControlServer;
  live: LiveHub;
}

export function openControlApi(parts: ControlApiParts): ControlApi {
  const { settings, store, connections, registrations, links, issuer, verifyToken, sessionKey, caCert, version } =
    parts;
  const { logger } = parts;
  const { users } = store.backend;
  const { basePath, validateUsers, disableAuthentication: isOpen } = settings;
  const userSessions = createUserSessions({
    key: sessionKey,
    users,
    lifetimeSeconds: sessionSeconds(settings),
    basePath: basePath ?? '',
  });
  const live = createLiveHub({
    feed: createLiveFeed(),
    changes: store.changes,
    isShared: !isStoreInFile(settings),
    findJobs: (ids) => store.jobs.byIds(ids, { jobs: 'all' }),
    findNodes: (cluster, hosts) => store.nodes.byHosts(cluster, hosts),
    machineIds: async () => new Map((await store.machines.listMachines()).map(({ id, number }) => [number, id])),
    connections,
    logger,
  });
  const answer = createControlServer({
    backend: createControlBackend({ store, registrations, connections }),
    authenticate: createServerAuthenticate({ verifyToken, userSessions, users, validateUsers, isOpen }),
    issuer,
    describing: {
      parseCluster,
      isNodeName,
      isRefusal: (error): error is Error =>
        isCcApiError(error) || (isStoreError(error) && error.code === 'invalid_argument'),
    },
    live: live.feed,
    signIn: createLinkSignIn({ links, users, userSessions }),
    serverVersion: version,
    caCert,
    logger,
  });
  return { answer, live };
}

function isNodeName(text: string): boolean {
  try {
    return toNodeName(text) === text;
  } catch {
    return false;
  }
}
