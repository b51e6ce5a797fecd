import type { ReadonlySignal } from '@preact/signals';
import type { Cluster, NodeRow } from '@moorline/control-api';
import { formatRelative } from '../../format/duration.js';
import { formatQuantity } from '../../format/unit.js';
import { metricConfigOf } from '../../plots/thresholds.js';
import { levelFacts, levelOf } from './node-look.js';
import { healthFacts, healthOf, lastHeard, statusFacts, statusOf } from './node-status.js';

/** Properties of {@link NodeDetails}. */
export interface NodeDetailsProps {
  cluster: Cluster;
  nodes: readonly NodeRow[];
  /** The host that the pointer or the focus is on; undefined where it is on nothing. */
  pointed: ReadonlySignal<string | undefined>;
  /** The server's time, Unix milliseconds. */
  at: number;
}

/**
 * The facts of the node under the pointer, in a place of its own that stays: nothing covers the grid. Screen readers have
 * the same from the cell and from the table.
 */
export function NodeDetails({ cluster, nodes, pointed, at }: NodeDetailsProps) {
  const host = pointed.value;
  const node = host === undefined ? host : nodes.find((one) => one.host === host);
  if (node === undefined) {
    return (
      <p class="node-details node-details-none" aria-hidden="true">
        Point at a node, or go to it with the arrow keys.
      </p>
    );
  }
  const heard = lastHeard(node);
  const jobs = node.jobsRunning;
  return (
    <dl class="node-details" aria-hidden="true">
      <Fact name="Node" value={node.host} />
      <Fact name="State" value={statusFacts[statusOf(node, at)].label} />
      <Fact name="Health" value={healthFacts[healthOf(node)].label} />
      {jobs === undefined ? null : <Fact name="Jobs" value={String(jobs)} />}
      {node.cpusAllocated === undefined ? null : (
        <Fact name="CPUs" value={`${node.cpusAllocated} of ${threadsOf(cluster, node)}`} />
      )}
      {Object.entries(node.metrics).map(([name, { value }]) => {
        const level = levelOf(node, cluster, name, at);
        const unit = metricConfigOf(cluster, node.subCluster, name)?.unit ?? { base: '' };
        const mark = level === 'alert' || level === 'caution' ? ` ${levelFacts[level].sign} ${level}` : '';
        return <Fact key={name} name={name} value={`${formatQuantity(value, unit)}${mark}`} />;
      })}
      <Fact name="Heard" value={heard === undefined ? 'never' : formatRelative(heard / 1000, at / 1000)} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div class="node-fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function threadsOf(cluster: Cluster, { subCluster }: NodeRow): number | string {
  return cluster.subClusters.find(({ name }) => name === subCluster)?.topology.node.length ?? '?';
}
