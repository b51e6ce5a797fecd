import type { Job, Tag } from '@moorline/cc-api';
import type { JobFilter, JobPage, Visibility } from '@moorline/cc-api/server';
import type { Logger } from '@moorline/core';
import { type Compilable, type SelectQueryBuilder, sql } from 'kysely';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { Schema } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { isStoreError } from '../errors.js';
import { jobColumns, type JobRow, toJob } from './job-row.js';
import type { JobTags, TagReader } from './tags.js';

/** Reads jobs: by filter, and by row id. */
export interface FindJobs {
  list(
    session: Session,
    filter: JobFilter,
    page: JobPage,
    visibility: Visibility,
    include: { metaData: boolean },
    nowSeconds: number,
  ): Promise<Job[]>;
  /** With its metadata. @param tagReader whose tags it carries. Default: those that the reader of the job sees. */
  byId(
    session: Session,
    id: number,
    visibility: Visibility,
    nowSeconds: number,
    tagReader?: TagReader,
  ): Promise<Job | undefined>;
}

export function createFindJobs(db: StoreDatabase, tags: JobTags, logger: Logger): FindJobs {
  // One compiled statement for each shape of a question: the values are parameters.
  const listQueries = new Map<string, Query<ListValues, JobRow>>();

  const listQuery = (shape: Shape): Query<ListValues, JobRow> => {
    const key = JSON.stringify(shape);
    const known = listQueries.get(key);
    if (known !== undefined) return known;
    const built = prepare(db, (db, p: Params<ListValues>) => buildList(db, p, shape));
    // The number of shapes is bounded but for the lengths of lists that callers choose.
    if (listQueries.size >= mostShapes) listQueries.clear();
    listQueries.set(key, built);
    return built;
  };

  return {
    async list(session, filter, page, visibility, include, nowSeconds) {
      const values = toValues(filter, page, visibility);
      const rows = await session.all(listQuery(toShape(filter, visibility, include.metaData)), values);
      const ids = rows.map((row) => row.id);
      const tagsOf: ReadonlyMap<number, Tag[]> = await tags.of(session, ids, visibility);
      const jobs: Job[] = [];
      for (const row of rows) {
        try {
          jobs.push(toJob(row, nowSeconds, tagsOf.get(row.id)));
        } catch (error) {
          // One unreadable row must not hide the others.
          if (!isStoreError(error)) throw error;
          logger.error({ err: error, id: row.id }, 'left an unreadable job out of a list');
        }
      }
      return jobs;
    },

    async byId(session, id, visibility, nowSeconds, tagReader = visibility) {
      if (!Number.isSafeInteger(id)) return undefined;
      const shape = { ...toShape({}, visibility, true), byId: true };
      const values = { ...toValues({}, { page: 1, itemsPerPage: 1 }, visibility), id };
      const [row] = await session.all(listQuery(shape), values);
      if (row === undefined) return undefined;
      return toJob(row, nowSeconds, (await tags.of(session, [id], tagReader)).get(id));
    },
  };
}

const mostShapes = 500;

/** Which conditions a question has. */
interface Shape {
  byId: boolean;
  states: number;
  cluster: boolean;
  project: boolean;
  startTime: boolean;
  /** -1: every job. Otherwise the number of projects beside the user's own jobs. */
  projects: number;
  /** -1: every cluster. */
  clusters: number;
  metaData: boolean;
}

type ListValues = Record<string, string | number>;
type JobQuery = SelectQueryBuilder<Schema, 'job', JobRow>;

function toShape(filter: JobFilter, visibility: Visibility, metaData: boolean): Shape {
  return {
    byId: false,
    states: distinctStates(filter).length,
    cluster: filter.cluster !== undefined,
    project: filter.project !== undefined,
    startTime: filter.startTime !== undefined,
    projects: visibility.jobs === 'all' ? -1 : visibility.projects.length,
    clusters: visibility.clusters?.length ?? -1,
    metaData,
  };
}

function toValues(filter: JobFilter, page: JobPage, visibility: Visibility): ListValues {
  const values: ListValues = {
    limit: bounded(page.itemsPerPage),
    offset: bounded((page.page - 1) * page.itemsPerPage),
    end: bounded(page.page * page.itemsPerPage),
    cluster: filter.cluster ?? '',
    project: filter.project ?? '',
    from: filter.startTime?.from ?? 0,
    to: filter.startTime?.to ?? 0,
  };
  for (const [index, state] of distinctStates(filter).entries()) values[`state${index}`] = state;
  for (const [index, cluster] of (visibility.clusters ?? []).entries()) values[`visible${index}`] = cluster;
  if (visibility.jobs === 'own') {
    values['user'] = visibility.user;
    for (const [index, project] of visibility.projects.entries()) values[`project${index}`] = project;
  }
  return values;
}

/** SQL refuses a limit that is no 64-bit integer. */
const bounded = (count: number): number => Math.min(count, Number.MAX_SAFE_INTEGER);

function distinctStates(filter: JobFilter): string[] {
  return [...new Set(filter.states ?? [])];
}

/**
 * With several states, one ordered and limited question for each, merged: each is answered from the index on (state,
 * start_time), where `state in (…)` would sort every job of those states.
 */
function buildList(db: StoreDatabase, p: Params<ListValues>, shape: Shape): Compilable<JobRow> {
  if (shape.byId) return select(db, p, shape).where('id', '=', number(p, 'id'));
  if (shape.states < 2) {
    let query = select(db, p, shape);
    if (shape.states === 1) query = query.where('state', '=', text(p, 'state0'));
    return newestFirst(query).limit(number(p, 'limit')).offset(number(p, 'offset'));
  }
  const branches = Array.from({ length: shape.states }, (_, index) =>
    db
      .selectFrom(
        newestFirst(select(db, p, shape).where('state', '=', text(p, `state${index}`)))
          .limit(number(p, 'end'))
          .as('branch'),
      )
      .selectAll(),
  );
  const [first, ...others] = branches as [(typeof branches)[number], ...typeof branches];
  const union = others.reduce((merged, branch) => merged.unionAll(branch), first);
  return db
    .selectFrom(union.as('found'))
    .selectAll()
    .orderBy('start_time', 'desc')
    .orderBy('id', 'desc')
    .limit(number(p, 'limit'))
    .offset(number(p, 'offset'));
}

function select(db: StoreDatabase, p: Params<ListValues>, shape: Shape): JobQuery {
  let query: JobQuery = db
    .selectFrom('job')
    .select(jobColumns)
    .$if(shape.metaData, (query) => query.select('meta_data'));
  if (shape.cluster) query = query.where('cluster', '=', text(p, 'cluster'));
  if (shape.project) query = query.where('project', '=', text(p, 'project'));
  if (shape.startTime)
    query = query.where('start_time', '>=', number(p, 'from')).where('start_time', '<=', number(p, 'to'));
  if (shape.clusters >= 0) query = query.where('cluster', 'in', many(p, 'visible', shape.clusters));
  if (shape.projects >= 0) {
    query = query.where((where) =>
      where.or([where('user_name', '=', text(p, 'user')), where('project', 'in', many(p, 'project', shape.projects))]),
    );
  }
  return query;
}

const newestFirst = (query: JobQuery): JobQuery => query.orderBy('start_time', 'desc').orderBy('id', 'desc');

/** The place of a value, with the type that the condition wants. */
const text = (p: Params<ListValues>, name: string) => sql<string>`${p[name]}`;
const number = (p: Params<ListValues>, name: string) => sql<number>`${p[name]}`;

/** `(…)` of a list that may be empty: then nothing matches. */
function many(p: Params<ListValues>, name: string, length: number) {
  const places = Array.from({ length }, (_, index) => p[`${name}${index}`]);
  return sql<string>`(${length === 0 ? sql`null` : sql.join(places)})`;
}
