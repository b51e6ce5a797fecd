import { isTimeoutError, systemClock, withDeadline } from '@moorline/core';
import { ApicallerError } from '../error.js';
import { RpcConnection } from '../rpc/rpc-connection.js';
import type { LoginResult, LoginVersion } from '../wire/login.js';
import { type ApiInfo, checkInfo } from './api-info.js';
import { ApiConnection, type Connection } from './connection.js';
import { defaultTimeoutMs, dialApi, type DialOptions } from './dial/dial-api.js';
import { DialFailures } from './dial/dial-error.js';
import { logIn } from './log-in.js';

/** How a connection is opened: dialled, logged in, and watched. */
export interface OpenOptions extends DialOptions {
  /**
   * Versions of facades that the caller knows, by name, over these: Agent 2 and 3, AgentTools 1, Pinger 1.
   */
  facadeVersions?: Readonly<Record<string, readonly number[]>> | undefined;
  /** Milliseconds between two pings; 0 sends none. Default 60,000; controllers drop agents that are silent for 180,000. */
  pingPeriodMs?: number | undefined;
  /** Milliseconds that the answer to a ping may take, > 0. Default 30,000. */
  pingTimeoutMs?: number | undefined;
  /** Version of Juju that this client claims to be. Default `3.6.11`. */
  clientVersion?: string | undefined;
  /** What the controller notes as this client's command line. Default none. */
  cliArgs?: string | undefined;
  /**
   * `'seed'` speaks to controllers of 2.0's first versions: `/` instead of `/api`, an `Origin` header, older logins where
   * a newer one is not implemented, and a login of version 1 where the info has no model. Default `'current'`.
   */
  compatibility?: 'current' | 'seed' | undefined;
}

const knownFacades: Readonly<Record<string, readonly number[]>> = { Agent: [2, 3], AgentTools: [1], Pinger: [1] };

/**
 * Connects to a controller and logs in.
 *
 * ```ts
 * const connection = await apiOpen({ addrs: ['10.0.0.7:17070'], caCert, modelTag, tag: 'machine-0', password, nonce });
 * const version = connection.bestFacadeVersion('Agent');
 * const result = await connection.apiCall('Agent', version, '', 'GetEntities', { entities: [{ tag: 'machine-0' }] });
 * ```
 *
 * @throws ApicallerError `invalid_info`, `bad_ca_certificate`, `insecure_address` before anything is dialled; DialError;
 * RequestError what the controller answered to the login; RedirectError; ApicallerError `login_timeout`,
 * `login_result_invalid`, `discharge_required`, `redirect_info_failed`, or what ended the connection; the signal's reason.
 */
export function apiOpen(info: ApiInfo, options: OpenOptions = {}): Promise<Connection> {
  if (options.compatibility !== 'seed') return open(info, options, [3]);
  return open(info, options, info.modelTag === undefined || info.modelTag === '' ? [1] : [3, 2, 1]);
}

/**
 * As {@link apiOpen}, with a login of this version of the Admin facade and no other.
 *
 * @param version 1, 2 or 3.
 * @throws ApicallerError `login_version_unsupported` for another version.
 */
export async function openWithVersion(info: ApiInfo, options: OpenOptions, version: number): Promise<Connection> {
  if (version === 1 || version === 2 || version === 3) return await open(info, options, [version]);
  throw new ApicallerError(`loginVersion ${version} not supported`, { code: 'login_version_unsupported' });
}

async function open(info: ApiInfo, options: OpenOptions, versions: readonly LoginVersion[]): Promise<Connection> {
  const checked = checkInfo(info);
  const { timeoutMs = defaultTimeoutMs, clock = systemClock, signal } = options;
  const isSeed = options.compatibility === 'seed';
  const failures = new DialFailures();
  let rpc: RpcConnection | undefined;
  const work = async (deadline: AbortSignal): Promise<Connection> => {
    const dialling = { ...options, clock, signal: deadline };
    const { socket, target } = await dialApi(info, checked, isSeed, dialling, failures);
    if (deadline.aborted) void socket.close(0);
    deadline.throwIfAborted();
    const own = new RpcConnection(socket, { clock });
    rpc = own;
    const login = isLoginWanted(info, isSeed) ? await logInAs(own, info, options, versions, deadline) : undefined;
    return new ApiConnection({
      rpc: own,
      address: target.address,
      login,
      facadeVersions: { ...knownFacades, ...options.facadeVersions },
      pingPeriodMs: options.pingPeriodMs ?? 60_000,
      pingTimeoutMs: options.pingTimeoutMs ?? 30_000,
      clock,
    });
  };
  try {
    return await withDeadline(work, { timeoutMs, signal, clock, attempted: 'opening an API connection' });
  } catch (error) {
    // Whoever has failed to log in leaves politely, and nobody waits for that.
    void rpc?.close(signal?.aborted === true ? 0 : politeMs);
    if (signal?.aborted === true || !isTimeoutError(error)) throw error;
    throw rpc === undefined ? failures.timeout(timeoutMs, error) : loginTimeout(timeoutMs, error);
  }
}

/** How long a failed login lets the controller take to answer the close frame, milliseconds. */
const politeMs = 1000;

/** Controllers of 2.0's first versions are not logged in to by nobody. */
const isLoginWanted = ({ skipLogin, tag = '', password = '' }: ApiInfo, isSeed: boolean): boolean =>
  skipLogin !== true && !(isSeed && tag === '' && password === '');

function logInAs(
  rpc: RpcConnection,
  info: ApiInfo,
  options: OpenOptions,
  versions: readonly LoginVersion[],
  signal: AbortSignal,
): Promise<LoginResult> {
  const { tag = '', password = '', nonce, token, macaroons } = info;
  const { cliArgs, clientVersion = '3.6.11', compatibility } = options;
  const credentials = { tag, password, nonce, token, macaroons, cliArgs, clientVersion };
  const modelTag = info.modelTag === '' ? undefined : info.modelTag;
  return logIn(rpc, credentials, versions, { modelTag, isSeed: compatibility === 'seed' }, signal);
}

function loginTimeout(timeoutMs: number, cause: unknown): ApicallerError {
  return new ApicallerError('cannot log in: context deadline exceeded', {
    code: 'login_timeout',
    isRetryable: true,
    hint: `the controller took the connection, but did not answer the login within ${timeoutMs} ms`,
    cause,
  });
}
