import { createServer, type Socket } from 'node:net';
import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { type FdPassing, loadFdPassing } from '../fd/fd-passing.js';
import type { V2Compat } from '../wire/v2/message.js';
import { ProxyError } from '../wire/proxy-error.js';
import { Containers } from './containers.js';
import type { ServerContext } from './context.js';
import type { Generation } from './control-channel.js';
import { sniffGeneration } from './generation-sniffer.js';
import type { ContainerInfo, ProxyHooks } from './hooks.js';
import { defaultLimits, defaultTimeouts, type ProxyLimits, type ProxyTimeouts } from './limits.js';
import { listen, type ListenOptions } from './listen.js';
import { Tokens } from './tokens.js';
import { V2Connection } from './v2-connection.js';
import { V3Connection } from './v3-connection.js';

export interface ProxyServerOptions {
  /** Which protocols are answered; with both, the first nine bytes of a connection tell. Default both. */
  generations?: readonly Generation[] | undefined;
  /** Which proxy v2's clients see. Default `2.2`. */
  compat?: V2Compat | undefined;
  /** Where v3's shims are told to connect to. Default: `unix://` and the path that is listened on. */
  url?: string | undefined;
  /** Whether what VMs print on their consoles is logged, a line each at level debug. Default false. */
  readConsole?: boolean | undefined;
  limits?: Partial<ProxyLimits> | undefined;
  timeouts?: Partial<ProxyTimeouts> | undefined;
  hooks?: ProxyHooks | undefined;
  /** Gives what passes descriptors, at each `allocateIO`. Default: `loadFdPassing`, which takes koffi. */
  fdPassing?: (() => Promise<FdPassing>) | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** A proxy: stands between runtimes and shims on one socket and the agents inside VMs. */
export interface ProxyServer extends AsyncDisposable {
  /**
   * Takes connections from a socket. May be called for several.
   *
   * @throws ProxyError `invalid_option`, `socket_path_too_long`, `bad_activation`, `listen_failed` or `connection_closed`.
   */
  listen(options: ListenOptions): Promise<void>;
  /** Takes a connection that someone else has accepted; it should be half-open (`allowHalfOpen`). */
  accept(socket: Socket): void;
  /** The containers that are known now. */
  containers(): ContainerInfo[];
  /** Stops listening and ends every connection, of clients and to agents; idempotent. */
  close(): Promise<void>;
}

/** Makes a proxy that real runtimes and shims of Clear Containers 2.0 to 3.0 can use. */
export function createProxyServer(options: ProxyServerOptions = {}): ProxyServer {
  const { generations = ['v2', 'v3'], fdPassing = loadFdPassing, clock = systemClock, logger = silentLogger } = options;
  const [onlyGeneration] = generations.length === 1 ? generations : [];
  const limits: ProxyLimits = { ...defaultLimits, ...options.limits };
  let url = options.url;
  const context: ServerContext = {
    compat: options.compat ?? '2.2',
    readConsole: options.readConsole ?? false,
    limits,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    hooks: options.hooks ?? {},
    clock,
    logger,
    containers: new Containers(limits.maxContainers),
    tokens: new Tokens(),
    sockets: new Set(),
    unsent: { total: 0, maxTotal: limits.maxTotalUnsentBytes },
    url: () => url ?? '',
    fdPassing,
  };
  const clients = new Set<Socket>();
  const servers = new Set<ReturnType<typeof createServer>>();
  let clientCount = 0;
  let closing: Promise<void> | undefined;

  const begin = (socket: Socket, generation: Generation, first: Uint8Array): void => {
    const client = ++clientCount;
    const connection =
      generation === 'v2' ? new V2Connection(socket, context, client) : new V3Connection(socket, context, client);
    if (first.length > 0) connection.push(first);
  };

  const accept = (socket: Socket): void => {
    const isFull = clients.size >= limits.maxConnections;
    if (isFull)
      logger.error({ code: 'limit_reached', maxConnections: limits.maxConnections }, 'a connection was refused');
    if (isFull || closing !== undefined) {
      socket.destroy();
      return;
    }
    clients.add(socket);
    context.sockets.add(socket);
    socket.on('close', () => {
      clients.delete(socket);
      context.sockets.delete(socket);
    });
    if (onlyGeneration === undefined) sniff(socket, (generation, first) => begin(socket, generation, first));
    else begin(socket, onlyGeneration, new Uint8Array(0));
  };

  const proxy: ProxyServer = {
    async listen(on) {
      if (closing !== undefined) throw new ProxyError('the proxy is closed', { code: 'connection_closed' });
      const server = createServer({ allowHalfOpen: true }, accept);
      const path = await listen(server, on);
      server.on('error', (error) => logger.error({ error }, "couldn't accept connection"));
      servers.add(server);
      url ??= path === '' ? undefined : `unix://${path}`;
      logger.info({ path }, 'proxy listens');
    },
    accept,
    containers: () => context.containers.list(),
    close() {
      closing ??= Promise.all(
        [...servers].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
      ).then(() => undefined);
      context.containers.close();
      for (const socket of context.sockets) socket.destroy();
      return closing;
    },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
  return proxy;
}

/** Calls back with the generation and all that was read of the connection so far. */
function sniff(socket: Socket, known: (generation: Generation, first: Uint8Array) => void): void {
  let first: Uint8Array = new Uint8Array(0);
  const look = (chunk: Uint8Array): void => {
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    const generation = sniffGeneration(first);
    if (generation === undefined) return;
    for (const [event, listener] of listeners) socket.removeListener(event, listener);
    known(generation, first);
  };
  const drop = (): void => void socket.destroy();
  const listeners = [
    ['data', look],
    ['end', drop],
    ['error', drop],
  ] as const;
  for (const [event, listener] of listeners) socket.on(event, listener);
}
