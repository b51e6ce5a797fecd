import type { JobKey } from './backend.js';

/** The key of a job in a request's body; undefined without a jobId. */
export function jobKeyOf({ jobId, cluster, startTime }: Partial<JobKey> = {}): JobKey | undefined {
  if (jobId === undefined) return undefined;
  return {
    jobId,
    ...(cluster === undefined ? {} : { cluster }),
    ...(startTime === undefined ? {} : { startTime }),
  };
}
