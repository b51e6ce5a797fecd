import { prepareForRows } from '../database/many-rows.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { jobColumns, type JobRow } from '../jobs/job-row.js';

/** The statements on archived jobs and on those that wait to be. */
export type ArchiveTables = ReturnType<typeof createArchiveTables>;

export function createArchiveTables(db: StoreDatabase) {
  const enqueue = prepareForRows(
    db,
    ['job', 'due_at'],
    (db, rows: readonly Params<{ job: number; due_at: number }>[]) =>
      db
        .insertInto('archive_queue')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('job').doUpdateSet(({ ref }) => ({ due_at: ref('excluded.due_at') })),
        ),
  );
  const due = prepare(db, (db, p: Params<{ now: number; limit: number }>) =>
    db
      .selectFrom('archive_queue')
      .innerJoin('job', 'job.id', 'archive_queue.job')
      .select(jobColumns.map((column) => `job.${column}` as const))
      .where('due_at', '<=', p.now)
      .orderBy('due_at')
      .orderBy('archive_queue.job')
      .limit(p.limit)
      .$castTo<JobRow>(),
  );
  const nextDue = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('archive_queue').select('due_at').orderBy('due_at').limit(1),
  );
  const dequeue = prepare(db, (db, p: Params<{ job: number }>) =>
    db.deleteFrom('archive_queue').where('job', '=', p.job),
  );
  const updateJob = prepare(db, (db, p: Params<{ job: number; document: string; statistics: string | null }>) =>
    db.updateTable('job').set({ document: p.document, statistics: p.statistics }).where('id', '=', p.job),
  );
  const putData = prepare(db, (db, p: Params<{ job: number; data: Uint8Array }>) =>
    db
      .insertInto('job_archive')
      .values({ job: p.job, data: p.data })
      .onConflict((conflict) => conflict.column('job').doUpdateSet({ data: p.data })),
  );
  const dataOf = prepare(db, (db, p: Params<{ job: number }>) =>
    db.selectFrom('job_archive').select('data').where('job', '=', p.job),
  );

  return {
    /** @param dueAt Unix milliseconds. */
    async enqueue(session: Session, jobs: readonly number[], dueAt: number) {
      await enqueue.run(
        session,
        jobs.map((job) => ({ job, due_at: dueAt })),
      );
    },
    /** Jobs whose time has come, the longest due first. @param now Unix milliseconds. */
    due: (session: Session, now: number, limit: number) => session.all(due, { now, limit }),
    /** Unix milliseconds; undefined where no job waits. */
    nextDue: async (session: Session) => (await session.first(nextDue, {}))?.due_at,
    /** @returns false where it did not wait (any more): another process was faster, or it was deleted. */
    dequeue: async (session: Session, job: number) => (await session.run(dequeue, { job })) > 0,
    updateJob: (session: Session, job: number, document: string, statistics: string | null) =>
      session.run(updateJob, { job, document, statistics }),
    putData: (session: Session, job: number, data: Uint8Array) => session.run(putData, { job, data }),
    async dataOf(session: Session, job: number): Promise<Uint8Array | undefined> {
      const row = await session.first(dataOf, { job });
      return row === undefined ? undefined : bytesOf(row.data);
    },
  };
}
