/*
 * The models of ClusterCockpit's REST API as the running server sends them (docs/protocol.md §2).
 * Times are Unix seconds, durations are seconds, memory is megabytes, unless a member says otherwise.
 */

/** Every state a job can have. A stopped job never goes back to `running`. */
export const jobStates = [
  'boot_fail',
  'cancelled',
  'completed',
  'deadline',
  'failed',
  'node_fail',
  'out_of_memory',
  'pending',
  'preempted',
  'running',
  'suspended',
  'timeout',
] as const;
export type JobState = (typeof jobStates)[number];

/** Whether other jobs may use a job's nodes. */
export const sharedModes = ['none', 'single_user', 'multi_user'] as const;
export type Shared = (typeof sharedModes)[number];

/** What one series of a metric belongs to, coarsest first. */
export const metricScopes = ['node', 'socket', 'memoryDomain', 'core', 'hwthread', 'accelerator'] as const;
export type MetricScope = (typeof metricScopes)[number];

/** What the scheduler does with a node. */
export const schedulerStates = ['allocated', 'reserved', 'idle', 'mixed', 'down', 'unknown'] as const;
export type SchedulerState = (typeof schedulerStates)[number];

/** 0 disabled, 1 running or archiving, 2 archiving failed, 3 archiving successful. */
export type MonitoringStatus = 0 | 1 | 2 | 3;

/** One node that a job runs on. */
export interface Resource {
  hostname: string;
  configuration?: string;
  /** Ids of the hardware threads the job has; all of the node's where absent. */
  hwthreads?: number[];
  /** Ids (PCI addresses) of the accelerators the job has. */
  accelerators?: string[];
}

export interface Tag {
  id: number;
  type: string;
  name: string;
  /** `global`, `admin`, or the name of the user whose private tag it is. */
  scope: string;
}

export interface Unit {
  base: string;
  prefix?: string;
}

export interface JobStatistics {
  unit: Unit;
  avg: number;
  min: number;
  max: number;
}

/** A job as the server answers it; the order of the members is the order on the wire. */
export interface Job {
  cluster: string;
  subCluster: string;
  partition?: string;
  project: string;
  user: string;
  shared: Shared;
  jobState: JobState;
  tags?: Tag[];
  resources: Resource[];
  energyFootprint: Record<string, number> | null;
  footprint: Record<string, number> | null;
  /** Null unless asked for. */
  metaData: Record<string, string> | null;
  concurrentJobs: { items: { id: number; jobId: number }[] | null; count: number };
  energy: number;
  arrayJobId?: number;
  /** Seconds that the job was allowed. */
  walltime?: number;
  requestedMemory?: number;
  /** The scheduler's id. */
  jobId: number;
  /** Seconds; of a running job up to now. */
  duration: number;
  smt?: number;
  /** Absent means 0. */
  monitoringStatus?: MonitoringStatus;
  numAcc?: number;
  numHwthreads?: number;
  numNodes: number;
  /** By metric; null unless the job is archived and the list endpoint was asked. */
  statistics: Record<string, JobStatistics> | null;
  /** The store's row id, different from `jobId`. */
  id?: number;
  submitTime?: number;
  startTime: number;
}

/** The body of start_job: what the server takes over. Every other member of {@link Job} may be sent and is ignored. */
export interface StartJobRequest {
  jobId: number;
  cluster: string;
  user: string;
  numNodes: number;
  /** As many as `numNodes`. */
  resources: Resource[];
  startTime: number;
  /** Assigned from the first resource's hostname when absent or empty. */
  subCluster?: string;
  partition?: string;
  project?: string;
  /** Default `none`. */
  shared?: Shared;
  tags?: { type: string; name: string; scope?: string }[];
  footprint?: Record<string, number> | null;
  metaData?: Record<string, string> | null;
  energy?: number;
  arrayJobId?: number;
  walltime?: number;
  smt?: number;
  /** Default 1; 0 turns monitoring and archiving off. */
  monitoringStatus?: MonitoringStatus;
  numAcc?: number;
  numHwthreads?: number;
}

/** Without `cluster` and `startTime` the newest job with that id is stopped. */
export interface StopJobRequest {
  jobId: number;
  cluster?: string;
  startTime?: number;
  /** Absent or empty means `completed`. */
  jobState?: JobState;
  stopTime: number;
}

export interface NodePayload {
  hostname: string;
  /** The scheduler's words, in any case; the strongest known one counts. */
  states: string[];
  cpusAllocated?: number;
  memoryAllocated?: number;
  gpusAllocated?: number;
  jobsRunning?: number;
}

export interface UpdateNodeStatesRequest {
  cluster: string;
  nodes: NodePayload[];
}

export interface MetricValue {
  unit: Unit;
  value: number;
}

export interface Accelerator {
  id: string;
  type: string;
  model: string;
}

/** Which hardware threads belong together. Each list holds hardware-thread ids. */
export interface Topology {
  node: number[];
  socket: number[][];
  memoryDomain: number[][];
  die?: number[][];
  core: number[][];
  accelerators?: Accelerator[];
}

export interface SubClusterConfig {
  name: string;
  unit?: Unit;
  peak?: number;
  normal?: number;
  caution?: number;
  alert?: number;
  footprint?: string;
  energy?: string;
  lowerIsBetter?: boolean;
  restrict?: boolean;
  remove?: boolean;
}

export interface MetricConfig {
  name: string;
  unit: Unit;
  peak: number;
  normal: number;
  caution: number;
  alert: number;
  /** `power`, `energy`, or empty. */
  energy: string;
  /** The finest scope at which the metric is measured. */
  scope: MetricScope;
  /** How a coarser scope is made from a finer one. */
  aggregation: 'sum' | 'avg';
  footprint?: 'avg' | 'min' | 'max';
  subClusters?: SubClusterConfig[];
  /** Seconds between samples, ≥ 1. */
  timestep: number;
  restrict: boolean;
  lowerIsBetter: boolean;
}

export interface SubCluster {
  name: string;
  /** A node list (`n[01-16],login1`) or `*`. */
  nodes: string;
  processorType: string;
  topology: Topology;
  flopRateScalar: MetricValue;
  flopRateSimd: MetricValue;
  memoryBandwidth: MetricValue;
  /** Generated by the server: the cluster's metrics with this subcluster's thresholds. */
  metricConfig?: MetricConfig[];
  footprint?: string[];
  energyFootprint?: string[];
  socketsPerNode: number;
  coresPerSocket: number;
  threadsPerCore: number;
}

export interface Cluster {
  name: string;
  metricConfig: MetricConfig[];
  subClusters: SubCluster[];
}

export interface Series {
  hostname: string;
  /** Of the socket, core, hardware thread or accelerator; absent at node scope. */
  id?: string;
  statistics: { min: number; avg: number; max: number };
  /** One value a timestep; null where no sample arrived. */
  data: (number | null)[];
}

export interface JobMetric {
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
