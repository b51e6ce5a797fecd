import type { Clock } from '@moorline/core';
import type { ApicallerError } from '../error.js';
import type { CallOptions, RpcConnection } from '../rpc/rpc-connection.js';
import type { Address } from '../wire/address.js';
import { bestVersion } from '../wire/facades.js';
import { addressType, formatHostPort, type HostPort } from '../wire/host-port.js';
import type { LoginResult } from '../wire/login.js';
import { PingMonitor, pingFailed } from './ping-monitor.js';

/** What consumers of a connection may do with it; they must not close it. */
export interface ApiCaller {
  /**
   * Calls a method of a facade, and gives the answer: an object, not looked at any closer.
   *
   * @param version of the facade, mostly `bestFacadeVersion(facade)`; 0 sends none.
   * @param objectId of an object below the facade, such as a watcher; mostly empty.
   * @throws RequestError what the controller answered. ApicallerError `connection_shut_down`, `connection_broken`,
   * `invalid_message` when the connection ends first or has ended; `invalid_response`, `unencodable`. TimeoutError. The
   * signal's reason.
   */
  apiCall(
    facade: string,
    version: number,
    objectId: string,
    method: string,
    params?: unknown,
    options?: CallOptions,
  ): Promise<unknown>;
  /** The version of a facade to call: the highest that both this client and the controller have; 0 where there is none. */
  bestFacadeVersion(facade: string): number;
  /** `model-<uuid>`; undefined for a connection to the controller itself. */
  readonly modelTag: string | undefined;
  /** `controller-<uuid>`; undefined without a login, and from controllers before 2.0. */
  readonly controllerTag: string | undefined;
}

/** A connection to a controller, logged in. Close it when it is not needed any more, or has broken. */
export interface Connection extends ApiCaller {
  /** The address in use, as a URL without the API's own path: `wss://10.0.0.7:17070`. */
  readonly addr: string;
  /** The addresses of all controllers, one list each, the address in use first. */
  readonly apiHostPorts: readonly (readonly HostPort[])[];
  /** Name of the controllers to the world, where they have one. */
  readonly publicDnsName: string | undefined;
  /** Version of Juju that the controller runs; undefined without a login. */
  readonly serverVersion: string | undefined;
  /** Facts about the user who has logged in; undefined for agents. */
  readonly userInfo: Readonly<Record<string, unknown>> | undefined;
  /**
   * Resolves, never rejects, when the connection is of no use any more: it has ended, a ping failed, or it was closed. With
   * the reason, unless the end was a clean one.
   */
  readonly broken: Promise<ApicallerError | undefined>;
  /** Calls that wait for their answer. */
  readonly inFlight: number;
  /** Whether the connection is broken; asks the controller where that is not known. */
  isBroken(options?: CallOptions): Promise<boolean>;
  /** @throws ApicallerError `ping_failed`; the signal's reason. */
  ping(options?: CallOptions): Promise<void>;
  /**
   * Ends the connection; calls in flight reject with `connection_shut_down`. Takes up to ten seconds where the controller
   * does not answer. Only the first call can reject.
   *
   * @throws ApicallerError what the connection had ended with before, unless that was a clean end.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What an {@link ApiConnection} is made of. */
export interface ConnectionParts {
  rpc: RpcConnection;
  address: Address;
  /** Undefined where nobody has logged in. */
  login: LoginResult | undefined;
  /** Versions of facades that this client knows. */
  facadeVersions: Readonly<Record<string, readonly number[]>>;
  pingPeriodMs: number;
  pingTimeoutMs: number;
  clock: Clock;
}

/** A {@link Connection} over a websocket. */
export class ApiConnection implements Connection {
  readonly addr: string;
  readonly apiHostPorts: readonly (readonly HostPort[])[];
  readonly broken: Promise<ApicallerError | undefined>;
  readonly #parts: ConnectionParts;
  readonly #monitor: PingMonitor | undefined;
  #settleBroken: (reason: ApicallerError | undefined) => void = () => undefined;
  #isBroken = false;
  #isClosing = false;

  constructor(parts: ConnectionParts) {
    const { rpc, address, login, pingPeriodMs: periodMs, pingTimeoutMs: timeoutMs, clock } = parts;
    this.#parts = parts;
    this.addr = `${address.scheme}://${formatHostPort({ value: address.host, port: address.port })}${address.path}`;
    this.apiHostPorts = address.path === '' ? inUseFirst(login?.servers ?? [], address) : (login?.servers ?? []);
    this.broken = new Promise((resolve) => (this.#settleBroken = resolve));
    const ping = (signal: AbortSignal): Promise<unknown> => this.#ping({ signal });
    this.#monitor =
      login === undefined || periodMs <= 0
        ? undefined
        : new PingMonitor({ ping, onFailure: (error) => this.#break(error), periodMs, timeoutMs, clock });
    void rpc.ended.then((reason) => this.#break(reason));
  }

  get modelTag(): string | undefined {
    return this.#parts.login?.modelTag;
  }

  get controllerTag(): string | undefined {
    return this.#parts.login?.controllerTag;
  }

  get publicDnsName(): string | undefined {
    return this.#parts.login?.publicDnsName;
  }

  get serverVersion(): string | undefined {
    return this.#parts.login?.serverVersion;
  }

  get userInfo(): Readonly<Record<string, unknown>> | undefined {
    return this.#parts.login?.userInfo;
  }

  get inFlight(): number {
    return this.#parts.rpc.inFlight;
  }

  apiCall(
    facade: string,
    version: number,
    objectId: string,
    method: string,
    params: unknown = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    return this.#parts.rpc.call({ facade, version, objectId, method }, params, options);
  }

  bestFacadeVersion(facade: string): number {
    const { login, facadeVersions } = this.#parts;
    const wanted = Object.hasOwn(facadeVersions, facade) ? (facadeVersions[facade] ?? []) : [];
    return bestVersion(wanted, login?.facades.get(facade) ?? []);
  }

  async isBroken(options: CallOptions = {}): Promise<boolean> {
    if (this.#isBroken) return true;
    try {
      await this.#ping({ timeoutMs: this.#parts.pingTimeoutMs, ...options });
      return false;
    } catch (error) {
      options.signal?.throwIfAborted();
      this.#break(pingFailed(error));
      return true;
    }
  }

  async ping(options: CallOptions = {}): Promise<void> {
    try {
      await this.#ping({ timeoutMs: this.#parts.pingTimeoutMs, ...options });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw pingFailed(error);
    }
  }

  async close(): Promise<void> {
    const { rpc } = this.#parts;
    const isFirst = !this.#isClosing;
    this.#isClosing = true;
    this.#monitor?.stop();
    const [reason] = await Promise.all([rpc.hasEnded ? rpc.ended : undefined, rpc.close()]);
    if (isFirst && reason !== undefined) throw reason;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ping(options: CallOptions): Promise<unknown> {
    return this.#parts.rpc.call({ facade: 'Pinger', version: 1, method: 'Ping' }, {}, options);
  }

  #break(reason: ApicallerError | undefined): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#monitor?.stop();
    this.#settleBroken(reason);
  }
}

/** All addresses, the one in use and its server first; where it is in none of the lists, as a server of its own. */
function inUseFirst(servers: LoginResult['servers'], { host, port }: Address): HostPort[][] {
  const isInUse = (entry: HostPort): boolean => entry.value === host && entry.port === port;
  const found = servers.find((server) => server.some(isInUse));
  if (found === undefined) {
    return [[{ value: host, type: addressType(host), scope: '', port }], ...servers.map((server) => [...server])];
  }
  const moved = [...found.filter(isInUse), ...found.filter((entry) => !isInUse(entry))];
  return [moved, ...servers.filter((server) => server !== found).map((server) => [...server])];
}
