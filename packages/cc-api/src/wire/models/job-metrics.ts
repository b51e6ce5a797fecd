import type { MetricScope, Unit } from './vocabulary.js';

/** Statistics of one series, in the unit of the metric. */
export interface MetricStatistics {
  min: number;
  avg: number;
  max: number;
}

/** Values of one metric at one place. */
export interface Series {
  hostname: string;
  /** Of the socket, core, hardware thread or accelerator; absent at node scope. */
  id?: string;
  statistics: MetricStatistics;
  /** One value a timestep, in the unit of the metric; null where no sample arrived. */
  data: (number | null)[];
}

/** What a metric with many series (the original: eight) is summed up to: one value a timestep, in the unit of the metric. */
export interface StatsSeries {
  /** By percentile: `"25"`. */
  percentiles?: Record<string, (number | null)[]>;
  mean: (number | null)[] | null;
  median: (number | null)[] | null;
  min: (number | null)[] | null;
  max: (number | null)[] | null;
}

/** What was measured of one metric at one scope. */
export interface JobMetric {
  statisticsSeries?: StatsSeries;
  /** Of every value. */
  unit: Unit;
  series: Series[];
  /** Seconds between two values. */
  timestep: number;
}

/** {@link JobMetric}, and which metric and scope it is. */
export interface JobMetricWithName {
  metric: JobMetric;
  name: string;
  scope: MetricScope;
}

/** Metric name → scope → series. */
export type JobData = Record<string, Partial<Record<MetricScope, JobMetric>>>;
