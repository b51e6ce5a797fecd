import type { ReportScope } from '@moorline/cc-api/server';

/**
 * What a machine may report for and read: always its own host in the cluster that is named like its group, and the
 * whole clusters (`*` = all) that its registration token carried.
 */
export function machineScope(machine: { nodeGroup: string; host: string; clusters: readonly string[] }): ReportScope[] {
  const own = machine.host === '' ? [] : [{ cluster: machine.nodeGroup, hosts: [machine.host] }];
  return [...own, ...machine.clusters.map((cluster) => ({ cluster }))];
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
