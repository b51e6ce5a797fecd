import type { Job, MetaEntry } from '@moorline/cc-api';
import type { Visibility } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { FindJobs } from './find-jobs.js';

/** The statements that set one entry of a job's metadata, to be run inside one transaction. */
export function createEditMeta(db: StoreDatabase, findJobs: FindJobs) {
  const update = prepare(db, (db, p: Params<{ id: number; metaData: string }>) =>
    db.updateTable('job').set({ meta_data: p.metaData }).where('id', '=', p.id),
  );

  /** @returns undefined where no such job is visible. */
  return async (
    session: Session,
    id: number,
    { key, value }: MetaEntry,
    visibility: Visibility,
    nowSeconds: number,
  ): Promise<Job | undefined> => {
    const job = await findJobs.byId(session, id, visibility, nowSeconds);
    if (job === undefined) return undefined;
    const metaData = { ...job.metaData, [key]: value };
    await session.run(update, { id, metaData: JSON.stringify(metaData) });
    return { ...job, metaData };
  };
}
