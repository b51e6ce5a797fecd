import { isJobState, type Job, type Resource, type Tag } from '@moorline/cc-api';
import { StoreError } from '../errors.js';
import type { JobDocument } from './job-document.js';

/** The columns that reading a job needs; the others are only searched. */
export const jobColumns = [
  'id',
  'cluster',
  'job_id',
  'start_time',
  'state',
  'duration',
  'resources',
  'document',
] as const;

export interface JobRow {
  id: number;
  cluster: string;
  job_id: number;
  start_time: number;
  state: string;
  duration: number;
  resources: string;
  document: string;
  meta_data?: string | null;
  statistics?: string | null;
}

/**
 * A row as the job that the API answers, its members in the order of the wire.
 *
 * @param nowSeconds Unix seconds: a running job's duration ends there.
 * @throws StoreError `file_corrupt` when the row cannot be read.
 */
export function toJob(row: JobRow, nowSeconds: number, tags: readonly Tag[] = []): Job {
  const document = parseRow<JobDocument>(row, row.document);
  if (!isJobState(row.state)) throw unreadable(row);
  return {
    cluster: row.cluster,
    subCluster: document.subCluster,
    ...(document.partition === undefined ? {} : { partition: document.partition }),
    project: document.project,
    user: document.user,
    shared: document.shared,
    jobState: row.state,
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    resources: parseRow<Resource[]>(row, row.resources),
    energyFootprint: null,
    footprint: document.footprint ?? null,
    metaData: typeof row.meta_data === 'string' ? parseRow<Record<string, string>>(row, row.meta_data) : null,
    concurrentJobs: { items: null, count: 0 },
    energy: document.energy ?? 0,
    ...(document.arrayJobId === undefined ? {} : { arrayJobId: document.arrayJobId }),
    ...(document.walltime === undefined ? {} : { walltime: document.walltime }),
    jobId: row.job_id,
    duration: row.state === 'running' ? Math.max(0, nowSeconds - row.start_time) : row.duration,
    ...(document.smt === undefined ? {} : { smt: document.smt }),
    ...(document.monitoringStatus === 0 ? {} : { monitoringStatus: document.monitoringStatus }),
    ...(document.numAcc === undefined ? {} : { numAcc: document.numAcc }),
    ...(document.numHwthreads === undefined ? {} : { numHwthreads: document.numHwthreads }),
    numNodes: document.numNodes,
    statistics: null,
    id: row.id,
    startTime: row.start_time,
  };
}

function parseRow<T>(row: JobRow, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unreadable(row);
  }
}

function unreadable(row: JobRow): StoreError {
  return new StoreError(`the job with row id ${row.id} cannot be read`, {
    code: 'file_corrupt',
    hint: 'the other jobs are readable; restore this one from a backup or start it again',
    details: { id: row.id },
  });
}
