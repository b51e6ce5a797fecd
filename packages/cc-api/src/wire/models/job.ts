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

/** A tag as it is stored. */
export interface Tag {
  /** The store's row id. */
  id: number;
  type: string;
  name: string;
  /** `global`, `admin`, or the name of the user whose private tag it is. */
  scope: string;
}

/** Statistics of one metric over a whole job. */
export interface JobStatistics {
  /** Of the three numbers. */
  unit: Unit;
  avg: number;
  min: number;
  max: number;
}

/** Points to another job. */
export interface JobLink {
  /** The store's row id of it. */
  id: number;
  /** The scheduler's id of it. */
  jobId: number;
}

/** Jobs that shared the nodes. */
export interface JobLinkResultList {
  items: JobLink[] | null;
  /** How many there are. */
  count: number;
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
  /** One element a node. */
  resources: Resource[];
  /** Energy by metric. */
  energyFootprint: Record<string, number> | null;
  /** By metric and kind (`mem_used_max`), in the unit of the metric. */
  footprint: Record<string, number> | null;
  /** Null unless asked for. */
  metaData: Record<string, string> | null;
  concurrentJobs: JobLinkResultList;
  /** As the reporter or the archiver counted it: the original names no unit. */
  energy: number;
  /** The scheduler's id of the job array. */
  arrayJobId?: number;
  /** Seconds that the job was allowed. */
  walltime?: number;
  /** Megabytes. */
  requestedMemory?: number;
  /** The scheduler's id. */
  jobId: number;
  /** Seconds; of a running job up to now. */
  duration: number;
  /** Hardware threads used of each core. */
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
  /** Unix seconds. */
  submitTime?: number;
  /** Unix seconds. */
  startTime: number;
}
