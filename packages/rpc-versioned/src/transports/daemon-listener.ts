import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Logger, silentLogger, systemClock, withDeadline } from '@moorline/core';
import { WebSocketServer } from 'ws';
import type { RpcVersion } from '../client/rpc-client.js';
import type { DaemonRegistry } from './daemon-registry.js';
import { defaultMaxMessageBytes } from './dial-daemon.js';
import { FluxSocket } from './flux-socket.js';
import { readRegisterPath, type RegisterPath } from './register-path.js';
import { readToken } from './scope-probe.js';
import { type KeepAliveOptions, WebSocketStream } from './websocket-stream.js';

/** A daemon that asks to be let in. */
export interface DaemonRequest {
  /** From `Authorization: Scope-Probe token=…`; undefined where the header is absent or of another scheme. */
  token: string | undefined;
  /** What it wants to register as. */
  version: RpcVersion;
  headers: IncomingHttpHeaders;
  remoteAddress: string | undefined;
}

export interface DaemonListenerOptions extends KeepAliveOptions {
  /**
   * Says whose daemon this is, or undefined to refuse it (401). Behind a proxy that has looked at the token already:
   * `({ headers }) => tenantOf(headers)`.
   */
  authenticate: (request: DaemonRequest) => Promise<string | undefined> | string | undefined;
  /** Where connections are kept, and called from. */
  registry: DaemonRegistry;
  /** What precedes `/vN/daemon` in the path: `/api/flux`. Default empty. */
  basePath?: string | undefined;
  /** Largest message taken, bytes; 0 takes all. Default 64 MiB. */
  maxMessageBytes?: number | undefined;
  /** Connections beyond it are refused with 503; 0 is no limit. Default 0. */
  maxConnections?: number | undefined;
  /** Milliseconds that `authenticate` may take; 0 turns the deadline off. Default 10,000. */
  timeoutMs?: number | undefined;
  logger?: Logger | undefined;
}

/** The platform's side: accepts the sockets that daemons dial out. */
export interface DaemonListener {
  /**
   * For the `upgrade` event of any HTTP server of Node: `server.on('upgrade', listener.acceptDaemon)`.
   *
   * @returns false for a path that is no daemon's: the socket was not touched, and is for someone else to answer.
   */
  readonly acceptDaemon: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /**
   * Answers plain requests to a daemon's path: 400, 405, 404, or 410 for versions that are gone.
   *
   * @returns undefined for every other path.
   */
  readonly answer: (request: Request) => Response | undefined;
}

interface Refusal {
  status: number;
  text: string;
  headers?: Record<string, string>;
}

const badRequest: Refusal = { status: 400, text: 'Bad Request\n', headers: { 'Sec-Websocket-Version': '13' } };
const wrongMethod: Refusal = { status: 405, text: '', headers: { Allow: 'GET' } };
const deprecated: Refusal = { status: 410, text: 'API endpoint deprecated' };
const notFound: Refusal = { status: 404, text: 'API endpoint not found' };
const unauthorized: Refusal = { status: 401, text: 'unauthorized' };
const tooMany: Refusal = { status: 503, text: 'too many connections' };
const failed: Refusal = { status: 500, text: 'internal server error' };

/** Messages of real peers come in frames of 4,096 bytes; a quarter of that is as small as a peer may cut them. */
const smallestFragmentBytes = 1024;

export function createDaemonListener(options: DaemonListenerOptions): DaemonListener {
  const { registry, authenticate, basePath, maxConnections = 0, timeoutMs = 10_000 } = options;
  const { maxMessageBytes = defaultMaxMessageBytes, clock = systemClock, logger = silentLogger } = options;
  const upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    handleProtocols: () => false,
    maxPayload: maxMessageBytes,
    maxFragments: Math.ceil(maxMessageBytes / smallestFragmentBytes),
    WebSocket: FluxSocket,
  });

  const tenantFor = async (request: DaemonRequest): Promise<string | Refusal> => {
    if (maxConnections > 0 && registry.size >= maxConnections) return tooMany;
    try {
      const work = async (): Promise<string | undefined> => authenticate(request);
      const tenant = await withDeadline(work, { timeoutMs, clock, attempted: 'authenticating a daemon' });
      return tenant === undefined || tenant === '' ? unauthorized : tenant;
    } catch (error) {
      logger.error({ error }, 'authenticating a daemon failed');
      return failed;
    }
  };

  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer, version: RpcVersion): Promise<void> => {
    const { headers } = request;
    const { remoteAddress } = request.socket;
    const asked = { token: readToken(headers.authorization), version, headers, remoteAddress };
    // A peer that goes away meanwhile is no one's failure.
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    const tenant = await tenantFor(asked);
    if (typeof tenant !== 'string') {
      refuse(socket, tenant);
      return;
    }
    socket.removeListener('error', onError);
    upgrades.handleUpgrade(request, socket, head, (websocket) => {
      const stream = new WebSocketStream(websocket, socket, options);
      registry.register(stream, { tenant, version, userAgent: headers['user-agent'], remoteAddress });
    });
  };

  return {
    acceptDaemon(request, socket, head) {
      const path = readRegisterPath(withoutQuery(request.url ?? ''), basePath);
      if (path === undefined) return false;
      const refusal = refusalOf(path, request.method) ?? (isUpgrade(request) ? undefined : badRequest);
      if (refusal !== undefined) refuse(socket, refusal);
      else if (isSpoken(path)) void accept(request, socket, head, path.version);
      return true;
    },
    answer(request) {
      const path = readRegisterPath(new URL(request.url).pathname, basePath);
      if (path === undefined) return undefined;
      const { status, text, headers } = refusalOf(path, request.method) ?? badRequest;
      return new Response(text, { status, headers: { ...plainText, ...headers } });
    },
  };
}

/** The tenant that a proxy in front has written into `X-Scope-OrgID`. Trust it only behind such a proxy. */
export function tenantOf(headers: IncomingHttpHeaders): string | undefined {
  const tenant = headers['x-scope-orgid'];
  return typeof tenant === 'string' && tenant !== '' ? tenant : undefined;
}

const plainText = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };

const isSpoken = (path: RegisterPath): path is { version: RpcVersion } => typeof path.version === 'number';

function refusalOf({ version }: RegisterPath, method: string | undefined): Refusal | undefined {
  if (version === 'deprecated') return deprecated;
  if (version === 'unknown') return notFound;
  return method === 'GET' || method === 'HEAD' ? undefined : wrongMethod;
}

const isUpgrade = ({ headers, method }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');

function refuse(socket: Duplex, { status, text, headers }: Refusal): void {
  socket.on('error', () => socket.destroy());
  const lines = Object.entries({
    ...plainText,
    ...headers,
    'Content-Length': String(text.length),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`, () =>
    socket.destroy(),
  );
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');
