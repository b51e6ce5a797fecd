import type { KeepTagged } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { JobHosts } from './job-hosts.js';

/** Where a deletion goes on: behind this job in the order of (start time, row id). */
export interface Place {
  startTime: number;
  id: number;
}

/** What one step of a deletion came to. */
interface DeleteStep {
  /** Row ids. */
  deleted: number[];
  /** Absent: that was the last step. */
  next?: Place;
}

/** The statements that delete jobs; what hangs on a row (its tags) goes with it by foreign keys, but for its hosts. */
export function createDeleteJobs(db: StoreDatabase, hosts: JobHosts, jobsAStep = defaultJobsAStep) {
  const deleteOne = prepare(db, (db, p: Params<{ id: number }>) =>
    db.deleteFrom('job').where('id', '=', p.id).returning(hosted),
  );
  const behind = (db: StoreDatabase, p: Params<StepValues>) =>
    db
      .selectFrom('job')
      .where('start_time', '<', p.before)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('start_time', 'id'), '>', tuple(p.startTime, p.id)))
      .orderBy('start_time')
      .orderBy('id');
  const lastOfStep = prepare(db, (db, p: Params<StepValues>) =>
    behind(db, p)
      .select(['start_time as startTime', 'id'])
      .offset(jobsAStep - 1)
      .limit(1),
  );
  // Those that are kept count among the jobs of a step, so that no step reads more than that many.
  const deleteStep = (keep: KeepTagged) =>
    prepare(db, (db, p: Params<StepValues>) =>
      db
        .deleteFrom('job')
        .where('id', 'in', behind(db, p).select('id').limit(jobsAStep))
        .returning(hosted)
        .$if(keep !== 'none', (query) =>
          query.where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('job_tag')
                  .innerJoin('tag', 'tag.id', 'job_tag.tag')
                  .select('tag.id')
                  .whereRef('job_tag.job', '=', 'job.id')
                  .$if(keep === 'user', (tags) => tags.where('tag.type', 'not in', ['app', 'jobClass'])),
              ),
            ),
          ),
        ),
    );
  const deleteSteps: Readonly<Record<KeepTagged, ReturnType<typeof deleteStep>>> = {
    none: deleteStep('none'),
    all: deleteStep('all'),
    user: deleteStep('user'),
  };

  return {
    /** @returns whether there was such a job. */
    async one(session: Session, id: number): Promise<boolean> {
      const row = await session.first(deleteOne, { id });
      if (row !== undefined) await hosts.remove(session, row);
      return row !== undefined;
    },

    /** Deletes those of the next jobs behind `from` that started before a time. @param before Unix seconds, exclusive. */
    async step(session: Session, before: number, keep: KeepTagged, from: Place): Promise<DeleteStep> {
      const values = { before, ...from };
      const next = await session.first(lastOfStep, values);
      const rows = await session.all(deleteSteps[keep], values);
      for (const row of rows) await hosts.remove(session, row);
      return { deleted: rows.map(({ id }) => id), ...(next === undefined ? {} : { next }) };
    },
  };
}

/** Some milliseconds of work, as long as other writes can be made to wait. */
const defaultJobsAStep = 200;

const hosted = ['id', 'start_time as startTime', 'resources'] as const;

type StepValues = Place & { before: number };
