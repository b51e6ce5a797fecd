import type { Cluster, MetricConfig, NodeRow } from '@moorline/control-api';
import { metricConfigOf } from '../../plots/thresholds.js';
import { byHost } from './by-host.js';
import { healthOf, isBusy, statusOf } from './node-status.js';
import { hasThresholds, judgeNode } from './thresholds.js';

/** What can be wrong with a node, the worst first. */
export const problemKinds = ['down', 'failed', 'silent', 'alert', 'partial', 'caution'] as const;

export type ProblemKind = (typeof problemKinds)[number];

/** One thing that is wrong with a node. */
export type Finding =
  | { kind: 'down' | 'failed' | 'silent' | 'partial' }
  | { kind: 'alert' | 'caution'; metric: MetricConfig; value: number };

/** A node with something wrong. */
export interface Problem {
  node: NodeRow;
  /** The worst of its findings. */
  kind: ProblemKind;
  /** At least one, the worst first. */
  findings: Finding[];
}

/**
 * The nodes that want a look, the worst first, then by host. Nodes that never reported are none of them: those of a
 * cluster that is being set up would hide the rest, and a status of their own counts them.
 *
 * @param at the server's time, Unix milliseconds.
 */
export function findProblems(cluster: Cluster, nodes: readonly NodeRow[], at: number): Problem[] {
  const judged = new Map(cluster.subClusters.map(({ name }) => [name, judgedMetrics(cluster, name)]));
  return nodes
    .flatMap((node) => {
      const findings = findingsOf(node, judged.get(node.subCluster) ?? [], at);
      const [worst] = findings;
      return worst === undefined ? [] : [{ node, kind: worst.kind, findings }];
    })
    .sort((one, other) => rank(one) - rank(other) || byHost(one.node, other.node));
}

/**
 * The metrics by which nodes are judged: those that make footprints, as ClusterCockpit judges jobs by them; all that have
 * thresholds where the description marks none. A node that reads no files is not in trouble because `nfs4_read` is low.
 */
export function judgedMetrics(cluster: Cluster, subCluster: string): MetricConfig[] {
  const measured = cluster.metricConfig.flatMap(({ name }) => metricConfigOf(cluster, subCluster, name) ?? []);
  const judgeable = measured.filter(hasThresholds);
  return measured.some(isFootprint) ? judgeable.filter(isFootprint) : judgeable;
}

const isFootprint = ({ footprint }: MetricConfig) => footprint !== undefined;

function findingsOf(node: NodeRow, metrics: readonly MetricConfig[], at: number): Finding[] {
  const status = statusOf(node, at);
  if (status === 'absent') return [];
  // What else was said of such a node is old.
  if (status === 'down' || status === 'silent') return [{ kind: status }];
  const health = healthOf(node);
  const findings: Finding[] = health === 'failed' || health === 'partial' ? [{ kind: health }] : [];
  for (const metric of metrics) {
    const value = node.metrics[metric.name]?.value;
    const verdict = value === undefined ? value : judgeNode(metric, value, isBusy(node, status));
    if (value === undefined || verdict === undefined || verdict === 'normal') continue;
    findings.push({ kind: verdict, metric, value });
  }
  return findings.sort((one, other) => rank(one) - rank(other));
}

const rank = ({ kind }: { kind: ProblemKind }): number => problemKinds.indexOf(kind);
