import type { Server } from 'node:http';
import type { Logger } from '@moorline/core';
import {
  createMachineHandler,
  createSessionServer,
  type SessionInfo,
  type SessionMachine,
  type SessionResponse,
} from '@moorline/login-client/server';
import type { CallLimits } from '../daemons/call-method.js';
import { prepareRequest } from './prepare-request.js';
import { notConnected, sessionFailure } from './session-failure.js';

/** A machine of the store, as far as its session needs it. */
export interface StoredMachine {
  id: string;
  /** What it said of itself at its last login. */
  inventory: Record<string, unknown>;
}

export interface SessionsOptions {
  store: {
    findSessionMachine(sessionToken: string): Promise<StoredMachine | undefined>;
    rotateSessionToken(machineId: string): Promise<string>;
  };
  logger: Logger;
}

/** What was done since the start. */
export interface SessionCounts {
  /** Sessions that are up, by version of the protocol. */
  up: ReadonlyMap<string, number>;
  /** Sessions that came up. */
  opened: number;
  /** Requests by `method outcome`: `states ok`. */
  requests: ReadonlyMap<string, number>;
}

/** The sessions of agents that have dialled this server. */
export interface Sessions {
  attachTo(server: Server): void;
  /** Answers `/healthz`, notifications and diagnostics; undefined for every other path. */
  answer(request: Request): Promise<Response | undefined>;
  list(): SessionInfo[];
  /** Told of each machine whose session comes up or ends. @returns what ends that. */
  watch(watcher: (machine: string, isThere: boolean) => void): () => void;
  /**
   * Asks a machine's agent.
   *
   * @param name for messages: the machine's host, or its id.
   * @throws ServerError `bad_call`, `session_not_connected`, `session_timed_out`, `session_refused`, `session_failed`.
   */
  request(
    machine: string,
    method: string,
    params: unknown,
    options: CallLimits & { name: string },
  ): Promise<SessionResponse>;
  /** Gives a machine a new session token. @throws ServerError as {@link request}. */
  rotateToken(machine: string, options: CallLimits & { name: string }): Promise<void>;
  readonly counts: SessionCounts;
  /** Ends all sessions, and takes no more. */
  close(): Promise<void>;
}

export function createSessions({ store, logger }: SessionsOptions): Sessions {
  const requests = new Map<string, number>();
  const sessionStore = {
    async findSessionMachine(token: string): Promise<SessionMachine | undefined> {
      const machine = await store.findSessionMachine(token);
      return machine && { id: machine.id, agentVersion: agentVersionOf(machine) };
    },
    rotateSessionToken: (machineId: string) => store.rotateSessionToken(machineId),
  };
  const watchers = new Set<(machine: string, isThere: boolean) => void>();
  const tell = (machine: string, isThere: boolean): void => watchers.forEach((watcher) => watcher(machine, isThere));
  const server = createSessionServer({
    store: sessionStore,
    onConnect: ({ machineId }) => tell(machineId, true),
    // The machine may have dialled again by then.
    onDisconnect: ({ machineId }) => (server.get(machineId) === undefined ? tell(machineId, false) : undefined),
    logger,
  });
  const answer = createMachineHandler({
    store: sessionStore,
    logger,
    onNotification: ({ machineId, type }) =>
      logger.info({ machine: machineId, type }, 'a machine says that it does so'),
  });

  const counted = async <T>(method: string, name: string, work: () => Promise<T>): Promise<T> => {
    const count = (outcome: string): void => {
      const key = `${method} ${outcome}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
    };
    try {
      const result = await work();
      count('ok');
      return result;
    } catch (error) {
      const failure = sessionFailure(error, name, method);
      count(failure.code);
      throw failure;
    }
  };

  return {
    attachTo: (listener) => server.attachTo(listener, { reports: false }),
    answer,
    list: () => server.list(),
    watch(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    async request(machine, name, params, { name: node, timeoutMs, signal }) {
      const { method, ask } = prepareRequest(name, params);
      if (server.get(machine) === undefined) throw notConnected(node);
      return counted(method, node, () => ask(server, machine, { timeoutMs, signal }));
    },
    async rotateToken(machine, { name: node, timeoutMs, signal }) {
      if (server.get(machine) === undefined) throw notConnected(node);
      await counted('updateToken', node, () => server.rotateToken(machine, { timeoutMs, signal }));
    },
    get counts() {
      const up = new Map<string, number>([
        ['v1', 0],
        ['v2', 0],
      ]);
      for (const { protocol } of server.list()) up.set(protocol, (up.get(protocol) ?? 0) + 1);
      return { up, opened: server.counters.opened, requests };
    },
    close: () => server.close(),
  };
}

/** What agents say of their version when they enrol; other programs may have said anything. */
function agentVersionOf({ inventory }: StoredMachine): string | undefined {
  const info = inventory['machineInfo'];
  if (typeof info !== 'object' || info === null || !('gpudVersion' in info)) return undefined;
  return typeof info.gpudVersion === 'string' ? info.gpudVersion : undefined;
}
