import type { MetricScope, Unit } from './vocabulary.js';

export interface Series {
  hostname: string;
  /** Of the socket, core, hardware thread or accelerator; absent at node scope. */
  id?: string;
  statistics: { min: number; avg: number; max: number };
  /** One value a timestep; null where no sample arrived. */
  data: (number | null)[];
}

/** What a metric with many series (the original: eight) is summed up to: one value a timestep. */
export interface StatsSeries {
  /** By percentile: `"25"`. */
  percentiles?: Record<string, (number | null)[]>;
  mean: (number | null)[] | null;
  median: (number | null)[] | null;
  min: (number | null)[] | null;
  max: (number | null)[] | null;
}

export interface JobMetric {
  statisticsSeries?: StatsSeries;
  unit: Unit;
  series: Series[];
  /** Seconds between two values. */
  timestep: number;
}

export interface JobMetricWithName {
  metric: JobMetric;
  name: string;
  scope: MetricScope;
}

/** Metric name → scope → series. */
export type JobData = Record<string, Partial<Record<MetricScope, JobMetric>>>;
