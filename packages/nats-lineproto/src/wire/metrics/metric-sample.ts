/** The levels below the node on which ClusterCockpit keeps metrics. */
export type MetricSampleType = 'socket' | 'memoryDomain' | 'core' | 'hwthread' | 'accelerator';

/** One sample of one series. */
export interface MetricSample {
  cluster: string;
  host: string;
  metric: string;
  /** Absent = node. */
  type?: MetricSampleType;
  typeId?: string;
  /** Second level below the type (`filesystem`, `network` …). */
  subtype?: string;
  subtypeId?: string;
  /** Unix seconds. */
  time: number;
  value: number;
}

const sampleTypes: ReadonlySet<string> = new Set<MetricSampleType>([
  'socket',
  'memoryDomain',
  'core',
  'hwthread',
  'accelerator',
]);

export function isMetricSampleType(text: string): text is MetricSampleType {
  return sampleTypes.has(text);
}
