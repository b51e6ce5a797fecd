import type { Tag, TagName } from '@moorline/cc-api';
import type { Visibility } from '@moorline/cc-api/server';
import { sql } from 'kysely';
import { fromColumn, toColumn } from '../database/any-text.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/** Who reads tags: somebody, or whoever may be told of each one. */
export type TagReader = Visibility | 'anybody';

/** Tags, and which jobs have them. */
export interface JobTags {
  /** Makes what is missing; a tag that the job has already stays once. A tag without a scope is global. */
  attach(session: Session, job: number, tags: readonly TagName[]): Promise<void>;
  /** Row ids of tags that are there. @returns the first tag that is nowhere instead, if one is. */
  find(session: Session, tags: readonly Required<TagName>[]): Promise<number[] | Required<TagName>>;
  /** Takes tags off a job; one that it does not have is passed over. */
  detach(session: Session, job: number, tags: readonly number[]): Promise<void>;
  /** Jobs that have one of the tags, at most `limit` for each. */
  someJobs(session: Session, tags: readonly number[], limit: number): Promise<number[]>;
  /** Deletes tags, and takes them off every job. */
  delete(session: Session, tags: readonly number[]): Promise<void>;
  /** The tags that this reader may see, by job, in the order in which they were made. */
  of(session: Session, jobs: readonly number[], reader: TagReader): Promise<ReadonlyMap<number, Tag[]>>;
}

export function createJobTags(db: StoreDatabase): JobTags {
  const insertTag = prepare(db, (db, p: Params<Required<TagName>>) =>
    db
      .insertInto('tag')
      .values({ type: p.type, name: p.name, scope: p.scope })
      .onConflict((conflict) => conflict.columns(['type', 'name', 'scope']).doNothing()),
  );
  const findTag = prepare(db, (db, p: Params<Required<TagName>>) =>
    db
      .selectFrom('tag')
      .select('id')
      .where('type', '=', p.type)
      .where('name', '=', p.name)
      .where('scope', '=', p.scope),
  );
  const deleteTag = prepare(db, (db, p: Params<{ tag: number }>) => db.deleteFrom('tag').where('id', '=', p.tag));
  const insertJobTag = prepare(db, (db, p: Params<JobTag>) =>
    db
      .insertInto('job_tag')
      .values({ job: p.job, tag: p.tag })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const deleteJobTag = prepare(db, (db, p: Params<JobTag>) =>
    db.deleteFrom('job_tag').where('job', '=', p.job).where('tag', '=', p.tag),
  );
  const jobsOfTag = prepare(db, (db, p: Params<{ tag: number; limit: number }>) =>
    db.selectFrom('job_tag').select('job').where('tag', '=', p.tag).limit(p.limit),
  );
  const findTags = prepare(db, (db, p: Params<Record<string, number>>) =>
    db
      .selectFrom('job_tag')
      .innerJoin('tag', 'tag.id', 'job_tag.tag')
      .select(['job_tag.job', 'tag.id', 'tag.type', 'tag.name', 'tag.scope'])
      .where('job_tag.job', 'in', sql<number>`(${sql.join(places.map((place) => p[place]))})`)
      .orderBy('tag.id'),
  );

  return {
    async attach(session, job, tags) {
      for (const { type, name, scope } of tags) {
        const key = toColumns({ type, name, scope: scope || 'global' });
        let tag = await session.first(findTag, key);
        if (tag === undefined) {
          // Another server may make it at this moment: then this makes none, and it is found.
          await session.run(insertTag, key);
          tag = await session.first(findTag, key);
        }
        if (tag !== undefined) await session.run(insertJobTag, { job, tag: tag.id });
      }
    },
    async find(session, tags) {
      const ids: number[] = [];
      for (const tag of tags) {
        const row = await session.first(findTag, toColumns(tag));
        if (row === undefined) return tag;
        ids.push(row.id);
      }
      return ids;
    },
    async detach(session, job, tags) {
      for (const tag of tags) await session.run(deleteJobTag, { job, tag });
    },
    async someJobs(session, tags, limit) {
      const jobs = new Set<number>();
      for (const tag of tags) for (const { job } of await session.all(jobsOfTag, { tag, limit })) jobs.add(job);
      return [...jobs];
    },
    async delete(session, tags) {
      for (const tag of tags) await session.run(deleteTag, { tag });
    },
    async of(session, jobs, reader) {
      const found = new Map<number, Tag[]>();
      for (let start = 0; start < jobs.length; start += places.length) {
        const values = Object.fromEntries(places.map((place, index) => [place, jobs[start + index] ?? 0]));
        for (const { job, ...row } of await session.all(findTags, values)) {
          const tag = toTag(row);
          if (isSeen(tag.scope, reader)) found.set(job, [...(found.get(job) ?? []), tag]);
        }
      }
      return found;
    },
  };
}

/** One statement serves any number of jobs: unused places ask for job 0, which never is. */
const places = Array.from({ length: 32 }, (_, index) => `job${index}`);

interface JobTag {
  job: number;
  tag: number;
}

const toColumns = ({ type, name, scope }: Required<TagName>): Required<TagName> => ({
  type: toColumn(type),
  name: toColumn(name),
  scope: toColumn(scope),
});

const toTag = ({ id, type, name, scope }: Required<Tag>): Tag => ({
  id,
  type: fromColumn(type),
  name: fromColumn(name),
  scope: fromColumn(scope),
});

/** A user's private tags are the user's alone; `admin` ones are for those who see every job. */
function isSeen(scope: string, reader: TagReader): boolean {
  if (scope === 'global' || reader === 'anybody') return true;
  return reader.jobs === 'all' ? scope === 'admin' : scope === reader.user;
}
