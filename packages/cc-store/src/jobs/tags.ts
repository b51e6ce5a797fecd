import type { Tag } from '@moorline/cc-api';
import type { StartJob, Visibility } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/** Tags of jobs. */
export interface JobTags {
  /** Adds what is missing; a tag that the job has already stays once. */
  attach(session: Session, job: number, tags: NonNullable<StartJob['tags']>): Promise<void>;
  /** The tags that this reader may see, by job, in the order in which they were made. */
  of(session: Session, jobs: readonly number[], visibility: Visibility): Promise<ReadonlyMap<number, Tag[]>>;
}

export function createJobTags(db: StoreDatabase): JobTags {
  const insertTag = prepare(db, (db, p: Params<{ type: string; name: string; scope: string }>) =>
    db
      .insertInto('tag')
      .values({ type: p.type, name: p.name, scope: p.scope })
      .onConflict((conflict) => conflict.columns(['type', 'name', 'scope']).doNothing()),
  );
  const findTag = prepare(db, (db, p: Params<{ type: string; name: string; scope: string }>) =>
    db
      .selectFrom('tag')
      .select('id')
      .where('type', '=', p.type)
      .where('name', '=', p.name)
      .where('scope', '=', p.scope),
  );
  const insertJobTag = prepare(db, (db, p: Params<{ job: number; tag: number }>) =>
    db
      .insertInto('job_tag')
      .values({ job: p.job, tag: p.tag })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const isAnyTag = prepare(db, (db, _: Params<object>) => db.selectFrom('job_tag').select('job').limit(1));
  const findTags = prepare(db, (db, p: Params<{ job: number }>) =>
    db
      .selectFrom('job_tag')
      .innerJoin('tag', 'tag.id', 'job_tag.tag')
      .select(['tag.id', 'tag.type', 'tag.name', 'tag.scope'])
      .where('job_tag.job', '=', p.job)
      .orderBy('tag.id'),
  );

  return {
    async attach(session, job, tags) {
      for (const { type, name, scope } of tags) {
        const key = { type, name, scope: scope || 'global' };
        await session.run(insertTag, key);
        const tag = await session.first(findTag, key);
        if (tag !== undefined) await session.run(insertJobTag, { job, tag: tag.id });
      }
    },
    async of(session, jobs, visibility) {
      const found = new Map<number, Tag[]>();
      if ((await session.first(isAnyTag, {})) === undefined) return found;
      for (const job of jobs) {
        const tags = await session.all(findTags, { job });
        const seen = tags.filter((tag) => isSeen(tag.scope, visibility));
        if (seen.length > 0) found.set(job, seen);
      }
      return found;
    },
  };
}

/** A user's private tags are the user's alone; `admin` ones are for those who see every job. */
function isSeen(scope: string, visibility: Visibility): boolean {
  if (scope === 'global') return true;
  return visibility.jobs === 'all' ? scope === 'admin' : scope === visibility.user;
}
