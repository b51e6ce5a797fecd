import type { Job } from '@moorline/cc-api';
import type { StartJob } from '@moorline/cc-api/server';

/**
 * What a job's row holds beside its columns.
 *
 * Texts that a caller chose are here even where a column holds them for searching: libsql gives a text back only up to its
 * first NUL, and JSON escapes that.
 */
export interface JobDocument {
  subCluster: string;
  partition?: string;
  project: string;
  user: string;
  shared: Job['shared'];
  footprint?: Record<string, number>;
  energy?: number;
  arrayJobId?: number;
  walltime?: number;
  smt?: number;
  monitoringStatus: NonNullable<Job['monitoringStatus']>;
  numAcc?: number;
  numHwthreads?: number;
  numNodes: number;
}

/** The document of a new job. What the answer leaves out when zero or empty is not kept either. */
export function toDocument(job: StartJob): JobDocument {
  return {
    subCluster: job.subCluster,
    ...(job.partition ? { partition: job.partition } : {}),
    project: job.project,
    user: job.user,
    shared: job.shared,
    ...(job.footprint ? { footprint: job.footprint } : {}),
    ...(job.energy ? { energy: job.energy } : {}),
    ...(job.arrayJobId ? { arrayJobId: job.arrayJobId } : {}),
    ...(job.walltime ? { walltime: job.walltime } : {}),
    ...(job.smt ? { smt: job.smt } : {}),
    monitoringStatus: job.monitoringStatus,
    ...(job.numAcc ? { numAcc: job.numAcc } : {}),
    ...(job.numHwthreads ? { numHwthreads: job.numHwthreads } : {}),
    numNodes: job.numNodes,
  };
}
