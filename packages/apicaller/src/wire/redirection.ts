import type { HostPort } from './host-port.js';

/** Where a model has gone to (docs/protocol.md §2.5). */
export interface ModelRedirection {
  /** The addresses of the other controllers, one list each. */
  servers: readonly (readonly HostPort[])[];
  /** The certificate authority of the other controllers, PEM. */
  caCert: string;
  /** `controller-<uuid>` of the others, where it is known. */
  controllerTag?: string | undefined;
  /** What their administrators call them. */
  controllerAlias?: string | undefined;
}

/** What stands in `error-info` of a login that is sent elsewhere: names in the order of the alphabet, as in the original. */
export function redirectionInfo(redirection: ModelRedirection): Record<string, unknown> {
  const { caCert, controllerAlias, controllerTag, servers } = redirection;
  return {
    'ca-cert': caCert,
    ...(controllerAlias === undefined ? {} : { 'controller-alias': controllerAlias }),
    ...(controllerTag === undefined ? {} : { 'controller-tag': controllerTag }),
    servers: servers.map((server) => server.map(sorted)),
  };
}

const sorted = (address: HostPort): Record<string, unknown> =>
  Object.fromEntries(Object.entries(address).sort(([a], [b]) => (a < b ? -1 : 1)));
