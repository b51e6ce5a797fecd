import type { JobData, JobMetricWithName } from './job-metrics.js';
import type { Job } from './job.js';

/** One page of `GET /api/jobs/`. */
export interface JobList {
  jobs: Job[];
  /** The page size that was asked for, not the number of jobs. */
  items: number;
  /** 1 is the first. */
  page: number;
}

/** `GET /api/jobs/{id}`; the capitals are the server's. */
export interface JobWithData {
  Meta: Job;
  /** Null unless all metrics were asked for. */
  Data: JobData | null;
}

/** `POST /api/jobs/{id}`. */
export interface JobWithSeries {
  Meta: Job;
  Data: JobMetricWithName[];
}
