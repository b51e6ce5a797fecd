import type { ReportScope } from '@moorline/cc-api/server';

/** What a machine may report for and read: what its registration token carried, and always its own host. */
export function machineScope(machine: {
  nodeGroup: string;
  host: string;
  scope: readonly ReportScope[];
}): ReportScope[] {
  const { nodeGroup, host, scope } = machine;
  return coversHost(scope, nodeGroup, host) ? [...scope] : [{ cluster: nodeGroup, hosts: [host] }, ...scope];
}

/** @param scope absent = everything. */
export function coversCluster(scope: readonly ReportScope[] | undefined, cluster: string): boolean {
  return scope === undefined || scope.some((part) => part.hosts === undefined && isFor(part, cluster));
}

/** @param scope absent = everything. */
export function coversHost(scope: readonly ReportScope[] | undefined, cluster: string, host: string): boolean {
  return (
    scope === undefined ||
    scope.some((part) => isFor(part, cluster) && (part.hosts === undefined || part.hosts.includes(host)))
  );
}

const isFor = (part: ReportScope, cluster: string): boolean => part.cluster === '*' || part.cluster === cluster;
