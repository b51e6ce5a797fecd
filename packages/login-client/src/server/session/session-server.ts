import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { type Clock, type Logger, silentLogger, systemClock, type Timer, withDeadline } from '@moorline/core';
import { LoginError } from '../../wire/login-error.js';
import { defaultMaxFrameBytes } from '../../wire/session/frame-reader.js';
import { readSessionHeaders, type SessionHeaders } from '../../wire/session/headers.js';
import type { SessionMethod, SessionParams } from '../../wire/session/methods.js';
import type { SessionProtocol } from '../../wire/session/method-gate.js';
import { connectPath, sessionPath } from '../../wire/session/paths.js';
import { sessionRequest } from '../../wire/session/request.js';
import type { SessionResponse } from '../../wire/session/response.js';
import { infoOf, type SessionInfo } from './agent-session.js';
import { type AttachOptions, attachSessions, type NodeServer } from './attach-sessions.js';
import { readAttempt } from './attempt-cookie.js';
import {
  badRequest,
  badToken,
  closing,
  refuseRequest,
  refuseStream,
  refuseVersion2,
  type SessionRefusal,
  storeFailed,
  tooManySessions,
  wrongMethod,
} from './refuse-session.js';
import { type SessionCounters, SessionRegistry } from './session-registry.js';
import type { SessionMachine, SessionStore } from './session-store.js';
import { V1Pairing } from './v1-pairing.js';
import { answerReadStream, type V1Half, V1Session } from './v1-session.js';
import { V2Session } from './v2-session.js';

/** Options of {@link createSessionServer}. */
export interface SessionServerOptions {
  store: SessionStore;
  /** Versions of the protocol that agents get. Default both. */
  protocols?: readonly SessionProtocol[] | undefined;
  /** Names this server in the logs of agents. Default a random one. */
  serverId?: string | undefined;
  /** Milliseconds without a request until an agent of version 1 is sent an empty one; it leaves after 120,000. 0 sends none. Default 45,000. */
  keepAliveMs?: number | undefined;
  /** Sessions beyond it are refused with 503; 0 is no limit. Default 0. */
  maxSessions?: number | undefined;
  /** Requests that may wait for one machine beside the 16 that it has; more are refused. Default 1000. */
  maxWaiting?: number | undefined;
  /** Largest frame of version 1 that is taken, bytes. Default 16 MiB. */
  maxFrameBytes?: number | undefined;
  /** Told of each session that comes up. */
  onConnect?: ((session: SessionInfo) => void) | undefined;
  /** Told of each that has ended; the machine may have another by then. */
  onDisconnect?: ((session: SessionInfo) => void) | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** Options of one request. */
export interface SessionRequestOptions {
  /**
   * Milliseconds until the request is given up, ≥ 0; 0 turns the deadline off. Agents take up to 60,000 for one, and
   * never answer what they cannot read. Default 75,000.
   */
  timeoutMs?: number | undefined;
  /** Gives the request up at once with the signal's reason; the agent may carry it out all the same. */
  signal?: AbortSignal | undefined;
}

/** The answering half of the session channel: agents dial in, and are asked. */
export interface SessionServer extends AsyncDisposable {
  /**
   * Takes sessions, health probes, notifications and diagnostics from a server of Node, in front of its own listeners:
   * call it after those were added. It turns the server's `requestTimeout` off, which would end write streams.
   */
  attachTo(server: NodeServer, options?: AttachOptions): void;
  /** Answers a stream of version 1. @returns false for other paths: nothing was touched. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers a stream of version 2. @returns false for other paths: nothing was touched. */
  handleStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean;
  /**
   * Asks a machine's agent; the same over both versions. Requests belong to the machine: a session that breaks does not
   * fail them, and the reply may come in the next one.
   *
   * @throws LoginError `machine_not_connected`, `unsupported_method`, `too_many_requests`, `packet_too_large`, `bad_reply`,
   *   `session_closed`; TimeoutError; the signal's reason. What the agent itself could not do is in the reply's `error`.
   */
  request<M extends SessionMethod>(
    machineId: string,
    method: M,
    params: SessionParams<M>,
    options?: SessionRequestOptions,
  ): Promise<SessionResponse>;
  /**
   * Gives the machine a new session token. Old and new open for a while, so that a broken connection leaves the agent with
   * one that does.
   *
   * @throws LoginError `token_not_taken` when the agent keeps the old one; and what {@link request} throws.
   */
  rotateToken(machineId: string, options?: SessionRequestOptions): Promise<void>;
  get(machineId: string): SessionInfo | undefined;
  /** Oldest session first. */
  list(): SessionInfo[];
  readonly size: number;
  readonly counters: Readonly<SessionCounters>;
  /** Ends the session of one machine; its agent comes back. @returns whether there was one. */
  kick(machineId: string): boolean;
  /** Sends all agents away, to come back after that many milliseconds, for instance to another server; new ones are taken. */
  drain(reconnectAfterMs: number): void;
  /** Refuses new sessions with 503, ends those that are up, and fails what waits with `session_closed`; idempotent. */
  close(): Promise<void>;
}

/** Milliseconds between looks at who needs a keep-alive. */
const sweepMs = 5000;

/** Milliseconds that the store may take to look a token up. */
const lookUpMs = 10_000;

export function createSessionServer(options: SessionServerOptions): SessionServer {
  const { store, protocols = ['v1', 'v2'], serverId = randomUUID(), maxSessions = 0, maxWaiting = 1000 } = options;
  const { keepAliveMs = 45_000, maxFrameBytes = defaultMaxFrameBytes } = options;
  const { clock = systemClock, logger = silentLogger, onConnect, onDisconnect } = options;
  const registry = new SessionRegistry({ maxWaiting, clock, logger, onConnect, onDisconnect });
  const pairing = new V1Pairing(clock);
  const v1Options = { clock, serverId, keepAliveMs, maxFrameBytes };
  let isClosing = false;
  let sweeper: Timer | undefined;

  const sweep = (): void => {
    const now = clock.monotonic();
    for (const session of registry.up) session.keepAlive(now);
    pairing.sweep(now);
    arm();
  };
  /** Runs only while there is somebody to look after. */
  const arm = (): void => {
    sweeper?.cancel();
    sweeper = registry.up.size + pairing.size === 0 ? undefined : clock.setTimer(sweepMs, sweep);
    sweeper?.unref();
  };

  const admit = async ({ token, machineId }: SessionHeaders): Promise<SessionMachine | SessionRefusal> => {
    if (isClosing) return closing;
    if (token === '' || machineId === '') return badToken;
    try {
      const work = (): Promise<SessionMachine | undefined> => store.findSessionMachine(token);
      const machine = await withDeadline(work, { timeoutMs: lookUpMs, clock, attempted: 'looking a session token up' });
      // A machine may have taken another one's id, and kept its token.
      if (machine === undefined || machine.id !== machineId) return badToken;
      if (isClosing) return closing;
      const isFull = maxSessions > 0 && registry.up.size >= maxSessions && registry.get(machineId) === undefined;
      return isFull ? tooManySessions : machine;
    } catch (error) {
      logger.error({ machineId, error: messageOf(error) }, 'a session token could not be looked up');
      return storeFailed;
    }
  };

  const takeHalf = async (half: V1Half): Promise<void> => {
    const { request, response } = half;
    // A peer that goes away is no one's failure.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const headers = readSessionHeaders(request.headers);
    const admitted = await admit(headers);
    if (request.socket.destroyed) return;
    if ('status' in admitted) {
      logger.warn({ machineId: headers.machineId, status: admitted.status }, `session refused: ${admitted.text}`);
      refuseRequest(request, response, admitted);
      return;
    }
    const { stream } = headers;
    if (stream === undefined) {
      refuseRequest(request, response, badRequest('X-GPUD-Session-Type must be read or write'));
      return;
    }
    request.socket.setTimeout(0);
    if (stream === 'read') {
      request.resume();
      answerReadStream(half, serverId);
    }
    const pair = pairing.add(admitted.id, stream, readAttempt(request.headers.cookie), half);
    if (pair !== undefined) registry.opened(new V1Session(admitted, pair, registry, v1Options));
    if (sweeper === undefined) arm();
  };

  const takeStream = async (stream: ServerHttp2Stream, headers: SessionHeaders): Promise<void> => {
    const admitted = await admit(headers);
    if (stream.destroyed) return;
    if ('status' in admitted) {
      logger.warn({ machineId: headers.machineId, status: admitted.status }, `session refused: ${admitted.text}`);
      refuseStream(stream, admitted);
      return;
    }
    // Its life is not to be measured by what else the connection carries.
    stream.session?.setTimeout(0);
    new V2Session(admitted, stream, registry, { clock, serverId });
  };

  const close = (): Promise<void> => {
    isClosing = true;
    sweeper?.cancel();
    sweeper = undefined;
    for (const session of [...registry.up]) session.drain(0);
    pairing.close();
    registry.close();
    return Promise.resolve();
  };

  const request: SessionServer['request'] = (machineId, method, params, { timeoutMs = 75_000, signal } = {}) =>
    isClosing
      ? Promise.reject(new LoginError('the session server is closed', { code: 'session_closed', isRetryable: true }))
      : registry.callsOf(machineId).request(method, sessionRequest(method, params), { timeoutMs, signal });

  const self: SessionServer = {
    attachTo: (server, attachOptions) => attachSessions(server, self, { store, logger }, attachOptions),
    handleRequest(incoming, response) {
      if (pathOf(incoming.url) !== sessionPath || !protocols.includes('v1')) return false;
      if (incoming.method !== 'POST') refuseRequest(incoming, response, wrongMethod);
      else void takeHalf({ request: incoming, response });
      return true;
    },
    handleStream(stream, headers) {
      if (pathOf(headers[constants.HTTP2_HEADER_PATH]?.toString()) !== connectPath) return false;
      stream.on('error', () => undefined);
      if (!protocols.includes('v2')) refuseVersion2(stream);
      else if (headers[constants.HTTP2_HEADER_METHOD] !== 'POST') refuseStream(stream, wrongMethod);
      else void takeStream(stream, readSessionHeaders(headers));
      return true;
    },
    request,
    async rotateToken(machineId, requestOptions) {
      if (registry.get(machineId) === undefined) await request(machineId, 'updateToken', { token: '' });
      const token = await store.rotateSessionToken(machineId);
      const { error } = await request(machineId, 'updateToken', { token }, requestOptions);
      if (error !== undefined) throw tokenNotTaken(machineId, error.replaceAll(token, '[redacted]'));
    },
    get(machineId) {
      const session = registry.get(machineId);
      return session && infoOf(session);
    },
    list: () => [...registry.up].map(infoOf),
    get size() {
      return registry.up.size;
    },
    counters: registry.counters,
    kick(machineId) {
      const session = registry.get(machineId);
      session?.end('kicked');
      return session !== undefined;
    },
    drain(reconnectAfterMs) {
      for (const session of [...registry.up]) session.drain(reconnectAfterMs);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return self;
}

/** Several slashes count as one: agents with an endpoint that ends in one send two (docs/protocol.md §8.1). */
const pathOf = (url: string | undefined): string => (url ?? '/').replace(/[?#].*$/s, '').replace(/\/{2,}/g, '/');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function tokenNotTaken(machineId: string, reason: string): LoginError {
  return new LoginError(`${machineId} keeps its session token: ${reason}`, {
    code: 'token_not_taken',
    hint: 'the old token goes on opening; see that the agent reaches /healthz of this server',
    details: { machineId },
  });
}
