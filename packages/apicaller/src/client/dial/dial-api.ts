import { X509Certificate } from 'node:crypto';
import { type Clock, isTimeoutError, sleep, systemClock, withDeadline } from '@moorline/core';
import { ApicallerError } from '../../error.js';
import type { Address } from '../../wire/address.js';
import type { ApiInfo, CheckedInfo } from '../api-info.js';
import { dialAddresses } from './dial-addresses.js';
import { DialError, type DialFailures, isDialError } from './dial-error.js';
import { type Dialled, dialWebSocket, type DialWebSocketOptions } from './dial-websocket.js';
import { type DnsCache, type Resolve, resolveTargets, systemResolve, type Target } from './dns.js';

/** How a connection is dialled. */
export interface DialOptions {
  /**
   * Milliseconds for dialling and logging in together; 0 turns the deadline off. Default 600,000.
   */
  timeoutMs?: number | undefined;
  /** Milliseconds for dialling alone, all addresses and repetitions; 0 turns the deadline off. Default 0. */
  dialTimeoutMs?: number | undefined;
  /** Milliseconds between the start of an attempt at one address and at the next; 0 starts all at once. Default 50. */
  dialAddressIntervalMs?: number | undefined;
  /**
   * Milliseconds from one attempt at an address to the next at the same; 0 attempts each once. Attempts go on until a
   * deadline passes. What is wrong with a certificate is never tried again. Default 2,000.
   */
  retryDelayMs?: number | undefined;
  /** Remembers IP addresses of hosts. Default none. */
  dnsCache?: DnsCache | undefined;
  /** Resolves hosts. Default: as the operating system does. */
  resolve?: Resolve | undefined;
  /** Puts the addresses in the order in which they are tried. Default: by chance, so that controllers share the load. */
  order?: (<T>(addresses: readonly T[]) => readonly T[]) | undefined;
  /**
   * `true` lets `ws://` addresses through towards this machine; `'any'` towards every other one as well. Default false:
   * what is sent includes a password.
   */
  allowInsecureWs?: boolean | 'any' | undefined;
  /** False takes any certificate; for tests. Default true. */
  rejectUnauthorized?: boolean | undefined;
  /** Largest message taken, bytes; 0 takes all. Default 256 MiB. */
  maxMessageBytes?: number | undefined;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
}

/** The name that certificates of controllers carry, whatever the host (docs/protocol.md §1.2). */
const controllerName = 'juju-apiserver';

/** Milliseconds for dialling and logging in, unless told otherwise. */
export const defaultTimeoutMs = 600_000;

const defaultMaxMessageBytes = 256 * 1024 * 1024;

/**
 * Dials the controllers of an info until one of them has taken the connection.
 *
 * @param failures is told each.
 * @throws DialError `dial_failed`, `dial_refused`, `dial_timeout`, `certificate_invalid`; ApicallerError
 * `bad_ca_certificate`, `insecure_address`; the signal's reason.
 */
export async function dialApi(
  info: ApiInfo,
  checked: CheckedInfo,
  isSeed: boolean,
  options: DialOptions & { signal: AbortSignal },
  failures: DialFailures,
): Promise<Dialled> {
  const { dialTimeoutMs = 0, timeoutMs = defaultTimeoutMs, clock = systemClock } = options;
  const endsAt = clock.monotonic() + Math.min(dialTimeoutMs || Infinity, timeoutMs || Infinity);
  checkCertificate(info.caCert);
  for (const address of checked.addresses) checkScheme(address, options.allowInsecureWs ?? false);
  const dialAll = async (signal: AbortSignal): Promise<Dialled> => {
    const dialOne: DialOne = async (target, attempt) => {
      try {
        return await dialPinned(target, info, {
          modelUuid: checked.modelUuid,
          isSeed,
          caCert: info.caCert,
          serverName: info.caCert === undefined ? info.sniHostName : controllerName,
          rejectUnauthorized: options.rejectUnauthorized ?? true,
          maxMessageBytes: options.maxMessageBytes ?? defaultMaxMessageBytes,
          signal: attempt,
          clock,
        });
      } catch (error) {
        if (isDialError(error)) failures.note(error);
        throw error;
      }
    };
    return dialTargets(checked.addresses, dialOne, { ...options, signal, endsAt });
  };
  try {
    return await withDeadline(dialAll, { timeoutMs: dialTimeoutMs, signal: options.signal, clock });
  } catch (error) {
    if (options.signal.aborted || !isTimeoutError(error)) throw error;
    throw failures.timeout(dialTimeoutMs, error);
  }
}

type DialOne = (target: Target, signal: AbortSignal) => Promise<Dialled>;

/** Resolves hosts and dials; where everything that came out of the cache has failed, once more without the cache. */
async function dialTargets(
  addresses: readonly Address[],
  dialOne: DialOne,
  options: DialOptions & { signal: AbortSignal; endsAt: number },
): Promise<Dialled> {
  const { signal, clock = systemClock, resolve = systemResolve, dnsCache, order = shuffled, endsAt } = options;
  const { dialAddressIntervalMs: intervalMs = 50, retryDelayMs: delayMs = 2000 } = options;
  const repeated: DialOne = (target, attempt) =>
    repeat(() => dialOne(target, attempt), { delayMs, endsAt, signal: attempt, clock });
  const discard = ({ socket }: Dialled): void => void socket.close(0);
  const tried = new Set<string>();
  const ordered = order(addresses);
  const first = await resolveTargets(ordered, resolve, dnsCache, tried);
  if (first.targets.length === 0) throw unresolved(first.failure);
  try {
    return await dialAddresses(first.targets, repeated, discard, { intervalMs, signal, clock });
  } catch (error) {
    if (!first.fromCache || signal.aborted) throw error;
    const second = await resolveTargets(ordered, resolve, afresh(dnsCache), tried);
    if (second.targets.length === 0) throw error;
    return await dialAddresses(second.targets, repeated, discard, { intervalMs, signal, clock });
  }
}

/** A cache that knows nothing, but is told. */
const afresh = (cache: DnsCache | undefined): DnsCache | undefined =>
  cache && { lookup: () => [], add: (host, ips) => cache.add(host, ips) };

/** Attempts again and again, for as long as another attempt can begin before the end. */
async function repeat<T>(
  work: () => Promise<T>,
  { delayMs, endsAt, signal, clock }: { delayMs: number; endsAt: number; signal: AbortSignal; clock: Clock },
): Promise<T> {
  for (;;) {
    const startedAt = clock.monotonic();
    try {
      return await work();
    } catch (error) {
      const isPassing = isDialError(error) && error.code !== 'certificate_invalid';
      if (delayMs <= 0 || signal.aborted || !isPassing || startedAt + delayMs >= endsAt) throw error;
    }
    await sleep(Math.max(0, startedAt + delayMs - clock.monotonic()), { signal, clock });
  }
}

/**
 * Dials with the pinned authority; where the certificate is not its own and the info has a name for the world, again
 * with the runtime's authorities and that name. If that fails too, the first failure is what counts.
 */
async function dialPinned(target: Target, info: ApiInfo, options: DialWebSocketOptions): Promise<Dialled> {
  try {
    return await dialWebSocket(target, options);
  } catch (error) {
    const { sniHostName } = info;
    const isForeign = isDialError(error) && error.code === 'certificate_invalid' && info.caCert !== undefined;
    if (!isForeign || sniHostName === undefined || sniHostName === '') throw error;
    try {
      return await dialWebSocket(target, { ...options, caCert: undefined, serverName: sniHostName });
    } catch {
      throw error;
    }
  }
}

function checkCertificate(caCert: string | undefined): void {
  if (caCert === undefined) return;
  try {
    new X509Certificate(caCert);
  } catch (cause) {
    const shown = JSON.stringify(caCert.length > 60 ? `${caCert.slice(0, 60)}…` : caCert);
    throw new ApicallerError(`cert pool creation failed: cannot parse certificate ${shown}: no certificates found`, {
      code: 'bad_ca_certificate',
      hint: 'caCert is a certificate in PEM: -----BEGIN CERTIFICATE----- …',
      cause,
    });
  }
}

function checkScheme({ scheme, host, port }: Address, allow: boolean | 'any'): void {
  const toLoopback = host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
  if (scheme === 'wss' || allow === 'any' || (allow && toLoopback)) return;
  throw new ApicallerError(`refused to connect to ws://${host}:${port} without TLS`, {
    code: 'insecure_address',
    hint: toLoopback
      ? 'use wss; allowInsecureWs: true lets plain connections through towards this machine'
      : "use wss; allowInsecureWs: 'any' lets plain connections through towards other machines",
  });
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((entry) => ({ entry, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry);
}

function unresolved(cause: unknown): DialError {
  const message = cause instanceof Error ? cause.message : 'no host has an address';
  return new DialError({ code: 'dial_failed', message, cause, hint: 'look at the names of the hosts' });
}
