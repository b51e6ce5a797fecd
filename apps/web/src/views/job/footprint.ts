import type { Cluster, Job, MetricConfig } from '@moorline/control-api';
import { type Grade, gradeOf, metricConfigOf, thresholdsAt } from '../../plots/thresholds.js';

/** One number of a job's footprint, and what it means. */
export interface FootprintEntry {
  metric: string;
  /** How the job's samples were brought to one number. */
  stat: 'avg' | 'min' | 'max';
  value: number;
  config: MetricConfig;
  /** Absent where the description has no thresholds. */
  grade: Grade | undefined;
  /** Share of the peak, 0 to 1; undefined where the description has no peak. */
  share: number | undefined;
}

const stats = ['avg', 'min', 'max'] as const;

/** A job's footprint by the description of its subcluster; numbers of metrics that it does not have are left out. */
export function footprintOf(job: Pick<Job, 'footprint' | 'subCluster'>, cluster: Cluster): FootprintEntry[] {
  return Object.entries(job.footprint ?? {}).flatMap(([key, value]) => {
    const stat = stats.find((one) => key.endsWith(`_${one}`));
    const metric = stat === undefined ? key : key.slice(0, -stat.length - 1);
    const config = metricConfigOf(cluster, job.subCluster, metric);
    if (config === undefined || !Number.isFinite(value)) return [];
    const thresholds = thresholdsAt(config, 'node', undefined);
    return [
      {
        metric,
        stat: stat ?? config.footprint ?? 'avg',
        value,
        config,
        grade: thresholds === undefined ? undefined : gradeOf(value, thresholds),
        share: config.peak > 0 ? Math.min(1, Math.max(0, value / config.peak)) : undefined,
      },
    ];
  });
}
