import type { Cluster, MetricConfig, SubCluster } from '../models/cluster.js';

/**
 * Fills in what a server derives for each subcluster at its start (docs/protocol.md §2.5): its metrics, with its own
 * thresholds and without those removed for it, and the names of those that make footprints.
 */
export function withGeneratedLists(cluster: Cluster): Cluster {
  return { ...cluster, subClusters: cluster.subClusters.map((sub) => withLists(sub, cluster.metricConfig)) };
}

function withLists(subCluster: SubCluster, metrics: readonly MetricConfig[]): SubCluster {
  const metricConfig = metrics.flatMap((metric) => metricOf(metric, subCluster.name));
  const names = (isListed: (metric: MetricConfig) => boolean) => metricConfig.filter(isListed).map(({ name }) => name);
  const footprint = names((metric) => metric.footprint !== undefined);
  const energyFootprint = names(({ energy }) => energy !== '');
  return {
    ...subCluster,
    metricConfig,
    ...(footprint.length === 0 ? {} : { footprint }),
    ...(energyFootprint.length === 0 ? {} : { energyFootprint }),
  };
}

/** The metric as the subcluster has it, none where it is removed there. What an override does not name it resets. */
function metricOf(metric: MetricConfig, subCluster: string): MetricConfig[] {
  const { subClusters = [], footprint, ...rest } = metric;
  const override = subClusters.find(({ name }) => name === subCluster);
  if (override === undefined) return [{ ...rest, restrict: false, ...(footprint && { footprint }) }];
  if (override.remove === true) return [];
  const { peak = 0, normal = 0, caution = 0, alert = 0, energy = '', lowerIsBetter = false } = override;
  const own = override.footprint || undefined;
  return [
    { ...rest, peak, normal, caution, alert, energy, lowerIsBetter, restrict: false, ...(own && { footprint: own }) },
  ];
}
