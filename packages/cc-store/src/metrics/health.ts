import type { Cluster } from '@moorline/cc-api';
import { subClusterOf } from '@moorline/cc-api';
import type { NodeHealth } from '../nodes/node-states.js';
import type { SeriesCatalog } from './series-catalog.js';

/** Timesteps after which a series counts as silent. */
const staleAfterSteps = 5;

/** Whether the metrics that a node's subcluster has arrive from it. @param nowSeconds Unix seconds. */
export function healthOf(catalog: SeriesCatalog, cluster: Cluster, host: string, nowSeconds: number): NodeHealth {
  const expected = subClusterOf(cluster, host)?.metricConfig ?? cluster.metricConfig;
  const newest = new Map<string, number>();
  for (const { key, lastTime } of catalog.ofHost(cluster.name, host)) {
    newest.set(key.metric, Math.max(newest.get(key.metric) ?? -Infinity, lastTime));
  }
  const fresh = expected.filter(
    ({ name, timestep }) => (newest.get(name) ?? -Infinity) >= nowSeconds - staleAfterSteps * timestep,
  );
  if (fresh.length === 0) return 'failed';
  return fresh.length === expected.length ? 'full' : 'partial';
}
