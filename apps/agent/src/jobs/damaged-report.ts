import type { SetAsideEntry, SpoolEntry } from '@moorline/cc-store/spool';
import type { Clock, Logger } from '@moorline/core';
import { jobOfKey, lostStopEntry } from '../messages.js';
import type { RunningJobs } from './running-jobs.js';

/**
 * What is reported in the place of a job event that the disk damaged. Of a stop it is known only that the job has ended: it is
 * reported as failed, now. Nothing can be made of a start; the control plane does not learn of that job.
 *
 * A start is told from a stop by what is left of the job: a stop that waits behind it, or the file of a job that runs.
 */
export function createDamagedReport(options: { jobs: RunningJobs; logger: Logger; clock: Clock }) {
  const { jobs, logger, clock } = options;
  return ({ kind, orderKey, followers }: SetAsideEntry): SpoolEntry | undefined => {
    const job = kind === 'job' && orderKey !== undefined ? jobOfKey(orderKey) : undefined;
    if (job === undefined) return undefined;
    if (followers > 0 || jobs.list().some(({ jobId }) => jobId === job.jobId)) {
      logger.error(
        { ...job },
        `the start of job ${job.jobId} was damaged on disk: the control plane does not learn of it`,
      );
      return undefined;
    }
    logger.error({ ...job }, `the stop of job ${job.jobId} was damaged on disk: reported as failed now`);
    return lostStopEntry({ ...job, stopTime: Math.floor(clock.now() / 1000), jobState: 'failed' });
  };
}
