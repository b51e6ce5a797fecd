import type { Resource } from './job.js';
import type { JobState, MonitoringStatus, Shared } from './vocabulary.js';

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
