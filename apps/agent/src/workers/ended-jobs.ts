import { manifold, type Manifold, worker } from '@moorline/apicaller/engine';
import { type Clock, type Logger, sleep, systemClock } from '@moorline/core';
import type { Bell } from '../bell.js';
import { isRunning } from '../jobs/process-mark.js';
import type { RunningJobs } from '../jobs/running-jobs.js';
import { createKernelFiles, type KernelFiles } from '../kernel-files.js';
import { stopEntry } from '../messages.js';
import { spoolKey } from './spool.js';

const lookEveryMs = 2000;

/** What {@link endedJobsManifold} works with. */
export interface EndedJobsOptions {
  jobs: RunningJobs;
  bell: Bell;
  logger: Logger;
  files?: KernelFiles | undefined;
  clock?: Clock | undefined;
}

/**
 * Ends the jobs whose `moorline-agent run` could not. One that found the disk full left word of how its command ended. Of one
 * that was killed nobody knows: its job counts as failed, at the moment when it is noticed.
 */
export const endedJobsManifold = (options: EndedJobsOptions): Manifold => {
  const { jobs, bell, logger, files = createKernelFiles(), clock = systemClock } = options;
  return manifold({
    inputs: ['spool'],
    start(context) {
      const spool = context.get('spool', spoolKey);
      let ended = 0;
      const run = async (signal: AbortSignal) => {
        for (;;) {
          for (const { jobId, cluster, startTime, process, end } of jobs.list()) {
            if (await isRunning(process, files)) continue;
            const stopTime = Math.max(startTime, end?.stopTime ?? Math.floor(clock.now() / 1000));
            const jobState = end?.state ?? 'failed';
            await spool.append([stopEntry({ jobId, cluster, startTime, stopTime, jobState })]);
            jobs.remove(jobId);
            bell.ring();
            ended++;
            if (end !== undefined)
              logger.info({ jobId, ...end }, 'reported the end of a job that found no room before');
            else logger.warn({ jobId }, 'the process that ran this job is gone without a word: reported as failed');
          }
          await sleep(lookEveryMs, { signal, clock });
        }
      };
      return worker(run, { report: () => ({ ended }) });
    },
  });
};
