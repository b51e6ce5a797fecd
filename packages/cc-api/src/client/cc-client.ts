import type { Cluster } from '../wire/models/cluster.js';
import type { JobMetricWithName } from '../wire/models/job-metrics.js';
import type { StartJobRequest, StopJobRequest } from '../wire/models/job-requests.js';
import type { Job } from '../wire/models/job.js';
import type { UpdateNodeStatesRequest } from '../wire/models/node.js';
import type { JobList, JobWithData, JobWithSeries } from '../wire/models/responses.js';
import type { MetricScope } from '../wire/models/vocabulary.js';
import type { paths } from '../generated/actual/types.js';
import type { CcAdministration } from './administration.js';
import type { CcRequests } from './cc-requests.js';
import type { JobQuery } from './job-query.js';
import type { StartJobResult } from './start-job.js';

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** In place of the client's. */
  timeoutMs?: number | undefined;
}

/** Names one start of a job: the scheduler's id may come again after a day. */
export type StartedJobKey = Pick<Job, 'jobId' | 'cluster' | 'startTime'>;

/**
 * One method for each operation. All reject with a {@link CcApiError}, with core's `TimeoutError`, or with the reason of
 * an aborted signal.
 */
export interface CcClient extends CcAdministration, CcRequests<paths> {
  /**
   * Reports that a job has started.
   *
   * @throws CcApiError `job_already_exists` (`details.isSameStart` where the server knows this very start,
   *   `details.afterUnclearAttempt` where an attempt of this call may have made it), `job_started_without_tags`.
   */
  startJob(job: StartJobRequest, options?: CallOptions): Promise<StartJobResult>;
  /**
   * Reports that a job has ended; the answer is the job as it is stored.
   *
   * @throws CcApiError `job_not_found`, `job_already_stopped` (`details.state`; `details.afterUnclearAttempt` where an
   *   attempt of this call may have stopped it).
   */
  stopJob(request: StopJobRequest, options?: CallOptions): Promise<Job>;
  /** One page of jobs, the newest start first. */
  listJobs(query?: JobQuery, options?: CallOptions): Promise<JobList>;
  /**
   * All jobs of a query, page by page, the newest start first; `page` is where it begins. Each job comes once; one that
   * moves between pages while it is read (a job ends and `states` no longer holds) may be missed.
   */
  iterateJobs(query?: JobQuery, options?: CallOptions): AsyncGenerator<Job, void, undefined>;
  /** The job of one start, undefined where the server lists none. The original lists a job up to two minutes late. */
  findJob(key: StartedJobKey, options?: CallOptions): Promise<Job | undefined>;
  /**
   * One job by the store's row id ({@link Job.id}, not `jobId`).
   *
   * @throws CcApiError `job_not_found`; `metrics_unavailable` where all metrics are wanted and cannot be read.
   */
  getJob(id: number, options?: CallOptions & { allMetrics?: boolean | undefined }): Promise<JobWithData>;
  /**
   * One job with the series of some metrics, by core for a job on one node, else by node.
   *
   * @param metrics none for an empty list, all for null.
   * @throws CcApiError as {@link getJob}.
   */
  getJobSeries(id: number, metrics: readonly string[] | null, options?: CallOptions): Promise<JobWithSeries>;
  /**
   * Series of a job for those who may see them: its owner and the roles above; not for a scheduler's token.
   *
   * @throws CcApiError `forbidden`, `job_not_found`, `metrics_unavailable`.
   */
  jobMetrics(
    id: number,
    options?: CallOptions & {
      /** Absent = all. */
      metrics?: readonly string[] | undefined;
      /** Absent = node. */
      scopes?: readonly MetricScope[] | undefined;
    },
  ): Promise<JobMetricWithName[]>;
  /**
   * Sends samples as line protocol, times in seconds. Lines before one that cannot be read are stored.
   *
   * @throws CcApiError `bad_request`.
   */
  writeMetrics(
    lines: string | Uint8Array,
    options?: CallOptions & {
      /** Of the lines without a `cluster` tag. */
      cluster?: string | undefined;
    },
  ): Promise<void>;
  /** Reports the states of a cluster's nodes. Nodes that the server does not know are skipped without a word. */
  updateNodeStates(states: UpdateNodeStatesRequest, options?: CallOptions): Promise<void>;
  /** {@link updateNodeStates} for a token that opens the metric store's routes. */
  healthcheck(states: UpdateNodeStatesRequest, options?: CallOptions): Promise<void>;
  /** {@link listJobs} for a user's token: the user's own jobs. */
  listUserJobs(query?: JobQuery, options?: CallOptions): Promise<JobList>;
  /** {@link getJob} for a user's token. */
  getUserJob: CcClient['getJob'];
  /** {@link getJobSeries} for a user's token. */
  getUserJobSeries: CcClient['getJobSeries'];
  /** {@link jobMetrics} for a user's token. */
  userJobMetrics: CcClient['jobMetrics'];
  /** All clusters, or the named one. @throws CcApiError `bad_request` for a name that the server does not know. */
  clusters(options?: CallOptions & { cluster?: string | undefined }): Promise<Cluster[]>;
  /** Hosts of running jobs that started before `before` (Unix seconds), by cluster. */
  usedNodes(before: number, options?: CallOptions): Promise<Record<string, string[]>>;
}
