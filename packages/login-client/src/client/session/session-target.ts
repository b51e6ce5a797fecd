import { type EndpointOptions, resolveEndpoint } from '../../wire/endpoint.js';
import type { DialTarget } from './dial.js';

/** Where sessions go: scheme, host and port of the endpoint, and nothing else of it. */
export interface SessionTarget extends DialTarget {
  /** `https://host[:port]`. */
  readonly baseUrl: string;
  /** Value of `Host`: with the port where it is not the scheme's own. */
  readonly host: string;
  /** Value of `Origin`: the host name alone, an IPv6 address without brackets. */
  readonly origin: string;
}

/**
 * The original keeps a path, a final slash or a missing host of the stored endpoint in every URL of the session, and is stuck
 * with some of them (docs/protocol.md §8.1).
 *
 * @throws LoginError `bad_endpoint` or `insecure_endpoint`.
 */
export function sessionTarget(endpoint: string, options: EndpointOptions): SessionTarget {
  const resolved = resolveEndpoint(endpoint, options);
  const url = new URL(resolved.url);
  const isSecure = url.protocol === 'https:';
  return {
    baseUrl: url.origin,
    host: url.host,
    origin: resolved.origin,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isSecure ? 443 : 80)),
    isSecure,
  };
}

/** Hosts whose gateway has no health probe: the original takes any token for good there. */
export const hasHealthProbe = ({ hostname }: SessionTarget): boolean => !hostname.startsWith('gpud-gateway.');
