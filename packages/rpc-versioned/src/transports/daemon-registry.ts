import { type Clock, type Logger, silentLogger, systemClock, type Timer } from '@moorline/core';
import type { ByteStream } from '../wire/byte-stream.js';
import { isFatalError, RpcError } from '../wire/rpc-error.js';
import type { ProtocolVersion } from './register-path.js';
import { WatchedStream } from './watched-stream.js';

/** What is known of a daemon beside its connection. */
export interface DaemonDescription {
  /** Whose daemon it is: what calls are routed by. */
  tenant: string;
  /** What it registered as. */
  version: ProtocolVersion;
  userAgent?: string | undefined;
  /** Address of the peer; behind a proxy that of the proxy. */
  remoteAddress?: string | undefined;
}

/** A daemon that is connected. */
export interface RegisteredDaemon<Client> extends Readonly<DaemonDescription> {
  /** Of this connection; unique within the process. */
  readonly id: string;
  /** Makes calls; the class is that of the daemon's version. */
  readonly client: Client;
  /** Wall time, milliseconds since 1970. */
  readonly connectedAt: number;
  /** Settles when the connection has ended, with the reason unless the end was clean. */
  readonly ended: Promise<Error | undefined>;
  /** Ends the connection; calls that wait for an answer fail with the reason. */
  close(reason?: Error): void;
}

export interface DaemonRegistryOptions<Client> {
  /** Makes the client of a connection. */
  clientFor: (version: ProtocolVersion, stream: ByteStream) => Client;
  /**
   * Milliseconds after which a connection is ended, for the daemon to dial again: balances the load of several
   * servers. 0 turns it off. Default two hours.
   */
  maxAgeMs?: number | undefined;
  onConnect?: ((daemon: RegisteredDaemon<Client>) => void) | undefined;
  /** Told the reason unless the end was clean. */
  onDisconnect?: ((daemon: RegisteredDaemon<Client>, reason: Error | undefined) => void) | undefined;
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
  /** Ended because a call failed in a way that leaves the connection unusable. */
  failed: number;
}

/**
 * The daemons that are connected to this process, one of each tenant: the newest wins.
 *
 * Nothing in it outlives the connections: after a restart the daemons' own dials fill it again.
 */
export class DaemonRegistry<Client> implements Disposable {
  readonly counters: Readonly<RegistryCounters>;
  readonly #counters: RegistryCounters = { registered: 0, kicked: 0, expired: 0, failed: 0 };
  readonly #daemons = new Map<string, RegisteredDaemon<Client>>();
  readonly #options: DaemonRegistryOptions<Client>;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: DaemonRegistryOptions<Client>) {
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
  register(stream: ByteStream, description: DaemonDescription): RegisteredDaemon<Client> {
    const watched = new WatchedStream(stream);
    const daemon: RegisteredDaemon<Client> = {
      ...description,
      id: globalThis.crypto.randomUUID(),
      client: this.#options.clientFor(description.version, watched),
      connectedAt: this.#clock.now(),
      ended: watched.ended,
      close: (reason) => watched.end(reason),
    };
    const { tenant, id } = daemon;
    const former = this.#daemons.get(tenant);
    this.#daemons.set(tenant, daemon);
    this.#counters.registered++;
    if (former !== undefined) {
      this.#counters.kicked++;
      former.close(
        new RpcError(`Kicked by new subscriber ${id}`, { code: 'kicked', isFatal: true, isRetryable: true }),
      );
    }
    const timer = this.#limitAge(daemon);
    void daemon.ended.then((reason) => {
      timer?.cancel();
      this.#remove(daemon, reason);
    });
    this.#logger.info({ tenant, id, version: daemon.version, userAgent: daemon.userAgent }, 'daemon connected');
    this.#options.onConnect?.(daemon);
    return daemon;
  }

  get(tenant: string): RegisteredDaemon<Client> | undefined {
    return this.#daemons.get(tenant);
  }

  /** All daemons that are connected, oldest connection first. */
  list(): RegisteredDaemon<Client>[] {
    return [...this.#daemons.values()].sort((a, b) => a.connectedAt - b.connectedAt);
  }

  /**
   * Calls a tenant's daemon. When the call fails in a way that leaves the connection unusable, the daemon is taken
   * out and its connection closed, and the caller still gets the error; every other failure leaves it connected.
   *
   * @throws RpcError `unavailable` when no daemon of this tenant is connected; whatever the call throws.
   */
  async call<Result>(tenant: string, work: (client: Client) => Promise<Result>): Promise<Result> {
    const daemon = this.#daemons.get(tenant);
    if (daemon === undefined) throw unavailable(tenant);
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

  #fail(daemon: RegisteredDaemon<Client>, error: RpcError): void {
    if (this.#daemons.get(daemon.tenant) !== daemon) return;
    this.#counters.failed++;
    this.#daemons.delete(daemon.tenant);
    daemon.close(error);
  }

  #limitAge(daemon: RegisteredDaemon<Client>): Timer | undefined {
    const { maxAgeMs = 2 * 60 * 60 * 1000 } = this.#options;
    if (maxAgeMs <= 0) return undefined;
    return this.#clock.setTimer(maxAgeMs, () => {
      this.#counters.expired++;
      daemon.close();
    });
  }

  /** A late end of a former connection leaves the tenant's present one alone. */
  #remove(daemon: RegisteredDaemon<Client>, reason: Error | undefined): void {
    const { tenant, id } = daemon;
    if (this.#daemons.get(tenant) === daemon) this.#daemons.delete(tenant);
    this.#logger.info({ tenant, id, reason: reason?.message }, 'daemon disconnected');
    this.#options.onDisconnect?.(daemon, reason);
  }
}

function unavailable(tenant: string): RpcError {
  const error = `no daemon of ${tenant} is connected`;
  return new RpcError(error, {
    code: 'unavailable',
    hint: 'wait for the daemon to connect, or look at its log',
    isRetryable: true,
    application: {
      type: 'user',
      help: `The daemon cannot be reached: ${error}.\n\nIt dials in by itself, so waiting a little may help. If it stays away, look at the daemon's log: it tells why it cannot connect.`,
      error,
    },
    details: { tenant },
  });
}
