import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import type { ClientOptions } from '../client/client-options.js';
import { newClient } from '../client/clients.js';
import type { RPCClient, RpcVersion } from '../client/rpc-client.js';
import { unavailableError } from '../wire/application-error.js';
import type { ByteStream } from '../wire/byte-stream.js';
import { isFatalError, RpcError } from '../wire/rpc-error.js';
import { DaemonTimers } from './daemon-timers.js';
import { WatchedStream } from './watched-stream.js';

/** What is known of a daemon beside its connection. */
export interface DaemonDescription {
  /** Whose daemon it is: what calls are routed by. */
  tenant: string;
  /** What it registered as. */
  version: RpcVersion;
  userAgent?: string | undefined;
  /** Address of the peer; behind a proxy that of the proxy. */
  remoteAddress?: string | undefined;
}

/** A daemon that is connected. */
export interface RegisteredDaemon extends Readonly<DaemonDescription> {
  /** Of this connection; unique within the process. */
  readonly id: string;
  /** Makes calls; the class is that of the daemon's version. */
  readonly client: RPCClient;
  /** Wall time, milliseconds since 1970. */
  readonly connectedAt: number;
  /** Settles when the connection has ended, with the reason unless the end was clean. */
  readonly ended: Promise<Error | undefined>;
  /** Ends the connection; calls that wait for an answer fail with the reason. */
  close(reason?: Error): void;
}

export interface DaemonRegistryOptions {
  /** Options of the clients that calls are made with. */
  client?: Omit<ClientOptions, 'clock'> | undefined;
  /**
   * Milliseconds after which a connection is ended, for the daemon to dial again: balances the load of several
   * servers. Calls in flight get up to ten seconds more. 0 turns it off. Default two hours.
   */
  maxAgeMs?: number | undefined;
  /**
   * Milliseconds between pings of a daemon itself, to find one that holds its connection but answers no calls; it
   * has as long again to answer. Default 0: none, since keep-alive finds lost connections within 30 s.
   */
  pingIntervalMs?: number | undefined;
  onConnect?: ((daemon: RegisteredDaemon) => void) | undefined;
  /** Told the reason unless the end was clean. */
  onDisconnect?: ((daemon: RegisteredDaemon, reason: Error | undefined) => void) | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** What a registry has seen since it was made. */
export interface RegistryCounters {
  registered: number;
  /** Ended because another daemon of the same tenant came. */
  kicked: number;
  /** Ended because of their age. */
  expired: number;
}

/**
 * The daemons that are connected to this process, one of each tenant: the newest wins.
 *
 * Nothing in it outlives the connections: after a restart the daemons' own dials fill it again.
 */
export class DaemonRegistry implements Disposable {
  readonly counters: Readonly<RegistryCounters>;
  readonly #counters: RegistryCounters = { registered: 0, kicked: 0, expired: 0 };
  readonly #daemons = new Map<string, RegisteredDaemon>();
  readonly #options: DaemonRegistryOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: DaemonRegistryOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.counters = this.#counters;
  }

  /** Daemons that are connected. */
  get size(): number {
    return this.#daemons.size;
  }

  /** Takes a connection in; the tenant's former one, if there is one, ends as kicked. */
  register(stream: ByteStream, description: DaemonDescription): RegisteredDaemon {
    const watched = new WatchedStream(stream);
    const daemon: RegisteredDaemon = {
      ...description,
      id: globalThis.crypto.randomUUID(),
      client: newClient(description.version, watched, { ...this.#options.client, clock: this.#clock }),
      connectedAt: this.#clock.now(),
      ended: watched.ended,
      close: (reason) => watched.end(reason),
    };
    const { tenant, id, version, userAgent, client } = daemon;
    const former = this.#daemons.get(tenant);
    this.#daemons.set(tenant, daemon);
    this.#counters.registered++;
    if (former !== undefined) {
      this.#counters.kicked++;
      former.close(
        new RpcError(`Kicked by new subscriber ${id}`, { code: 'kicked', isFatal: true, isRetryable: true }),
      );
    }
    const timers = new DaemonTimers(daemon, this.#clock, this.#options, () => this.#counters.expired++);
    // A client that reads what it cannot go on with leaves the stream open.
    void client.ended.then((reason) => this.#fail(daemon, reason));
    void daemon.ended.then((reason) => {
      timers.cancel();
      this.#remove(daemon, reason);
    });
    this.#logger.info({ tenant, id, version, userAgent }, 'daemon connected');
    this.#options.onConnect?.(daemon);
    return daemon;
  }

  get(tenant: string): RegisteredDaemon | undefined {
    return this.#daemons.get(tenant);
  }

  /** All daemons that are connected, oldest connection first. */
  list(): RegisteredDaemon[] {
    return [...this.#daemons.values()].sort((a, b) => a.connectedAt - b.connectedAt);
  }

  /**
   * Calls a tenant's daemon. When the call fails in a way that leaves the connection unusable, the daemon is taken
   * out and its connection closed, and the caller still gets the error; every other failure leaves it connected.
   *
   * @throws RpcError `unavailable` when no daemon of this tenant is connected; whatever the call throws.
   */
  async call<Result>(tenant: string, work: (client: RPCClient) => Promise<Result>): Promise<Result> {
    const daemon = this.#daemons.get(tenant);
    if (daemon === undefined) throw unavailableError(`no daemon of ${tenant} is connected`);
    try {
      return await work(daemon.client);
    } catch (error) {
      if (isFatalError(error)) this.#fail(daemon, error);
      throw error;
    }
  }

  /** Ends all connections. */
  close(): void {
    for (const daemon of this.#daemons.values()) daemon.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #fail(daemon: RegisteredDaemon, error: RpcError): void {
    if (this.#daemons.get(daemon.tenant) === daemon) this.#daemons.delete(daemon.tenant);
    daemon.close(error);
  }

  /** A late end of a former connection leaves the tenant's present one alone. */
  #remove(daemon: RegisteredDaemon, reason: Error | undefined): void {
    const { tenant, id } = daemon;
    if (this.#daemons.get(tenant) === daemon) this.#daemons.delete(tenant);
    this.#logger.info({ tenant, id, reason: reason?.message }, 'daemon disconnected');
    this.#options.onDisconnect?.(daemon, reason);
  }
}
