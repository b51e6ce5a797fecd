import { isIP, BlockList } from 'node:net';
import { isLoopbackHost } from '@moorline/core';

/** Variables as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that `HTTPS_PROXY` and `NO_PROXY` (or their lower-case forms) ask for, by the rules of the original: loopback is
 * always reached directly; an entry of `NO_PROXY` is `*`, a name with all names below it, `.name` for those below it alone,
 * an address or a network, each with a port where only that one is meant.
 *
 * @returns undefined for a direct connection.
 */
export function environmentProxy(target: { hostname: string; port: number }, env: Environment): string | undefined {
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'] || '';
  const exceptions = env['NO_PROXY'] || env['no_proxy'] || '';
  if (proxy === '' || isLoopbackHost(target.hostname)) return undefined;
  if (exceptions.split(',').some((entry) => covers(entry.trim().toLowerCase(), target))) return undefined;
  return proxy;
}

function covers(entry: string, { hostname, port }: { hostname: string; port: number }): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const network = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry);
  if (network !== null) return isInside(host, network[1] ?? '', Number(network[2]));
  const { name, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const parent = name.replace(/^\*?\./, '.');
  return parent.startsWith('.') ? host.endsWith(parent) : host === parent || host.endsWith(`.${parent}`);
}

function splitPort(entry: string): { name: string; onlyPort?: number } {
  if (isIP(entry) !== 0) return { name: entry };
  const match = /^(.*):(\d+)$/.exec(entry);
  const name = (match?.[1] ?? entry).replace(/^\[|\]$/g, '');
  return match === null ? { name } : { name, onlyPort: Number(match[2]) };
}

function isInside(host: string, address: string, prefix: number): boolean {
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
