import type { Job } from '@moorline/cc-api';

/** What is drawn: the texts of a table. */
export interface JobTable {
  columns: string[];
  rows: string[][];
}

/**
 * One row for each job. Which footprints there are is the cluster's affair, so every one that a job has gets a column: by metric and
 * kind, such as `mem_bw_avg`, in the metric's unit.
 */
export function jobTable(jobs: readonly Job[]): JobTable {
  const footprints = [...new Set(jobs.flatMap(({ footprint }) => Object.keys(footprint ?? {})))].sort();
  return {
    columns: ['job', 'user', 'cluster', 'state', 'nodes', 'duration', ...footprints],
    rows: jobs.map(({ jobId, user, cluster, jobState, numNodes, duration, footprint }) => [
      String(jobId),
      user,
      cluster,
      jobState,
      String(numNodes),
      clock(duration),
      // Absent is not 0: a running job has no footprint yet.
      ...footprints.map((name) => footprint?.[name]?.toFixed(1) ?? '–'),
    ]),
  };
}

/** `26:03:09`. @param seconds of a duration */
function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
