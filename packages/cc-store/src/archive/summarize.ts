import type { Job, JobMetricWithName, JobStatistics, MetricConfig } from '@moorline/cc-api';

/** What an archived job says of its metrics as a whole. */
export interface JobSummary {
  /** Of each metric that was measured. */
  statistics: Record<string, JobStatistics>;
  /** By metric and kind (`mem_used_max`); absent where the subcluster has no metric for it. */
  footprint?: Record<string, number>;
  /** Kilowatt-hours; absent where no power was measured. */
  energy?: number;
}

/**
 * Sums up a job's series over its nodes, with two decimals (cc-api docs/protocol.md §2.6).
 *
 * @param config the metrics of the job's subcluster.
 */
export function summarize(
  job: Job,
  config: readonly MetricConfig[],
  metrics: readonly JobMetricWithName[],
): JobSummary {
  const statistics: Record<string, JobStatistics> = {};
  for (const { name, scope, metric } of metrics) {
    if (scope !== 'node' || metric.series.length === 0) continue;
    const all = metric.series.map((series) => series.statistics);
    statistics[name] = {
      unit: metric.unit,
      avg: twoDigits(all.reduce((sum, { avg }) => sum + avg, 0) / all.length),
      min: twoDigits(all.reduce((least, { min }) => Math.min(least, min), Infinity)),
      max: twoDigits(all.reduce((most, { max }) => Math.max(most, max), -Infinity)),
    };
  }
  const footprint = config.flatMap(({ name, footprint: kind }) =>
    kind === undefined ? [] : [[`${name}_${kind}`, statistics[name]?.[kind] ?? 0] as const],
  );
  const energies = config.flatMap(({ name, energy }) => {
    const power = statistics[name]?.avg;
    if (energy !== 'power' || power === undefined) return [];
    return [twoDigits((power * job.numNodes * (job.duration / 3600)) / 1000)];
  });
  return {
    statistics,
    ...(footprint.length === 0 ? {} : { footprint: Object.fromEntries(footprint) }),
    ...(energies.length === 0 ? {} : { energy: twoDigits(energies.reduce((sum, energy) => sum + energy, 0)) }),
  };
}

/** Rounded half away from zero, as Go's `math.Round` does it. */
function twoDigits(value: number): number {
  return (Math.sign(value) * Math.round(Math.abs(value) * 100)) / 100;
}
