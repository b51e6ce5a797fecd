import type { Cluster, SubCluster } from '../models/cluster.js';
import { type NodeList, parseNodeList } from './node-list.js';

/**
 * The subcluster a host belongs to: the first whose node list names it, else the first that takes every host (`*`).
 *
 * @throws CcApiError `invalid_node_list` where a description with a broken list got past validation.
 */
export function subClusterOf(cluster: Cluster, host: string): SubCluster | undefined {
  const { subClusters } = cluster;
  return (
    subClusters.find((subCluster) => subCluster.nodes !== everyHost && nodeListOf(subCluster).contains(host)) ??
    subClusters.find(({ nodes }) => nodes === everyHost)
  );
}

/** The node list of a subcluster that takes every host. */
export const everyHost = '*';

const nodeLists = new WeakMap<SubCluster, NodeList>();

/** Lists are few, and asked for at every start. */
function nodeListOf(subCluster: SubCluster): NodeList {
  const known = nodeLists.get(subCluster);
  if (known !== undefined) return known;
  const list = parseNodeList(subCluster.nodes);
  nodeLists.set(subCluster, list);
  return list;
}
