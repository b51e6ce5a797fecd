import type { Cluster, MetricConfig, MetricScope, SubCluster, Topology } from '@moorline/control-api';

/** The lines that say how good a value is, in the unit of the metric. */
export interface Thresholds {
  normal: number;
  caution: number;
  alert: number;
  /** Best possible value. */
  peak: number;
  /** A value beyond `caution` is above it, not below. */
  lowerIsBetter: boolean;
}

/** How a value stands against its thresholds. */
export type Grade = 'good' | 'normal' | 'caution' | 'alert';

/** A metric as a subcluster has it; undefined where it is not measured there. */
export function metricConfigOf(cluster: Cluster, subCluster: string, metric: string): MetricConfig | undefined {
  const listed = cluster.subClusters.find(({ name }) => name === subCluster)?.metricConfig;
  const own = listed?.find(({ name }) => name === metric);
  if (own !== undefined || listed !== undefined) return own;
  return cluster.metricConfig.find(({ name }) => name === metric);
}

/** What may be asked of a metric: its own scope and the coarser ones that it can be brought to, coarsest first. */
export function scopesOf(native: MetricScope): readonly MetricScope[] {
  const order: readonly MetricScope[] = ['node', 'socket', 'memoryDomain', 'core', 'hwthread'];
  if (native === 'accelerator') return ['node', 'accelerator'];
  return order.slice(0, order.indexOf(native) + 1);
}

/**
 * The thresholds at a scope. The description gives them for a node: a sum's are shared out evenly among the parts of the node,
 * an average's hold for each. Undefined where the description has none (all zero).
 */
export function thresholdsAt(
  config: MetricConfig,
  scope: MetricScope,
  subCluster: SubCluster | undefined,
): Thresholds | undefined {
  const { normal, caution, alert, peak, lowerIsBetter } = config;
  if (normal === 0 && caution === 0 && alert === 0) return undefined;
  const parts = config.aggregation === 'sum' ? partsAt(scope, subCluster?.topology) : 1;
  return { normal: normal / parts, caution: caution / parts, alert: alert / parts, peak: peak / parts, lowerIsBetter };
}

export function gradeOf(value: number, { normal, caution, alert, lowerIsBetter }: Thresholds): Grade {
  const isAsBadAs = (threshold: number) => (lowerIsBetter ? value >= threshold : value <= threshold);
  if (isAsBadAs(alert)) return 'alert';
  if (isAsBadAs(caution)) return 'caution';
  return isAsBadAs(normal) ? 'normal' : 'good';
}

function partsAt(scope: MetricScope, topology: Topology | undefined): number {
  if (topology === undefined) return 1;
  const count: Record<MetricScope, number | undefined> = {
    node: 1,
    socket: topology.socket.length,
    memoryDomain: topology.memoryDomain.length,
    core: topology.core?.length,
    hwthread: topology.node.length,
    accelerator: topology.accelerators?.length,
  };
  return Math.max(1, count[scope] ?? 1);
}
