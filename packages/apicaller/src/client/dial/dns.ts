import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Address } from '../../wire/address.js';

/** Remembers the IP addresses of hosts from one connection to the next; of the user's own making. */
export interface DnsCache {
  /** The addresses of a host; empty where none are known. */
  lookup(host: string): readonly string[];
  /** Told the addresses of a host once it has been resolved. */
  add(host: string, ips: readonly string[]): void;
}

/** Finds the IP addresses of a host. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the operating system resolves. */
export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** One IP address to dial. */
export interface Target {
  address: Address;
  ip: string;
}

/** Targets, and whether any of them came out of a cache. */
export interface Resolved {
  targets: Target[];
  fromCache: boolean;
  /** Why a host could not be resolved, of the last of those. */
  failure: unknown;
}

/**
 * All IP addresses of all hosts, each with its port once. Hosts in the cache come first; IP addresses are taken as they
 * are; those of IPv6 with a zone are left out where they come from a name server.
 *
 * @param tried targets of an earlier pass, as {@link targetKey} has them; they are not given again.
 */
export async function resolveTargets(
  addresses: readonly Address[],
  resolve: Resolve,
  cache: DnsCache | undefined,
  tried: Set<string>,
): Promise<Resolved> {
  const resolved: Resolved = { targets: [], fromCache: false, failure: undefined };
  const cached: Target[] = [];
  const add = (list: Target[], address: Address, ips: readonly string[]): void => {
    for (const ip of ips) {
      const target = { address, ip };
      if (tried.has(targetKey(target))) continue;
      tried.add(targetKey(target));
      list.push(target);
    }
  };
  const hosts = await Promise.allSettled(addresses.map((address) => resolveHost(address.host, resolve, cache)));
  for (const [index, host] of hosts.entries()) {
    const address = addresses[index];
    if (address === undefined) continue;
    if (host.status === 'rejected') resolved.failure = host.reason;
    else add(host.value.fromCache ? cached : resolved.targets, address, host.value.ips);
  }
  resolved.fromCache = cached.length > 0;
  resolved.targets = [...cached, ...resolved.targets];
  return resolved;
}

async function resolveHost(
  host: string,
  resolve: Resolve,
  cache: DnsCache | undefined,
): Promise<{ ips: readonly string[]; fromCache: boolean }> {
  if (isIP(host) !== 0) return { ips: [host], fromCache: false };
  const known = cache?.lookup(host) ?? [];
  if (known.length > 0) return { ips: known, fromCache: true };
  const ips = (await resolve(host)).filter((ip) => !ip.includes('%'));
  cache?.add(host, ips);
  return { ips, fromCache: false };
}

const targetKey = ({ address, ip }: Target): string => `${address.scheme} ${ip} ${address.port} ${address.path}`;
