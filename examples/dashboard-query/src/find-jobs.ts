import { type CcClient, isCcApiError, isJobState } from '@moorline/cc-api';
import { type JobTable, jobTable } from './job-table.js';

/** The newest jobs in a state, or in any for `''`, as they are to be shown; or a sentence about why there are none. */
export type Found = { table: JobTable } | { problem: string };

/** Asks for jobs. @throws the reason of `signal` when that is aborted. */
export async function findJobs(cc: CcClient, state: string, signal?: AbortSignal): Promise<Found> {
  try {
    const states = isJobState(state) ? [state] : [];
    const { jobs } = await cc.listJobs({ states, itemsPerPage: 50 }, { signal });
    return { table: jobTable(jobs) };
  } catch (error) {
    // A code is for programs and never changes; what people read is up to you.
    if (!isCcApiError(error)) throw error;
    if (error.code === 'unauthorized')
      return { problem: 'The server does not know this token. Is CC_TOKEN still good?' };
    if (error.code === 'network_error') return { problem: 'The server cannot be reached.' };
    return { problem: `${error.message}. ${error.hint ?? ''}` };
  }
}
