import type { JobState, Tag } from '@moorline/cc-api';

/** By what found jobs are ordered. Of users and projects the jobs are in the order of their starts. */
export type JobSort = 'startTime' | 'duration' | 'numNodes' | 'user' | 'project' | 'jobId';

/** Which jobs are wanted, in which order, and which page. */
export interface JobSearch {
  /** Any of these; empty = any. */
  states: readonly JobState[];
  user?: string | undefined;
  project?: string | undefined;
  cluster?: string | undefined;
  /** A host that it runs or ran on. */
  node?: string | undefined;
  /** Unix seconds, both ends included. */
  startFrom?: number | undefined;
  startTo?: number | undefined;
  /** Seconds, both ends included; of a running job what has passed of it. */
  minDuration?: number | undefined;
  maxDuration?: number | undefined;
  /** All of these, of those that the reader sees. */
  tags: readonly { type: string; name: string }[];
  sort: JobSort;
  order: 'asc' | 'desc';
  /** Jobs of a page, ≥ 1. */
  limit: number;
  /** Whether the answer has `total`. */
  count: boolean;
  /** `next` of a page of the same search. */
  cursor?: string | undefined;
}

/** A job as a search shows it. */
export interface FoundJob {
  /** The row id. */
  id: number;
  /** The scheduler's. */
  jobId: number;
  cluster: string;
  subCluster: string;
  partition?: string;
  user: string;
  project: string;
  jobState: JobState;
  /** Unix seconds. */
  startTime: number;
  /** Seconds; of a running job up to now. */
  duration: number;
  numNodes: number;
  numHwthreads?: number;
  numAcc?: number;
  /** `jobName` of its metadata. */
  name?: string;
  /** The first four. */
  hosts: string[];
  /** Those that the reader sees. */
  tags: Tag[];
  /** By metric and what of it (`avg`, `max` …): known once the job is archived, or as it was reported. */
  footprint: FootprintValue[];
}

export interface FootprintValue {
  /** The metric. */
  name: string;
  /** `avg`, `min` or `max`. */
  stat: string;
  value: number;
}

/** One page of found jobs. */
export interface FoundJobs {
  jobs: FoundJob[];
  /** Cursor of the next page; absent on the last one. */
  next?: string;
  /** Where it was asked for. */
  total?: JobTotal;
}

/** How many jobs are found. */
export interface JobTotal {
  count: number;
  /** Counting ends at 10,000: there are as many at least. */
  isLowerBound: boolean;
}
