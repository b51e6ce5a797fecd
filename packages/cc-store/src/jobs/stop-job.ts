import type { Job, JobState, StopJobRequest } from '@moorline/cc-api';
import type { StopOutcome } from '@moorline/cc-api/server';
import type { Archiver } from '../archive/archiver.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { toJob } from './job-row.js';
import type { NewestJob } from './newest-job.js';

/** The statements of a stop, to be run inside one transaction: what it read cannot change before it writes. */
export function createStopJob(db: StoreDatabase, newestJob: NewestJob, archiver: Pick<Archiver, 'enqueue'>) {
  const update = prepare(db, (db, p: Params<{ id: number; state: JobState; duration: number }>) =>
    db.updateTable('job').set({ state: p.state, duration: p.duration }).where('id', '=', p.id),
  );

  return async (
    session: Session,
    request: StopJobRequest & { jobState: JobState },
    mayStop: (job: Job) => boolean,
    nowSeconds: number,
  ): Promise<StopOutcome> => {
    const { jobId, stopTime, jobState: state } = request;
    const row = await newestJob(session, request);
    if (row === undefined) return { outcome: 'not_found' };
    const job = toJob(row, nowSeconds);
    const { id, cluster } = row;
    if (!mayStop(job)) return { outcome: 'forbidden', cluster };
    if (job.jobState !== 'running') return { outcome: 'not_running', id, jobId, cluster, state: job.jobState };
    if (stopTime < row.start_time) {
      return { outcome: 'stop_before_start', id, jobId, cluster, startTime: row.start_time };
    }
    const duration = stopTime - row.start_time;
    await session.run(update, { id, state, duration });
    // A job may be "stopped" as running: then its end is still to come.
    if (job.monitoringStatus && state !== 'running') await archiver.enqueue(session, id);
    return { outcome: 'stopped', job: { ...job, jobState: state, duration } };
  };
}
