import type { Resource } from './job.js';
import type { JobState, MonitoringStatus, Shared } from './vocabulary.js';

/** The body of start_job: what the server takes over. Every other member of {@link Job} may be sent and is ignored. */
export interface StartJobRequest {
  /** The scheduler's id. */
  jobId: number;
  cluster: string;
  user: string;
  numNodes: number;
  /** As many as `numNodes`. */
  resources: Resource[];
  /** Unix seconds. */
  startTime: number;
  /** Assigned from the first resource's hostname when absent or empty. */
  subCluster?: string;
  partition?: string;
  project?: string;
  /** Default `none`. */
  shared?: Shared;
  tags?: { type: string; name: string; scope?: string }[];
  /** By metric and kind (`mem_used_max`), in the unit of the metric. */
  footprint?: Record<string, number> | null;
  metaData?: Record<string, string> | null;
  energy?: number;
  /** The scheduler's id of the job array. */
  arrayJobId?: number;
  /** Seconds that the job is allowed. */
  walltime?: number;
  /** Hardware threads used of each core; the original takes 0 and 1 only. */
  smt?: number;
  /** Default 1; 0 turns monitoring and archiving off. */
  monitoringStatus?: MonitoringStatus;
  /** Accelerators, ≥ 0. */
  numAcc?: number;
  /** Hardware threads, ≥ 0. */
  numHwthreads?: number;
}

/** Without `cluster` and `startTime` the newest job with that id is stopped. */
export interface StopJobRequest {
  /** The scheduler's id. */
  jobId: number;
  cluster?: string;
  /** Unix seconds. */
  startTime?: number;
  /** Absent or empty means `completed`. */
  jobState?: JobState;
  /** Unix seconds, not before the start. */
  stopTime: number;
}
