import { X509Certificate } from 'node:crypto';
import type { Certificate } from './secure-server.js';

/** The name that certificates of Juju's controllers carry, whatever their host. */
const controllerName = 'juju-apiserver';

/**
 * The authority that agents are told to trust and no other, PEM: the one that ends the certificate's chain, as `certs init` writes
 * it. Undefined where the chain does not have it, or the certificate lacks the name that agents look for beside it: then agents trust
 * what their system trusts.
 */
export function authorityOf(certificate: Certificate | undefined): string | undefined {
  const chain = certificate?.cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [first, last] = [chain[0], chain.at(-1)];
  if (first === undefined || last === undefined || chain.length < 2) return undefined;
  const authority = new X509Certificate(last);
  const isRoot = authority.ca && authority.checkIssued(authority);
  const isNamed = new X509Certificate(first).checkHost(controllerName) !== undefined;
  return isRoot && isNamed ? `${last}\n` : undefined;
}
