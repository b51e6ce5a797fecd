import { type CcClient, isCcApiError, type JobState, mayHaveLanded } from '@moorline/cc-api';

/** A job's end, as the scheduler's epilog script knows it. */
export interface JobEnd {
  jobId: number;
  cluster: string;
  /** Unix seconds. */
  stopTime: number;
  jobState: JobState;
}

/** What an epilog has to do: nothing any more, or send it later. */
export type Reported = { done: true; text: string } | { done: false; text: string };

/**
 * Reports a job's end to ClusterCockpit. Never rejects for what the server or the network may do: an epilog that fails takes the node
 * out of service.
 */
export async function reportEnd(cc: CcClient, end: JobEnd): Promise<Reported> {
  try {
    const { duration } = await cc.stopJob(end);
    return { done: true, text: `job ${end.jobId} ran for ${duration} s` };
  } catch (error) {
    if (!isCcApiError(error)) throw error;
    // A second report does no harm, and a job that never was reported as started has no end to report.
    if (error.code === 'job_already_stopped') return { done: true, text: `job ${end.jobId} was reported before` };
    if (error.code === 'job_not_found') return { done: true, text: `the server does not know job ${end.jobId}` };
    const doubt = mayHaveLanded(error) ? ', which may have been done all the same' : '';
    return { done: false, text: `${error.code}: ${error.message}${doubt}` };
  }
}
