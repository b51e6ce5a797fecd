import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createControllerServer, watcherFacade } from '@moorline/apicaller/server';
import type { Store } from '@moorline/cc-store';
import type { Logger } from '@moorline/core';
import { type ControllerCounts, createControllerCounts } from './controller-counts.js';
import { createConnectedMachines, type ConnectedMachine } from './connected-machines.js';
import { moorlineFacade } from './moorline-facade.js';
import { createRemoteConfig } from './remote-config.js';

export interface ControllerOptions {
  store: Pick<Store, 'identities' | 'agentSettings'>;
  /** Whether other servers have the store open too. */
  isShared: boolean;
  logger: Logger;
}

/** This server as a controller of Juju: agents log in with the identity of their machine, and learn what to do. */
export interface Controller {
  /** Answers an upgrade. @returns false for a path that is not the API's. */
  acceptUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Tells the agents that are connected here what their settings are now. */
  settingsChanged(): Promise<void>;
  /** Machines that have logged in here, each connection of one. */
  list(): ConnectedMachine[];
  /** Told of each machine whose first connection comes or whose last goes. @returns what ends that. */
  watch(watcher: (machineNumber: number, isThere: boolean) => void): () => void;
  /** Ends the connections of a machine to this server. */
  drop(tag: string): void;
  readonly counts: ControllerCounts;
  /** Ends all connections, and takes no more. */
  close(): Promise<void>;
}

/** Opens the controller's half of the API. Rejects where the store does. */
export async function openController({ store, isShared, logger }: ControllerOptions): Promise<Controller> {
  const { identities, agentSettings } = store;
  const { controllerUuid, modelUuid } = await identities.controlPlane();
  const config = createRemoteConfig({ settings: agentSettings, isShared, logger });
  await config.refresh();
  const { counts, metrics } = createControllerCounts();
  const machines = createConnectedMachines();
  const server = createControllerServer({
    controllerUuid,
    findModel: (uuid) => (uuid === modelUuid ? {} : undefined),
    entities: identities,
    facades: [moorlineFacade(config), watcherFacade()],
    closeTimeoutMs,
    onLogin: machines.take,
    metrics,
    logger,
  });
  return {
    acceptUpgrade: (request, socket, head) =>
      isApiPath(request.url ?? '') && server.handleUpgrade(request, socket, head),
    settingsChanged: async () => void (await config.refresh()),
    list: machines.list,
    watch: machines.watch,
    drop(tag) {
      for (const client of server.clients) if (client.identity?.tag === tag) void client.close();
    },
    counts,
    async close() {
      await config.close();
      await server.close();
    },
  };
}

/** Milliseconds that calls have to be answered once the server stops; what is left of its five seconds is for others. */
const closeTimeoutMs = 2000;

/** Juju's servers take the API at `/` too; here pages are there, to which browsers may offer upgrades. */
const isApiPath = (url: string): boolean => /^\/(?:api|(?:model|environment)\/[^/]+\/api)(?:[?#]|$)/.test(url);
