import type { Cluster, NodeRow } from '@moorline/control-api';
import { byHost } from './by-host.js';

/** The nodes of one subcluster. */
export interface NodeGroup {
  subCluster: string;
  /** By host, numbers by their value. */
  nodes: NodeRow[];
}

/** Nodes by subcluster, in the order of the description; empty groups are left out. */
export function groupBySubCluster(cluster: Cluster, nodes: readonly NodeRow[]): NodeGroup[] {
  const groups = new Map<string, NodeRow[]>(cluster.subClusters.map(({ name }) => [name, []]));
  for (const node of nodes) {
    const group = groups.get(node.subCluster);
    if (group === undefined) groups.set(node.subCluster, [node]);
    else group.push(node);
  }
  return [...groups]
    .filter(([, members]) => members.length > 0)
    .map(([subCluster, members]) => ({ subCluster, nodes: members.sort(byHost) }));
}

/** How many there are of each kind; every kind has a number. */
export function countBy<T, K extends string>(
  items: readonly T[],
  kinds: readonly K[],
  kindOf: (item: T) => K,
): ReadonlyMap<K, number> {
  const counts = new Map<K, number>(kinds.map((kind) => [kind, 0]));
  for (const item of items) {
    const kind = kindOf(item);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
