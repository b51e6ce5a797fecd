import type { Cluster } from '@moorline/control-api';
import { Link } from '../../routing/link.js';
import { describeError } from '../../ui/states.js';
import { statusPaints } from './colours.js';
import { countBy } from './node-groups.js';
import { nodeStatuses, statusFacts, statusOf } from './node-status.js';
import { findProblems } from './problems.js';
import { useNodes } from './use-nodes.js';

/** All clusters, each with its nodes by state, and how many want a look. */
export function ClustersOverview({ clusters }: { clusters: readonly Cluster[] }) {
  return (
    <ul class="clusters">
      {clusters.map((cluster) => (
        <li key={cluster.name} class="cluster-card">
          <h2>
            <Link class="text" to={{ view: 'cluster', cluster: cluster.name }}>
              {cluster.name}
            </Link>
          </h2>
          <p class="cluster-kinds text">{cluster.subClusters.map(({ name }) => name).join(', ')}</p>
          <ClusterState cluster={cluster} />
        </li>
      ))}
    </ul>
  );
}

/** States and healths only: metrics are for who looks closer. */
function ClusterState({ cluster }: { cluster: Cluster }) {
  const { data, error } = useNodes(cluster, []);
  if (data === undefined) {
    return <p class="cluster-kinds">{error === undefined ? 'Reading its nodes…' : describeError(error).message}</p>;
  }
  const { nodes, at } = data;
  if (nodes.length === 0) return <p class="cluster-kinds">No nodes yet</p>;
  const counts = countBy(nodes, nodeStatuses, (node) => statusOf(node, at));
  const problems = findProblems(cluster, nodes, at).length;
  return (
    <>
      <ul class="cluster-counts" aria-label={`Nodes of ${cluster.name} by state`}>
        {nodeStatuses
          .filter((status) => (counts.get(status) ?? 0) > 0)
          .map((status) => (
            <li key={status}>
              <span
                class="chip-mark"
                aria-hidden="true"
                style={{ backgroundColor: statusPaints[status].background, color: statusPaints[status].ink }}
              >
                {statusFacts[status].sign}
              </span>
              {statusFacts[status].label} <span class="number">{counts.get(status)}</span>
            </li>
          ))}
      </ul>
      <p class={problems === 0 ? 'cluster-kinds' : 'cluster-problems'}>
        {problems === 0 ? 'No problems' : `${problems} ${problems === 1 ? 'node wants' : 'nodes want'} a look`}
      </p>
    </>
  );
}
