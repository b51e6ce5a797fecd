import type { Job, JobState, StopJobRequest } from '@moorline/cc-api';
import type { StopOutcome } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { jobColumns, type JobRow, toJob } from './job-row.js';

/** The statements of a stop, to be run inside one transaction: what it read cannot change before it writes. */
export function createStopJob(db: StoreDatabase) {
  // Each form names only what was given, so that the index on (job_id, cluster, start_time) serves it.
  const find = (hasCluster: boolean, hasStartTime: boolean): Query<StopKey, JobRow> =>
    prepare(db, (db, p: Params<StopKey>) => {
      let query = db.selectFrom('job').select(jobColumns).where('job_id', '=', p.jobId);
      if (hasCluster) query = query.where('cluster', '=', p.cluster);
      if (hasStartTime) query = query.where('start_time', '=', p.startTime);
      return query.orderBy('id', 'desc').limit(1);
    });
  const finds = [find(false, false), find(false, true), find(true, false), find(true, true)] as const;
  const update = prepare(db, (db, p: Params<{ id: number; state: JobState; duration: number }>) =>
    db.updateTable('job').set({ state: p.state, duration: p.duration }).where('id', '=', p.id),
  );

  return async (
    session: Session,
    request: StopJobRequest & { jobState: JobState },
    mayStop: (job: Job) => boolean,
    nowSeconds: number,
  ): Promise<StopOutcome> => {
    const { jobId, cluster, startTime, stopTime, jobState: state } = request;
    const query = finds[((cluster === undefined ? 0 : 2) + (startTime === undefined ? 0 : 1)) as 0 | 1 | 2 | 3];
    const row = await session.first(query, { jobId, cluster: cluster ?? '', startTime: startTime ?? 0 });
    if (row === undefined) return { outcome: 'not_found' };
    const job = toJob(row, nowSeconds);
    const { id, cluster: ofCluster } = row;
    if (!mayStop(job)) return { outcome: 'forbidden', cluster: ofCluster };
    if (job.jobState !== 'running')
      return { outcome: 'not_running', id, jobId, cluster: ofCluster, state: job.jobState };
    if (stopTime < row.start_time) {
      return { outcome: 'stop_before_start', id, jobId, cluster: ofCluster, startTime: row.start_time };
    }
    const duration = stopTime - row.start_time;
    await session.run(update, { id, state, duration });
    return { outcome: 'stopped', job: { ...job, jobState: state, duration } };
  };
}

interface StopKey {
  jobId: number;
  cluster: string;
  startTime: number;
}
