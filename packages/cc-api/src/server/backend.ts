import type { Cluster } from '../wire/models/cluster.js';
import type { JobMetricWithName } from '../wire/models/job-metrics.js';
import type { StartJobRequest, StopJobRequest } from '../wire/models/job-requests.js';
import type { Job } from '../wire/models/job.js';
import type { AdministrationBackend } from './backend/administration.js';
import type { JobState, MetricScope, SchedulerState } from '../wire/models/vocabulary.js';

/** What the row visibility rules and the credential's scope leave of the jobs (docs/protocol.md §3.3). */
export type Visibility = (
  | { jobs: 'all' }
  /** Only this user's jobs, and those of these projects. */
  | { jobs: 'own'; user: string; projects: readonly string[] }
) & {
  /** Only jobs of these clusters; absent = every cluster. */
  clusters?: readonly string[];
};

/** The clusters and hosts that a credential may report for; absent on a principal = everything. */
export interface ReportScope {
  /** Cluster name, or `*` for every cluster. */
  cluster: string;
  /** Hosts of that cluster; absent = all of them. */
  hosts?: readonly string[];
}

/** A start that passed decoding and validation: subcluster assigned, defaults filled in. */
export interface StartJob extends StartJobRequest {
  subCluster: string;
  /** May be empty. */
  project: string;
  energy: number;
  shared: NonNullable<StartJobRequest['shared']>;
  monitoringStatus: NonNullable<StartJobRequest['monitoringStatus']>;
}

export interface JobFilter {
  /** Any of these; empty or absent = any state. */
  states?: readonly JobState[];
  cluster?: string;
  project?: string;
  /** Unix seconds, both ends included. */
  startTime?: { from: number; to: number };
}

/** A job as lists show it. */
export interface ListedJob extends Job {
  /** What `statistics` (then null) would hold, as `encodeStatistics` made it once: reading and writing it again is saved. */
  statisticsText?: string;
}

/** An answer as it is sent. */
export interface KeptAnswer {
  /** JSON with the line feed that ends it. */
  body: Uint8Array;
  /** Whether it is right for everybody who asks the same question; otherwise nobody but who asked first gets it. */
  isForAll: boolean;
}

/** Keeps answers until something that they may be made of changes: dashboards ask the same again and again. */
export interface KeptAnswers {
  /**
   * The answer that is kept, or the one that `make` gives, which is then kept; one that fails is not. Callers share it.
   *
   * @param question all that the answer depends on beside what is stored.
   */
  answer(question: string, make: () => Promise<KeptAnswer>): Promise<KeptAnswer>;
}

export interface JobPage {
  /** 1 is the first. */
  page: number;
  itemsPerPage: number;
}

/** One sample of one series, as the ingest rules (docs/protocol.md §3.9) leave it. */
export interface MetricSample {
  cluster: string;
  host: string;
  metric: string;
  /** Absent = node. */
  type?: Exclude<MetricScope, 'node'>;
  typeId?: string;
  /** Second level below the type (`filesystem`, `network` …). */
  subtype?: string;
  subtypeId?: string;
  /** Unix seconds. */
  time: number;
  value: number;
}

export interface NodeState {
  hostname: string;
  state: SchedulerState;
  cpusAllocated: number;
  memoryAllocated: number;
  gpusAllocated: number;
  jobsRunning: number;
}

/** Which job a stop or a delete means: without cluster and startTime the newest with that id. */
export type JobKey = Pick<StopJobRequest, 'jobId' | 'cluster' | 'startTime'>;

/** Why a start was not taken: a job with that id and cluster started less than 24 h before this one, or after it. */
export interface DuplicateJob {
  outcome: 'duplicate';
  id: number;
}

export type StartOutcome = { outcome: 'started'; id: number } | DuplicateJob;

export type StopOutcome =
  | { outcome: 'stopped'; job: Job }
  | { outcome: 'not_found' }
  | { outcome: 'not_running'; id: number; jobId: number; cluster: string; state: JobState }
  | { outcome: 'stop_before_start'; id: number; jobId: number; cluster: string; startTime: number }
  | { outcome: 'forbidden'; cluster: string };

/**
 * The storage behind the server handlers. Decoding, validation, authentication, statuses and texts are the handlers';
 * a backend only stores and finds. Every promise that resolves stands for a durable write.
 *
 * A backend throws only when the storage itself fails (→ 500 with a neutral text); what a caller did wrong is an outcome.
 */
export interface CcBackend extends AdministrationBackend {
  /** Keeps lists of jobs and of used nodes; to be absent where what is stored may change without this backend. */
  keptAnswers?: KeptAnswers;
  /** One atomic step with the duplicate check (docs/protocol.md §3.4). */
  startJob(job: StartJob): Promise<StartOutcome>;
  /**
   * One atomic step: of two stops at once one gets `stopped`, the other `not_running`.
   *
   * In this order: the newest match, else `not_found`; `mayStop(job)`, else `forbidden`; running, else `not_running`;
   * stopTime ≥ startTime, else `stop_before_start`. The answered job has metaData null and no tags.
   */
  stopJob(request: StopJobRequest & { jobState: JobState }, mayStop: (job: Job) => boolean): Promise<StopOutcome>;
  /** Newest start first. */
  listJobs(
    filter: JobFilter,
    page: JobPage,
    visibility: Visibility,
    include: { metaData: boolean },
  ): Promise<readonly ListedJob[]>;
  /**
   * The same list for long pages, in parts that do not keep others waiting for long, so that no answer has to be held in memory
   * as a whole. Absent: every page is asked for by `listJobs`.
   */
  listJobsInSlices?(
    filter: JobFilter,
    page: JobPage,
    visibility: Visibility,
    include: { metaData: boolean },
  ): AsyncIterable<readonly ListedJob[]>;
  /** @param id the row id; the job comes with tags and metaData. */
  getJob(id: number, visibility: Visibility): Promise<Job | undefined>;
  /**
   * Series of a job. Empty `metrics` = all, empty `scopes` = node. A metric comes at the coarser of the asked and its
   * native scope, once. A metric without samples is left out. Of an archived job: what its archive has of the metrics, and
   * of their scopes those asked for, else all (docs/protocol.md §2.6).
   */
  jobMetrics(job: Job, metrics: readonly string[], scopes: readonly MetricScope[]): Promise<JobMetricWithName[]>;
  /**
   * Hosts of running jobs that started before `before` (Unix seconds), sorted, by cluster. Asked often: answer the same object
   * while nothing changed, and never change one that was answered.
   */
  usedNodes(before: number): Promise<Record<string, string[]>>;
  /** With the generated lists of each subcluster (`withGeneratedLists`), by name. Asked often: answer from memory, the same objects while nothing changed. */
  clusters(): Promise<readonly Cluster[]>;
  /** Stores all of them or none. Samples of unknown metrics were dropped before. */
  writeSamples(samples: readonly MetricSample[]): Promise<void>;
  /** One step for all of them. @param receivedAt Unix seconds. */
  updateNodeStates(cluster: string, nodes: readonly NodeState[], receivedAt: number): Promise<void>;
}
