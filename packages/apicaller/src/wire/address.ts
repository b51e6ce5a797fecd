import { ApicallerError } from '../error.js';

/** Where a controller is, taken apart (docs/protocol.md §1.1). */
export interface Address {
  scheme: 'ws' | 'wss';
  /** Host name, or IP address without brackets. */
  host: string;
  /** 1 to 65,535. */
  port: number;
  /** Path before the API's own, without a slash at the end; mostly empty. */
  path: string;
}

const form = /^(?:(wss?):\/\/)?(\[[0-9a-fA-F:.%a-z]+\]|[^\s:/?#[\]@]+):([0-9]{1,5})((?:\/[^\s?#]*)?)$/;

/**
 * Reads an address: `host:port`, since Juju 3 also with a scheme before it and a path after it.
 *
 * @throws ApicallerError `invalid_info` in the original's words.
 */
export function parseAddress(text: string): Address {
  const match = form.exec(text);
  const [, scheme = 'wss', host = '', port = '', path = ''] = match ?? [];
  const number = Number(port);
  if (match === null || number < 1 || number > 65_535) {
    throw new ApicallerError(`validating info for opening an API connection: host address: ${text} not valid`, {
      code: 'invalid_info',
      hint: 'an address is host:port, an IPv6 address in brackets; a scheme (ws, wss) and a path are optional',
      details: { address: text },
    });
  }
  return {
    scheme: scheme === 'ws' ? 'ws' : 'wss',
    host: host.startsWith('[') ? host.slice(1, -1) : host,
    port: number,
    path: path.replace(/\/+$/, ''),
  };
}

/** The URL to dial: the address, then the API's path for this model, or for the controller where there is none. */
export function apiUrl({ scheme, host, port, path }: Address, modelUuid: string | undefined, isSeed: boolean): string {
  const own = modelUuid === undefined ? (isSeed ? '/' : '/api') : `/model/${modelUuid}/api`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}${own}`;
}
