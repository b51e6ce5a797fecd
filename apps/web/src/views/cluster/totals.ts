import type { Cluster, NodeRow } from '@moorline/control-api';
import { metricConfigOf } from '../../plots/thresholds.js';
import { statusOf } from './node-status.js';

/** A part of a whole. */
export interface Share {
  used: number;
  of: number;
}

/** A cluster in a line. */
export interface Totals {
  /** Nodes that jobs have, whole or in part, among all of the description. */
  nodes: Share;
  /** Hardware threads that jobs have; undefined where no node says so. */
  cpus?: Share;
  /** Accelerators that jobs have; undefined where there are none, or no node says so. */
  gpus?: Share;
  /** `cpu_load`, the sum over the nodes that have it, of their peaks. */
  load?: Share;
}

/** The metric that ClusterCockpit's own pages and collectors use for the load. */
export const loadMetric = 'cpu_load';

/** @param at the server's time, Unix milliseconds. */
export function totalsOf(cluster: Cluster, nodes: readonly NodeRow[], at: number): Totals {
  const subClusters = new Map(
    cluster.subClusters.map(({ name, topology }) => [
      name,
      {
        cpus: topology.node.length,
        gpus: topology.accelerators?.length ?? 0,
        loadPeak: metricConfigOf(cluster, name, loadMetric)?.peak ?? 0,
      },
    ]),
  );
  const totals = { nodes: { used: 0, of: nodes.length }, cpus: nothing(), gpus: nothing(), load: nothing() };
  let saysCpus = false;
  let saysGpus = false;
  for (const node of nodes) {
    const kind = subClusters.get(node.subCluster) ?? { cpus: 0, gpus: 0, loadPeak: 0 };
    totals.cpus.of += kind.cpus;
    totals.gpus.of += kind.gpus;
    const status = statusOf(node, at);
    if (status === 'allocated' || status === 'mixed') totals.nodes.used += 1;
    // What a node said before it fell silent holds no longer.
    if (status === 'silent' || status === 'absent' || status === 'down') continue;
    if (node.cpusAllocated !== undefined) {
      saysCpus = true;
      totals.cpus.used += node.cpusAllocated;
    }
    if (node.gpusAllocated !== undefined) {
      saysGpus = true;
      totals.gpus.used += node.gpusAllocated;
    }
    const load = node.metrics[loadMetric]?.value;
    if (load !== undefined && kind.loadPeak > 0) {
      totals.load.used += load;
      totals.load.of += kind.loadPeak;
    }
  }
  return {
    nodes: totals.nodes,
    ...(saysCpus && totals.cpus.of > 0 && { cpus: totals.cpus }),
    ...(saysGpus && totals.gpus.of > 0 && { gpus: totals.gpus }),
    ...(totals.load.of > 0 && { load: totals.load }),
  };
}

const nothing = (): Share => ({ used: 0, of: 0 });
