import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import type { ByteStream } from '../wire/byte-stream.js';
import { RpcError } from '../wire/rpc-error.js';
import { defaultMaxValueBytes } from '../wire/value-splitter.js';
import type { DaemonHandler } from './handler.js';
import { RPCServer } from './rpc-server.js';
import { Session, type SessionOptions } from './session.js';

/** Options of {@link newServer}. */
export interface ServerOptions {
  /** Milliseconds that a call may take, ≥ 0. Default 10,000; 0: no limit (in Flux 0 is over at once). */
  timeoutMs?: number | undefined;
  /**
   * Whether a call is answered `context deadline exceeded` the moment its time is over. Default false, as in Flux: its
   * `signal` is aborted, and what the handler answers is sent, late or not.
   */
  enforceTimeout?: boolean | undefined;
  /** Largest request that is taken, bytes. Default 64 MiB. */
  maxValueBytes?: number | undefined;
  /** Calls of one connection that run at once before no more are read, ≥ 1. Default 10,000. */
  maxInFlight?: number | undefined;
  /** Characters of answers that may wait for a slow peer before no more requests are read. Default 16 Mi. */
  maxUnsentBytes?: number | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** Options of {@link Server.serveConn}. */
export interface ServeOptions {
  /** Ends the session: handlers are told, and answer, then the stream is closed. */
  signal?: AbortSignal | undefined;
}

/** A daemon's answering half, for any number of connections. */
export class Server {
  readonly #server: RPCServer;
  readonly #options: SessionOptions;

  constructor(handler: DaemonHandler, options: ServerOptions = {}) {
    this.#server = new RPCServer(handler);
    this.#options = {
      timeoutMs: atLeast('timeoutMs', options.timeoutMs ?? 10_000, 0),
      enforceTimeout: options.enforceTimeout ?? false,
      maxValueBytes: atLeast('maxValueBytes', options.maxValueBytes ?? defaultMaxValueBytes, 1),
      maxInFlight: atLeast('maxInFlight', options.maxInFlight ?? 10_000, 1),
      maxUnsentBytes: atLeast('maxUnsentBytes', options.maxUnsentBytes ?? 16 * 1024 * 1024, 0),
      clock: options.clock ?? systemClock,
      logger: options.logger ?? silentLogger,
    };
  }

  /**
   * Answers the requests of one stream until it ends, the peer sends what is no request, or the signal is aborted. Then
   * it waits for the handlers that run, and closes the stream.
   *
   * Never rejects: a connection that ends is no failure of the server.
   */
  async serveConn(stream: ByteStream, { signal }: ServeOptions = {}): Promise<void> {
    const session = new Session(this.#server, stream, this.#options);
    const stop = () =>
      session.stop(new RpcError('the server stops', { code: 'connection_closed', cause: signal?.reason }));
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    await session.ended;
    signal?.removeEventListener('abort', stop);
  }
}

/** Makes a {@link Server}. */
export function newServer(handler: DaemonHandler, options?: ServerOptions): Server {
  return new Server(handler, options);
}

function atLeast(name: string, value: number, least: number): number {
  if (value >= least) return value;
  throw new RpcError(`${name} is ${value}, and must be at least ${least}`, { code: 'invalid_option' });
}
