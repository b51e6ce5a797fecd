import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@moorline/core';
import { createEventsHandler, type FluxEvent } from '@moorline/rpc-versioned/server';
import { createDaemonListener, type DaemonListener, DaemonRegistry } from '@moorline/rpc-versioned/transports';
import { type CallLimits, prepareCall } from './call-method.js';
import { daemonFailure, notConnected } from './daemon-failure.js';

/** A machine, as far as calls of its daemon need it. */
export interface DaemonMachine {
  id: string;
  host: string;
  nodeGroup: string;
}

export interface DaemonsOptions {
  /** The machine whose session token this is. */
  findMachine(sessionToken: string): Promise<DaemonMachine | undefined>;
  logger: Logger;
}

/** A daemon that is connected to this server. */
export interface ConnectedDaemon {
  /** Of its machine. */
  machine: string;
  /** Version of the protocol. */
  protocol: number;
  userAgent: string | undefined;
  address: string | undefined;
  /** Unix milliseconds. */
  connectedAt: number;
}

/** What was done since the start. */
export interface DaemonCounts {
  connected: number;
  /** Connections that were taken. */
  connections: number;
  /** Events that were posted, by type. */
  events: ReadonlyMap<string, number>;
  /** Calls by `method outcome`: `ListServices ok`. */
  calls: ReadonlyMap<string, number>;
}

/** The daemons that have dialled this server. */
export interface Daemons {
  /** Answers an upgrade. @returns false for a path that is no daemon's. */
  acceptUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Answers a plain request to a daemon's path. */
  answer(request: Request): Response | undefined;
  /** Answers `POST /v6/events`; undefined for every other path. */
  takeEvent(request: Request): Promise<Response | undefined>;
  list(): ConnectedDaemon[];
  has(machine: string): boolean;
  /** Ends the connection of a machine, whose daemon has dialled another server. */
  kick(machine: string): void;
  /** Told of each machine whose daemon comes or goes. @returns what ends that. */
  watch(watcher: (machine: string, isThere: boolean) => void): () => void;
  /**
   * Calls a method of a machine's daemon.
   *
   * @param name for messages: the machine's host, or its id.
   * @throws ServerError `bad_call`, `daemon_not_connected`, `daemon_timed_out`, `daemon_refused`, `daemon_failed`.
   */
  call(machine: string, method: string, argument: unknown, options: CallLimits & { name: string }): Promise<unknown>;
  readonly counts: DaemonCounts;
  /** Ends all connections, and takes no more. */
  close(): void;
}

/** What may precede `/vN/daemon`: nothing, and what daemons of Weave Cloud are configured with. */
export const basePaths: readonly string[] = ['', '/api/flux'];

export function createDaemons({ findMachine, logger }: DaemonsOptions): Daemons {
  let isClosing = false;
  const calls = new Map<string, number>();
  const events = new Map<string, number>();
  const watchers = new Set<(machine: string, isThere: boolean) => void>();
  const tell = (machine: string, isThere: boolean): void => watchers.forEach((watcher) => watcher(machine, isThere));
  const registry: DaemonRegistry = new DaemonRegistry({
    onConnect(daemon) {
      // One whose token was being looked at while this server closed.
      if (isClosing) daemon.close();
      else tell(daemon.tenant, true);
    },
    // A machine may have dialled again by then.
    onDisconnect: ({ tenant }) => (registry.get(tenant) === undefined ? tell(tenant, false) : undefined),
    logger,
  });
  const authenticate = async ({ token }: { token: string | undefined }) =>
    token === undefined ? undefined : (await findMachine(token))?.id;
  const onEvent = ({ type, message, serviceIDs }: FluxEvent, machine: string): void => {
    events.set(type, (events.get(type) ?? 0) + 1);
    logger.info({ machine, type, message, workloads: serviceIDs }, 'a daemon has posted an event');
  };
  const listeners: DaemonListener[] = basePaths.map((basePath) =>
    createDaemonListener({
      basePath,
      registry,
      authenticate,
      logger,
    }),
  );
  const eventHandlers = basePaths.map((basePath) => createEventsHandler({ authenticate, onEvent, basePath, logger }));
  return {
    acceptUpgrade: (request, socket, head) =>
      !isClosing && listeners.some((listener) => listener.acceptDaemon(request, socket, head)),
    answer(request) {
      for (const listener of listeners) {
        const response = listener.answer(request);
        if (response !== undefined) return response;
      }
      return undefined;
    },
    async takeEvent(request) {
      for (const handle of eventHandlers) {
        const response = await handle(request);
        if (response !== undefined) return response;
      }
      return undefined;
    },
    list: () =>
      registry.list().map(({ tenant, version, userAgent, remoteAddress, connectedAt }) => ({
        ...{ machine: tenant, protocol: version, userAgent, address: remoteAddress, connectedAt },
      })),
    has: (machine) => registry.get(machine) !== undefined,
    kick: (machine) => registry.get(machine)?.close(),
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    async call(machine, name, argument, { name: daemon, ...limits }) {
      const { method, call } = prepareCall(name, argument);
      if (registry.get(machine) === undefined) throw notConnected(daemon);
      const count = (outcome: string) =>
        calls.set(`${method} ${outcome}`, (calls.get(`${method} ${outcome}`) ?? 0) + 1);
      try {
        const result = await registry.call(machine, (client) => call(client, limits));
        count('ok');
        return result;
      } catch (error) {
        const failure = daemonFailure(error, daemon, method);
        count(failure.code);
        throw failure;
      }
    },
    get counts() {
      return { connected: registry.size, connections: registry.counters.registered, events, calls };
    },
    close() {
      isClosing = true;
      registry.close();
    },
  };
}
