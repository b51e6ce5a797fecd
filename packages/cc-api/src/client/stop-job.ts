import { isCcApiError } from '../wire/error.js';
import type { Job } from '../wire/models/job.js';
import { afterUnclearAttempt, mayHaveLanded } from './unclear-outcome.js';

/**
 * Makes one stop out of as many attempts as it is given. A second stop changes nothing on the server, so it is sent
 * again without asking; that the job is stopped by then is marked as what it may be: our own doing.
 */
export function stopOnce(send: () => Promise<Job>): () => Promise<Job> {
  let isUnclear = false;
  return async () => {
    try {
      return await send();
    } catch (error) {
      if (isUnclear && isCcApiError(error) && error.code === 'job_already_stopped') throw afterUnclearAttempt(error);
      isUnclear ||= mayHaveLanded(error);
      throw error;
    }
  };
}
