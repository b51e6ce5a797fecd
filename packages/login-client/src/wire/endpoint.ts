import { isLoopbackHost, redactText } from '@moorline/core';
import { LoginError } from './login-error.js';
import { loginPath } from './login-request.js';

/** Where a login goes. */
export interface LoginTarget {
  /** `https://host[:port]/api/v1/login`. */
  readonly url: string;
  /** Value of the `Origin` header: the host name alone, an IPv6 address without brackets. */
  readonly origin: string;
}

export interface EndpointOptions {
  /** Lets an endpoint that begins with `http://` through, towards loopback only. Default false. */
  allowInsecureHttp?: boolean | undefined;
}

/**
 * The login URL of an endpoint as an operator writes it: `cp.example`, `cp.example:8443`, `https://cp.example/`,
 * `:8443`, `[::1]:8443` (docs/protocol.md §2.1). User information, path, query and fragment are dropped; nothing is trimmed.
 *
 * @throws LoginError `bad_endpoint`; `insecure_endpoint` for `http://` without the option or towards another machine.
 */
export function resolveEndpoint(endpoint: string, options: EndpointOptions = {}): LoginTarget {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(endpoint)?.[1];
  if (scheme === 'http') return resolveInsecure(endpoint, options);
  if (scheme !== undefined && scheme !== 'https') {
    throw badEndpoint(
      `unknown scheme "${scheme}" in "${shown(endpoint)}"`,
      'write https:// in lower case, or no scheme at all',
    );
  }
  if (/^:\d*:/.test(endpoint)) {
    throw badEndpoint(`"${endpoint}" is an IPv6 address without brackets`, `write [${endpoint}] or [${endpoint}]:PORT`);
  }
  const rest =
    scheme === undefined ? (endpoint.startsWith(':') ? `localhost${endpoint}` : endpoint) : endpoint.slice(8);
  return resolveAuthority('https', rest);
}

function resolveInsecure(endpoint: string, options: EndpointOptions): LoginTarget {
  const target = resolveAuthority('http', endpoint.slice(7));
  const toLoopback = isLoopbackHost(new URL(target.url).hostname);
  if (options.allowInsecureHttp === true && toLoopback) return target;
  throw new LoginError(`refused plain HTTP towards "${shown(endpoint)}"`, {
    code: 'insecure_endpoint',
    hint: toLoopback
      ? 'use https; the option allowInsecureHttp lets http:// through towards this machine'
      : 'use https; the option allowInsecureHttp lets http:// through towards this machine only, and this is another one',
  });
}

function resolveAuthority(scheme: 'http' | 'https', rest: string): LoginTarget {
  const prefixed = `${scheme}://${rest}`;
  const refuse = (fault: string): never => {
    throw badEndpoint(`parse "${shown(prefixed)}": ${fault}`, 'write HOST, HOST:PORT or https://HOST:PORT');
  };
  if ([...rest].some((character) => character < ' ' || character === '\x7f')) {
    return refuse('net/url: invalid control character in URL');
  }
  const beforePath = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const authority = beforePath.slice(beforePath.lastIndexOf('@') + 1);
  const { host, port } = splitPort(authority, refuse);
  const unfit = /[ "\\^`{|}<>]/.exec(host)?.[0];
  if (unfit !== undefined) return refuse(`invalid character ${JSON.stringify(unfit)} in host name`);
  const url = `${scheme}://${host}${port}${loginPath}`;
  if (host === '') return refuse('no host in endpoint URL');
  if (!URL.canParse(url)) return refuse(`invalid host or port "${host}${port}"`);
  const isPlain = /^[\x21-\x7e]+$/.test(host);
  const name = isPlain ? host : new URL(url).hostname;
  return { url, origin: name.replace(/^\[|\]$/g, '') };
}

function splitPort(authority: string, refuse: (fault: string) => never): { host: string; port: string } {
  const at = authority.startsWith('[') ? authority.indexOf(']') + 1 : authority.search(/:|$/);
  if (authority.startsWith('[') && at === 0) return refuse("missing ']' in host");
  const host = authority.slice(0, at);
  const port = authority.slice(at);
  if (!/^(?::\d*)?$/.test(port)) return refuse(`invalid port ${JSON.stringify(port)} after host`);
  return { host, port };
}

function badEndpoint(fault: string, hint: string): LoginError {
  return new LoginError(`error creating URL: ${fault}`, { code: 'bad_endpoint', hint });
}

/** The endpoint without user and password. */
const shown = (endpoint: string): string => redactText(endpoint).replace(/^[^/?#]*@(?=.)/, '[redacted]@');
