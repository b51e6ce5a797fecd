import type { ReportScope } from '../wire/models.js';
import type { Principal } from './principal.js';

type Scope = NonNullable<Principal['scope']>;

/** What a machine may report for and read: what its registration token carried, and always its own host. */
export function machineScope(machine: { nodeGroup: string; host: string; scope: Scope }): ReportScope[] {
  const { nodeGroup, host, scope } = machine;
  const carried = scope.map(({ cluster, hosts }) => ({
    cluster,
    ...(hosts === undefined ? {} : { hosts: [...hosts] }),
  }));
  return coversHost(scope, nodeGroup, host) ? carried : [{ cluster: nodeGroup, hosts: [host] }, ...carried];
}

/** @param scope absent = everything. */
export function coversCluster(scope: Scope | undefined, cluster: string): boolean {
  return scope === undefined || scope.some((part) => part.hosts === undefined && isFor(part, cluster));
}

/** @param scope absent = everything. */
export function coversHost(scope: Scope | undefined, cluster: string, host: string): boolean {
  return (
    scope === undefined ||
    scope.some((part) => isFor(part, cluster) && (part.hosts === undefined || part.hosts.includes(host)))
  );
}

const isFor = (part: { cluster: string }, cluster: string): boolean => part.cluster === '*' || part.cluster === cluster;
