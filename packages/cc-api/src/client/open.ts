import { type Clock, type Logger, type RetryOptions, silentLogger, systemClock } from '@moorline/core';
import { readBaseUrl } from './base-url.js';
import { type Caller, createCaller } from './call.js';
import { type Connection, createConnection } from './connection.js';

/** What a client is made from. */
export interface CcClientOptions {
  /** Address of the server: `https://cc.example.org`. A path before `/api` may be part of it. */
  baseUrl: string;
  /** The API token, or what fetches it before each request. Sent as `Authorization: Bearer`. */
  token?: string | (() => Promise<string>) | undefined;
  /**
   * The value of the session cookie, for the operations that only a session opens. A browser has its own for pages of the
   * server and sends it by itself.
   */
  session?: string | undefined;
  fetch?: typeof fetch | undefined;
  /** Milliseconds for each call, its attempts together. Default 30,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  /** Ends every call of this client with its reason. */
  signal?: AbortSignal | undefined;
  /** How failed attempts are repeated, where that is safe; `false` never. Default 3 attempts. */
  retry?: RetryOptions | false | undefined;
  logger?: Logger | undefined;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Lets plain HTTP through to other machines than this one. Default false. */
  allowInsecureHttp?: boolean | undefined;
  clock?: Clock | undefined;
}

/**
 * What every kind of client stands on.
 *
 * @throws CcApiError `invalid_option`, `insecure_url`.
 */
export function open(options: CcClientOptions): { connection: Connection; caller: Caller } {
  const { clock = systemClock, logger = silentLogger, retry = {}, timeoutMs = 30_000, signal } = options;
  const connection = createConnection({
    baseUrl: readBaseUrl(options.baseUrl, { allowInsecureHttp: options.allowInsecureHttp ?? false }),
    token: options.token,
    session: options.session,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    headers: options.headers ?? {},
    logger,
    clock,
  });
  const caller = createCaller(connection, { clock, logger, retry, timeoutMs, signal });
  return { connection, caller };
}
