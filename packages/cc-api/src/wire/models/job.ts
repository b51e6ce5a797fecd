import type { JobState, MonitoringStatus, Shared, Unit } from './vocabulary.js';

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
