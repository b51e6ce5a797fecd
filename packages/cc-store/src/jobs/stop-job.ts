import type { Job, JobState, StopJobRequest } from '@moorline/cc-api';
import type { StopOutcome } from '@moorline/cc-api/server';
import type { Archiver } from '../archive/archiver.js';
import { prepareForRows } from '../database/many-rows.js';
import { tableOf } from '../database/portable.js';
import type { Parameters as Params, Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { inRounds } from './in-rounds.js';
import { type JobRow, toJob } from './job-row.js';
import type { NewestJobs } from './newest-job.js';

/** A stop that somebody asks for. */
export interface Stop {
  request: StopJobRequest & { jobState: JobState };
  mayStop: (job: Job) => boolean;
}

/** Stops jobs inside one transaction, each as though those before it had been stopped alone: what it read cannot change before it writes. */
export type StopJobs = (session: Session, stops: readonly Stop[], nowSeconds: number) => Promise<StopOutcome[]>;

export function createStopJobs(
  db: StoreDatabase,
  newestJobs: NewestJobs,
  archiver: Pick<Archiver, 'enqueue'>,
): StopJobs {
  const update = prepareForRows(db, ['id', 'state', 'duration'], (db, ends: readonly Params<End>[]) =>
    db
      .updateTable('job')
      .from(tableOf(ends, { id: 'bigint', state: 'text', duration: 'bigint' }, 'ended'))
      .set(({ ref }) => ({ state: ref('ended.state'), duration: ref('ended.duration') }))
      .whereRef('job.id', '=', 'ended.id'),
  );

  /** Of jobs with an id of the scheduler's each. */
  const stopRound = async (session: Session, stops: readonly Stop[], nowSeconds: number): Promise<StopOutcome[]> => {
    const rows = await newestJobs(
      session,
      stops.map(({ request }) => request),
    );
    const ends: End[] = [];
    const archived: number[] = [];
    const outcomes = stops.map((stop) => {
      const row = rows.get(stop.request.jobId);
      const outcome = row === undefined ? ({ outcome: 'not_found' } as const) : outcomeOf(stop, row, nowSeconds);
      if (row === undefined || outcome.outcome !== 'stopped') return outcome;
      const { jobState: state, duration, monitoringStatus } = outcome.job;
      ends.push({ id: row.id, state, duration });
      // A job may be "stopped" as running: then its end is still to come.
      if (monitoringStatus && state !== 'running') archived.push(row.id);
      return outcome;
    });
    await update.run(session, ends);
    await archiver.enqueue(session, archived);
    return outcomes;
  };
  return (session, stops, nowSeconds) =>
    inRounds(
      stops,
      ({ request }) => request.jobId,
      (round) => stopRound(session, round, nowSeconds),
    );
}

/** What comes of a stop of the job that it means. */
function outcomeOf({ request, mayStop }: Stop, row: JobRow, nowSeconds: number): StopOutcome {
  const { jobId, stopTime, jobState: state } = request;
  const job = toJob(row, nowSeconds);
  const { id, cluster, start_time: startTime } = row;
  if (!mayStop(job)) return { outcome: 'forbidden', cluster };
  if (job.jobState !== 'running') return { outcome: 'not_running', id, jobId, cluster, state: job.jobState };
  if (stopTime < startTime) return { outcome: 'stop_before_start', id, jobId, cluster, startTime };
  return { outcome: 'stopped', job: { ...job, jobState: state, duration: stopTime - startTime } };
}

interface End {
  id: number;
  state: JobState;
  /** Seconds. */
  duration: number;
}
