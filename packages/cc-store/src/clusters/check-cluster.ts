import { type Cluster, everyHost, isMetricScope, parseNodeList } from '@moorline/cc-api';
import { StoreError } from '../errors.js';

/**
 * The rules that ClusterCockpit checks when it reads a configuration.
 *
 * @throws StoreError `invalid_argument` that names the member at fault.
 */
export function checkCluster(cluster: Cluster): void {
  const { name, metricConfig, subClusters } = cluster;
  if (name === '') fail('a cluster', 'has no name');
  if (metricConfig.length === 0) fail(`cluster ${name}`, 'has no metric');
  if (subClusters.length === 0) fail(`cluster ${name}`, 'has no subcluster');
  for (const metric of metricConfig) {
    if (metric.name === '') fail(`cluster ${name}`, 'has a metric without a name');
    const where = `metric ${metric.name} of cluster ${name}`;
    if (!Number.isInteger(metric.timestep) || metric.timestep < 1) fail(where, `has the timestep ${metric.timestep}`);
    if (!isMetricScope(metric.scope)) fail(where, `has the unknown scope ${JSON.stringify(metric.scope)}`);
  }
  const names = new Set<string>();
  for (const subCluster of subClusters) {
    if (subCluster.name === '') fail(`cluster ${name}`, 'has a subcluster without a name');
    if (names.has(subCluster.name)) fail(`cluster ${name}`, `has two subclusters called ${subCluster.name}`);
    names.add(subCluster.name);
    if (subCluster.nodes === everyHost) continue;
    try {
      parseNodeList(subCluster.nodes);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      fail(`subcluster ${subCluster.name} of cluster ${name}`, reason, cause);
    }
  }
}

function fail(where: string, what: string, cause?: unknown): never {
  throw new StoreError(`${where} ${what}`, {
    code: 'invalid_argument',
    hint: 'correct the description and put it again',
    cause,
  });
}
