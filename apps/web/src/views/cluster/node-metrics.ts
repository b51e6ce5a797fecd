import type { Cluster, NodeRow } from '@moorline/control-api';
import { judgedMetrics } from './problems.js';
import type { Selection } from './selection.js';
import { loadMetric } from './totals.js';

/**
 * Which metrics a look at a cluster needs: those that nodes are judged by, the load, and the one that colours. In the order of the
 * description; names that it does not have are left out.
 */
export function metricsToAsk(cluster: Cluster, { colour }: Selection): string[] {
  const wanted = new Set([loadMetric, ...(colour.by === 'metric' ? [colour.metric] : [])]);
  for (const { name } of cluster.subClusters) {
    for (const metric of judgedMetrics(cluster, name)) wanted.add(metric.name);
  }
  return cluster.metricConfig.map(({ name }) => name).filter((name) => wanted.has(name));
}

/** The nodes with the states that a live event brought; its rows have no metrics, so the last ones stay. */
export function withStates(nodes: readonly NodeRow[], changed: readonly NodeRow[]): NodeRow[] {
  const news = new Map(changed.map((node) => [node.host, node]));
  const merged = nodes.map((node) => {
    const row = news.get(node.host);
    news.delete(node.host);
    return row === undefined ? node : { ...row, metrics: node.metrics };
  });
  return [...merged, ...news.values()];
}
