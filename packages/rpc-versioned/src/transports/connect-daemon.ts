import {
  backoffDelay,
  type BackoffOptions,
  type Logger,
  redactUrl,
  silentLogger,
  sleep,
  systemClock,
} from '@moorline/core';
import type { DaemonHandler } from '../server/handler.js';
import { newServer, type Server, type ServerOptions } from '../server/server.js';
import type { ByteStream } from '../wire/byte-stream.js';
import { dialDaemon, type DialOptions } from './dial-daemon.js';
import { isDialError, isEndpointDeprecated } from './dial-error.js';
import type { SocketStream } from './websocket-stream.js';

/** Where a daemon's loop is. */
export type DaemonState = 'connecting' | 'connected' | 'waiting' | 'closed';

/** Told at every change of state. */
export interface DaemonStateChange {
  state: DaemonState;
  /** Why: the failed dial, or what ended the connection; undefined for a clean end. */
  error?: Error | undefined;
  /** With `waiting`: milliseconds until the next dial. */
  delayMs?: number | undefined;
}

export interface ConnectDaemonOptions extends DialOptions {
  /** What the daemon answers; or {@link ConnectDaemonOptions.serve}. */
  handler?: DaemonHandler | undefined;
  /** Options of the server that calls the handler. */
  server?: Omit<ServerOptions, 'clock' | 'logger'> | undefined;
  /** Serves one connection in place of a handler; settles when its calls have ended. */
  serve?: ((stream: ByteStream) => Promise<void> | void) | undefined;
  /**
   * How long to wait between connections, and after failed dials. Default: always 5 s, as the original has it. With
   * a factor, a connection that came up starts it anew.
   */
  backoff?: BackoffOptions | undefined;
  /**
   * Whether a connection that has ended holds the next one up until its calls have ended too, as in the original: one
   * that never ends would keep the daemon away for ever. Default false.
   */
  waitForCalls?: boolean | undefined;
  onStateChange?: ((change: DaemonStateChange) => void) | undefined;
  logger?: Logger | undefined;
}

/** A daemon's standing connection to its service. */
export interface DaemonConnection extends AsyncDisposable {
  readonly state: DaemonState;
  /** Milliseconds since the connection came up; 0 where there is none. */
  readonly connectedForMs: number;
  /**
   * Settles when the loop has ended: resolves after {@link close} or an abort, rejects with the DialError
   * `endpoint_deprecated` when the service answered 410, and with what else no further dial can heal.
   */
  readonly finished: Promise<void>;
  /** Ends the connection, the dial or the wait, and resolves when the calls being served have ended too; idempotent. */
  close(): Promise<void>;
}

const alwaysFiveSeconds: BackoffOptions = { minDelayMs: 5000, maxDelayMs: 5000, jitter: 0 };

/**
 * The daemon's side of a connection: dials out, serves the calls that come in, and dials again when the connection
 * ends, for ever (docs/protocol.md, The daemon's loop).
 *
 * @throws RpcError `bad_endpoint`, `insecure_endpoint` or `bad_token` through {@link DaemonConnection.finished}.
 */
export function connectDaemon(options: ConnectDaemonOptions): DaemonConnection {
  const { backoff = {}, waitForCalls = false, onStateChange, logger = silentLogger } = options;
  const { clock = systemClock, signal, handler = {}, server } = options;
  const { serve = serving(newServer(handler, { ...server, clock, logger })) } = options;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  let state: DaemonState = 'connecting';
  let stream: SocketStream | undefined;
  let connectedAt = 0;
  const url = redactUrl(options.url);

  const change = (next: DaemonStateChange): void => {
    state = next.state;
    onStateChange?.(next);
  };

  const serveToTheEnd = async (connection: SocketStream): Promise<void> => {
    try {
      await serve(connection);
    } catch (error) {
      logger.error({ url, error }, 'serving the connection failed');
    }
    connection.close();
  };

  const serveOne = async (connection: SocketStream): Promise<Error | undefined> => {
    stream = connection;
    connectedAt = clock.monotonic();
    logger.info({ url }, 'connected');
    change({ state: 'connected' });
    if (stopping.signal.aborted) connection.close();
    const served = serveToTheEnd(connection);
    const reason = await connection.ended;
    stream = undefined;
    if (waitForCalls || stopping.signal.aborted) await served;
    return reason;
  };

  const connectOnce = async (): Promise<{ error: Error | undefined; wasUp: boolean }> => {
    change({ state: 'connecting' });
    let wasUp = false;
    try {
      const connection = await dialDaemon({ ...options, signal: stopping.signal });
      wasUp = true;
      const error = await serveOne(connection);
      logger.info({ url, error: error?.message }, 'disconnected');
      return { error, wasUp };
    } catch (error) {
      if (wasUp || stopping.signal.aborted || !isDialError(error) || isEndpointDeprecated(error)) throw error;
      logger.warn({ url, error: error.message }, 'dial failed');
      return { error, wasUp };
    }
  };

  const loop = async (): Promise<void> => {
    let attempt = 1;
    for (;;) {
      const { error, wasUp } = await connectOnce();
      if (stopping.signal.aborted) return;
      attempt = wasUp ? 1 : attempt;
      const delayMs = backoffDelay(attempt++, { ...alwaysFiveSeconds, ...backoff });
      change({ state: 'waiting', error, delayMs });
      await sleep(delayMs, { signal: stopping.signal, clock });
    }
  };

  const run = async (): Promise<void> => {
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    stopping.signal.addEventListener('abort', () => stream?.close(), { once: true });
    try {
      await loop();
      change({ state: 'closed' });
    } catch (error) {
      const wasStopped = stopping.signal.aborted;
      change({ state: 'closed', ...(wasStopped || !(error instanceof Error) ? {} : { error }) });
      if (wasStopped) return;
      logger.error({ url, error: String(error) }, 'gave up');
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  };

  const finished = run();
  // Who does not look at the end is told by the logger and by `onStateChange`.
  finished.catch(() => undefined);
  const close = async (): Promise<void> => {
    stop();
    await finished.catch(() => undefined);
  };
  return {
    get state() {
      return state;
    },
    get connectedForMs() {
      return stream === undefined ? 0 : clock.monotonic() - connectedAt;
    },
    finished,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const serving =
  (server: Server) =>
  (stream: ByteStream): Promise<void> =>
    server.serveConn(stream);
