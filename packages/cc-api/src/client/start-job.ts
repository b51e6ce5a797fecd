import { isCcApiError } from '../wire/error.js';
import { afterUnclearAttempt, mayHaveLanded } from './unclear-outcome.js';

/** How a start ended well. */
export interface StartJobResult {
  /**
   * `started`: the server took it now. `found`: an earlier attempt of this call got no clear answer, and the server
   * turned out to have the job.
   */
  outcome: 'started' | 'found';
}

/** What {@link startOnce} needs of the client. */
export interface StartSteps {
  /** Sends the start once. */
  send: () => Promise<unknown>;
  /** Whether the server lists exactly this job. */
  isThere: () => Promise<boolean>;
}

/**
 * Makes one start out of as many attempts as it is given: after one that may have landed the server is asked for the
 * job before the start is sent again.
 */
export function startOnce({ send, isThere }: StartSteps): () => Promise<StartJobResult> {
  let isUnclear = false;
  return async () => {
    if (isUnclear && (await isThere())) return { outcome: 'found' };
    try {
      await send();
      return { outcome: 'started' };
    } catch (error) {
      if (isUnclear && isCcApiError(error) && error.code === 'job_already_exists') {
        if (error.details['isSameStart'] === true || (await isThere())) return { outcome: 'found' };
        throw afterUnclearAttempt(error);
      }
      isUnclear ||= mayHaveLanded(error);
      throw error;
    }
  };
}
