import { isLoopbackHost, redactUrl } from '@moorline/core';
import type { RpcVersion } from '../client/rpc-client.js';
import { RpcError } from '../wire/rpc-error.js';
import { newestVersion } from './register-path.js';

/** The URLs of a service, made from the one that an operator configures (docs/protocol.md, Endpoints). */
export interface Endpoint {
  /** Where a daemon of this version registers: `ws://` or `wss://`. */
  daemonUrl(version?: RpcVersion): URL;
  /** Where events are posted: `http://` or `https://`. */
  eventsUrl(): URL;
}

export interface EndpointOptions {
  /**
   * `true` lets plain `http://` and `ws://` through towards this machine; `'any'` towards every other one as well, as
   * receivers in the daemon's own cluster need it. Default false: what is sent includes a token, and what is received
   * are commands.
   */
  allowInsecureHttp?: boolean | 'any' | undefined;
}

/**
 * Reads an endpoint with the scheme `http`, `https`, `ws` or `wss`: both bases come from it, only the scheme changes.
 * Paths are joined and cleaned (doubled and trailing slashes, dot segments); the query is dropped.
 *
 * @throws RpcError `bad_endpoint`; `insecure_endpoint` for a plain scheme that `allowInsecureHttp` does not let through.
 */
export function resolveEndpoint(endpoint: string | URL, options: EndpointOptions = {}): Endpoint {
  const text = String(endpoint);
  const shown = redactUrl(text);
  if (!URL.canParse(text)) throw badEndpoint(`cannot read the endpoint "${shown}"`);
  const base = new URL(text);
  const scheme = base.protocol.slice(0, -1);
  const isSecure = scheme === 'https' || scheme === 'wss';
  if (!isSecure && scheme !== 'http' && scheme !== 'ws')
    throw badEndpoint(`unsupported scheme ${scheme} in "${shown}"`);
  if (base.username !== '' || base.password !== '') {
    throw badEndpoint(`the endpoint "${shown}" has a user or a password in it`, 'give the token as an option instead');
  }
  if (!isSecure) checkInsecure(base, shown, options);
  const under = (protocol: string, path: string): URL => {
    const url = new URL(`${protocol}${isSecure ? 's' : ''}://${base.host}`);
    url.pathname = [...base.pathname.split('/'), ...path.split('/')].filter((segment) => segment !== '').join('/');
    url.hash = base.hash;
    return url;
  };
  return {
    daemonUrl: (version = newestVersion) => under('ws', `v${version}/daemon`),
    eventsUrl: () => under('http', 'v6/events'),
  };
}

function checkInsecure(base: URL, shown: string, { allowInsecureHttp = false }: EndpointOptions): void {
  const toLoopback = isLoopbackHost(base.hostname);
  if (allowInsecureHttp === 'any' || (allowInsecureHttp && toLoopback)) return;
  throw new RpcError(`refused to connect to "${shown}" without TLS`, {
    code: 'insecure_endpoint',
    hint: toLoopback
      ? 'use https or wss; allowInsecureHttp: true lets plain connections through towards this machine'
      : "use https or wss; allowInsecureHttp: 'any' lets plain connections through towards other machines",
  });
}

function badEndpoint(message: string, hint = 'write http://, https://, ws:// or wss:// and a host'): RpcError {
  return new RpcError(message, { code: 'bad_endpoint', hint });
}
