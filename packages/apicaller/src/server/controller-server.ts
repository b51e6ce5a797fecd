import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import type { MessageSocket } from '../rpc/message-socket.js';
import { WebSocketSocket } from '../rpc/websocket-socket.js';
import type { HostPort } from '../wire/host-port.js';
import { isJujuVersion } from '../wire/juju-version.js';
import type { LoginVersion } from '../wire/login.js';
import type { ModelRedirection } from '../wire/redirection.js';
import { isTag } from '../wire/tag.js';
import { agentFacade } from './agent-facade.js';
import { type Authenticator, passwordAuthenticator } from './authenticator.js';
import type { ConnectedClient, Identity } from './connected-client.js';
import { readControllerPath } from './controller-path.js';
import type { Awaitable, EntityStore } from './entity-store.js';
import { FacadeTable } from './facade-table.js';
import type { Facade } from './facade.js';
import type { LoginLimiter } from './login-limiter.js';
import type { ServerMetrics } from './metrics.js';
import { pingerFacade } from './pinger-facade.js';
import type { ControllerState } from './restrictions.js';
import { type ConnectionParts, type ConnectionTarget, ServerConnection, unknownModel } from './server-connection.js';
import { type AcceptUpgrade, acceptUpgrades, isUpgrade, keepAlive, refuse } from './upgrade.js';

/** What a server knows of a model. */
export interface ModelFacts {
  /** Where it has gone to: users are sent there, agents refused. */
  redirection?: ModelRedirection | undefined;
}

/** Options of {@link createControllerServer}. */
export interface ControllerServerOptions {
  /** Uuid of the controllers. */
  controllerUuid: string;
  /** The model of this uuid; undefined where there is none, and then everything is answered `model not found`. */
  findModel: (modelUuid: string) => Awaitable<ModelFacts | undefined>;
  /** Who may log in; also what the Agent facade reads and writes. */
  entities: EntityStore;
  /** Default: {@link passwordAuthenticator} with `entities`. */
  authenticator?: Authenticator | undefined;
  /** How many agents may log in how fast. Default: no limit. */
  limiter?: LoginLimiter | undefined;
  /** Served after a login, beside Agent 2 and 3 and Pinger 1. */
  facades?: readonly Facade[] | undefined;
  /** The addresses of all controllers, one list each, for whoever has logged in. Default none. */
  servers?: ((identity: Identity) => readonly (readonly HostPort[])[]) | undefined;
  /** Name of the controllers to the world. Default none. */
  publicDnsName?: string | undefined;
  /** The version of Juju that the server claims to be. Default `3.6.11`, the one whose answers it gives. */
  serverVersion?: string | undefined;
  /** Versions of the Admin facade by which one may log in. Default 3 alone. */
  adminVersions?: readonly LoginVersion[] | undefined;
  /** Uuid of the controllers' own model, whose machines may log in to every model. Default none. */
  controllerModelUuid?: string | undefined;
  /** What goes on with a model; asked at each call, so it must be quick. Default `normal`. */
  state?: ((modelUuid: string | undefined) => ControllerState) | undefined;
  /** What precedes the paths: `/controller`. Default empty. */
  basePath?: string | undefined;
  /** Whether messages with capitalised keys are answered, and `/environment/<uuid>/api` is. Default true. */
  acceptsV0?: boolean | undefined;
  /** Milliseconds after which an agent that does not ping is dropped; 0: never. Default 180,000. */
  pingTimeoutMs?: number | undefined;
  /** Milliseconds that a connection may take to log in; 0: for ever. Default 120,000. */
  loginTimeoutMs?: number | undefined;
  /** Milliseconds that handlers may take to answer once the server closes, ≥ 0. Default 60,000. */
  closeTimeoutMs?: number | undefined;
  /** Largest message taken, bytes; 0 takes all. Default 16 MiB. */
  maxMessageBytes?: number | undefined;
  /** Calls of one connection that run at once before no more are read, ≥ 1. Default 1,000. */
  maxInFlight?: number | undefined;
  /** Bytes of answers that may wait for a slow peer before no more calls are read. Default 16 MiB. */
  maxUnsentBytes?: number | undefined;
  /** Watchers of one connection, ≥ 1. Default 1,000. */
  maxWatchers?: number | undefined;
  /** Connections beyond it are refused with 503; 0 is no limit. Default 0. */
  maxConnections?: number | undefined;
  /** Told of each client that has logged in; `ended` of it tells when it has gone. What it throws is not caught: it must not. */
  onLogin?: ((client: ConnectedClient) => void) | undefined;
  metrics?: ServerMetrics | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** A controller's API, for agents and users to connect to. */
export interface ControllerServer {
  /**
   * For the `upgrade` event of any HTTP server of Node: `server.on('upgrade', controller.handleUpgrade)`.
   *
   * @returns false for a path that is not the API's: the socket was not touched, and is for someone else to answer.
   */
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Serves a connection that is no websocket, such as half of a pair in memory. */
  serve(
    socket: MessageSocket,
    from?: { modelUuid?: string | undefined; remoteAddress?: string | undefined },
  ): Promise<ConnectedClient>;
  /** The connections, in the order in which they came. */
  readonly clients: Iterable<ConnectedClient>;
  /**
   * Takes no more connections, and ends all: handlers are told, and answer, then each is closed. Resolves when all have
   * ended. A second call waits for the first.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes the answering half: the login of agents and users, the facades Agent and Pinger, and more of one's own.
 *
 * ```ts
 * const controller = createControllerServer({ controllerUuid, findModel: (uuid) => models.get(uuid), entities });
 * httpsServer.on('upgrade', controller.handleUpgrade);
 * ```
 *
 * @throws TypeError for options that cannot be.
 */
export function createControllerServer(options: ControllerServerOptions): ControllerServer {
  return new Controller(options);
}

class Controller implements ControllerServer {
  readonly #options: ControllerServerOptions;
  readonly #parts: ConnectionParts;
  readonly #basePath: string;
  readonly #accept: AcceptUpgrade;
  readonly #connections = new Set<ServerConnection>();
  /** Upgrades that are being looked at. */
  #arriving = 0;
  #lastId = 0;
  #closed: Promise<void> | undefined;

  constructor(options: ControllerServerOptions) {
    this.#options = options;
    this.#parts = partsOf(options);
    this.#basePath = (options.basePath ?? '').replace(/\/+$/, '');
    this.#accept = acceptUpgrades(options.maxMessageBytes ?? 16 * 1024 * 1024);
  }

  get clients(): Iterable<ConnectedClient> {
    return this.#connections;
  }

  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const path = readControllerPath(request.url ?? '', this.#basePath, this.#parts.acceptsV0);
    if (path === undefined) return false;
    const { maxConnections = 0 } = this.#options;
    if (!isUpgrade(request)) refuse(socket, 400, 'Bad Request\n');
    else if (this.#closed !== undefined) refuse(socket, 503, 'the controller is stopping');
    else if (maxConnections > 0 && this.#connections.size + this.#arriving >= maxConnections) {
      refuse(socket, 503, 'too many connections');
    } else void this.#upgrade(request, socket, head, path.modelUuid);
    return true;
  };

  async serve(
    socket: MessageSocket,
    from: { modelUuid?: string | undefined; remoteAddress?: string | undefined } = {},
  ): Promise<ConnectedClient> {
    return this.#open(socket, await this.#target(from.modelUuid, from.remoteAddress));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, modelUuid: string | undefined): Promise<void> {
    // A peer that goes away meanwhile is no one's failure.
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    this.#arriving++;
    try {
      const target = await this.#target(modelUuid, request.socket.remoteAddress);
      socket.removeListener('error', onError);
      if (this.#closed !== undefined) {
        refuse(socket, 503, 'the controller is stopping');
        return;
      }
      keepAlive(socket);
      this.#accept(request, socket, head, (websocket) => {
        this.#open(new WebSocketSocket(websocket, socket, this.#parts.clock), target);
      });
    } catch (error) {
      this.#parts.logger.error({ error, model: modelUuid }, 'looking for a model failed');
      refuse(socket, 500, 'internal server error');
    } finally {
      this.#arriving--;
    }
  }

  async #target(modelUuid: string | undefined, remoteAddress: string | undefined): Promise<ConnectionTarget> {
    const target = { modelUuid, remoteAddress, redirection: undefined, error: undefined };
    if (modelUuid === undefined) return target;
    const model = await this.#options.findModel(modelUuid);
    if (model === undefined) return { ...target, error: unknownModel(modelUuid) };
    return { ...target, redirection: model.redirection };
  }

  #open(socket: MessageSocket, target: ConnectionTarget): ServerConnection {
    const { metrics } = this.#parts;
    const connection = new ServerConnection(++this.#lastId, socket, target, this.#parts);
    this.#connections.add(connection);
    metrics?.connectionOpened?.();
    void connection.ended.then(() => {
      this.#connections.delete(connection);
      metrics?.connectionEnded?.();
    });
    if (this.#closed !== undefined) void connection.close();
    return connection;
  }
}

function partsOf(options: ControllerServerOptions): ConnectionParts {
  const { controllerUuid, entities, controllerModelUuid, serverVersion = '3.6.11' } = options;
  const controllerTag = `controller-${controllerUuid}`;
  if (!isTag(controllerTag, 'controller')) throw new TypeError(`controllerUuid is ${controllerUuid}, and no uuid`);
  if (!isJujuVersion(serverVersion)) throw new TypeError(`serverVersion is ${serverVersion}, and no version of Juju`);
  const own = [agentFacade(entities, controllerModelUuid), pingerFacade()];
  return {
    authenticator: options.authenticator ?? passwordAuthenticator(entities, controllerModelUuid),
    limiter: options.limiter,
    versions: options.adminVersions ?? [3],
    facades: new FacadeTable([...own, ...(options.facades ?? [])]),
    controllerTag,
    serverVersion,
    publicDnsName: options.publicDnsName,
    servers: options.servers ?? (() => []),
    state: options.state ?? (() => 'normal'),
    acceptsV0: options.acceptsV0 ?? true,
    pingTimeoutMs: atLeast('pingTimeoutMs', options.pingTimeoutMs ?? 180_000, 0),
    loginTimeoutMs: atLeast('loginTimeoutMs', options.loginTimeoutMs ?? 120_000, 0),
    closeTimeoutMs: atLeast('closeTimeoutMs', options.closeTimeoutMs ?? 60_000, 0),
    maxInFlight: atLeast('maxInFlight', options.maxInFlight ?? 1000, 1),
    maxUnsentBytes: atLeast('maxUnsentBytes', options.maxUnsentBytes ?? 16 * 1024 * 1024, 1),
    maxWatchers: atLeast('maxWatchers', options.maxWatchers ?? 1000, 1),
    onLogin: options.onLogin,
    metrics: options.metrics,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
  };
}

function atLeast(name: string, value: number, least: number): number {
  if (value >= least) return value;
  throw new TypeError(`${name} is ${value}, and must be at least ${least}`);
}
