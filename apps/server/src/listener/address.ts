import { BlockList, isIPv6 } from 'node:net';
import { ServerError } from '../error.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

/**
 * Plain HTTP shows tokens to everybody on the way, so it stays on this machine unless the operator says otherwise.
 *
 * @throws ServerError `insecure_listen`.
 */
export function refuseInsecure(host: string, isAllowed: boolean): void {
  if (isAllowed || isLoopback(host)) return;
  throw new ServerError(`refused to listen on ${host} without TLS: tokens would travel readable`, {
    code: 'insecure_listen',
    hint: 'give a certificate with --tls-cert and --tls-key ("moorline-server certs init" makes one), or allow it with --allow-insecure-http',
  });
}

/** An address at which this machine reaches itself, where the server listens on it; undefined where it does not. */
export function loopbackOf(host: string): string | undefined {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '::1';
  return isLoopback(host) ? host : undefined;
}

/** `http://127.0.0.1:8080`, with the brackets that an IPv6 address needs. */
export function baseUrl(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
