import type { JobKey } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { jobColumns, type JobRow } from './job-row.js';

/** Finds the job that a key means: the newest row with all that the key names. */
export type NewestJob = (session: Session, key: JobKey) => Promise<JobRow | undefined>;

export function createNewestJob(db: StoreDatabase): NewestJob {
  // Each form names only what was given, so that the index on (job_id, cluster, start_time) serves it.
  const find = (hasCluster: boolean, hasStartTime: boolean): Query<KeyValues, JobRow> =>
    prepare(db, (db, p: Params<KeyValues>) => {
      let query = db.selectFrom('job').select(jobColumns).where('job_id', '=', p.jobId);
      if (hasCluster) query = query.where('cluster', '=', p.cluster);
      if (hasStartTime) query = query.where('start_time', '=', p.startTime);
      return query.orderBy('id', 'desc').limit(1);
    });
  const finds = [find(false, false), find(false, true), find(true, false), find(true, true)] as const;

  return (session, { jobId, cluster, startTime }) => {
    const query = finds[((cluster === undefined ? 0 : 2) + (startTime === undefined ? 0 : 1)) as 0 | 1 | 2 | 3];
    return session.first(query, { jobId, cluster: cluster ?? '', startTime: startTime ?? 0 });
  };
}

interface KeyValues {
  jobId: number;
  cluster: string;
  startTime: number;
}
