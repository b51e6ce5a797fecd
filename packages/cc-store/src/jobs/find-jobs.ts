import type { Job, Tag } from '@moorline/cc-api';
import type { JobFilter, JobPage, ListedJob, Visibility } from '@moorline/cc-api/server';
import type { Logger } from '@moorline/core';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { isStoreError } from '../errors.js';
import { nextTurn } from '../next-turn.js';
import { anyTag, type FoundRow, isTagged } from './found-row.js';
import {
  buildJobList,
  inListOrder,
  type ListPlace,
  listShape,
  type ListShape,
  listValues,
  type ListValues,
  sliceShape,
  sliceValues,
} from './job-list-query.js';
import { jobColumns, type JobRow, toJob } from './job-row.js';
import { unsealText } from './statistics-text.js';
import type { JobTags, TagReader } from './tags.js';

/** Which jobs a list is to show, of which page, to whom. */
export interface ListQuestion {
  filter: JobFilter;
  page: JobPage;
  visibility: Visibility;
  include: { metaData: boolean };
  /** Unix seconds: a running job's duration ends there. */
  nowSeconds: number;
}

/** Reads jobs: by filter, and by row id. */
export interface FindJobs {
  list(session: Session, question: ListQuestion): Promise<ListedJob[]>;
  /** A list of any length in parts, each read when it is asked for: what changes meanwhile may be seen or not, no job comes twice. */
  slices(session: Session, question: ListQuestion): AsyncIterable<ListedJob[]>;
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
  // One compiled statement for each shape of a list: the values are parameters.
  const listQueries = new Map<string, Query<ListValues, FoundRow>>();

  const listQuery = (shape: ListShape): Query<ListValues, FoundRow> => {
    const key = JSON.stringify(shape);
    const known = listQueries.get(key);
    if (known !== undefined) return known;
    const built = prepare(db, (db, p: Params<ListValues>) => buildJobList(db, p, shape));
    // The number of shapes is bounded but for the lengths of lists that callers choose.
    if (listQueries.size >= mostShapes) listQueries.clear();
    listQueries.set(key, built);
    return built;
  };

  const byId = prepare(db, (db, p: Params<{ id: number }>) =>
    db
      .selectFrom('job')
      .select([...jobColumns, 'meta_data'])
      .select(anyTag)
      .where('id', '=', p.id),
  );

  const toJobs = async (
    session: Session,
    rows: readonly FoundRow[],
    visibility: Visibility,
    nowSeconds: number,
  ): Promise<ListedJob[]> => {
    const tagged = rows.filter(isTagged).map(({ id }) => id);
    const tagsOf: ReadonlyMap<number, Tag[]> = await tags.of(session, tagged, visibility);
    const jobs: ListedJob[] = [];
    for (const row of rows) {
      try {
        const job = toJob(row, nowSeconds, tagsOf.get(row.id));
        const statisticsText = statisticsOf(row, logger);
        jobs.push(statisticsText === undefined ? job : { ...job, statisticsText });
      } catch (error) {
        // One unreadable row must not hide the others.
        if (!isStoreError(error)) throw error;
        logger.error({ err: error, id: row.id }, 'left an unreadable job out of a list');
      }
    }
    return jobs;
  };

  return {
    async list(session, { filter, page, visibility, include, nowSeconds }) {
      const values = listValues(filter, page, visibility);
      const rows = await session.all(listQuery(listShape(filter, visibility, include.metaData)), values);
      return toJobs(session, inListOrder(rows), visibility, nowSeconds);
    },

    async *slices(session, { filter, page, visibility, include, nowSeconds }) {
      const query = listQuery(sliceShape(listShape(filter, visibility, include.metaData)));
      const whole = listValues(filter, page, visibility);
      let after: ListPlace | undefined;
      for (let left = page.itemsPerPage; left > 0;) {
        const limit = Math.min(left, jobsOfSlice);
        const rows = inListOrder(await session.all(query, sliceValues(whole, after, limit)));
        if (rows.length > 0) yield toJobs(session, rows, visibility, nowSeconds);
        const last = rows.at(-1);
        if (last === undefined || rows.length < limit) return;
        after = { startTime: last.start_time, id: last.id };
        left -= limit;
        await nextTurn();
      }
    },

    async byId(session, id, visibility, nowSeconds, tagReader = visibility) {
      if (!Number.isSafeInteger(id)) return undefined;
      const row = await session.first(byId, { id });
      if (row === undefined) return undefined;
      const job = toJob(row, nowSeconds);
      if (!isVisible(job, visibility)) return undefined;
      if (!isTagged(row)) return job;
      const found = (await tags.of(session, [id], tagReader)).get(id);
      return found === undefined ? job : { ...job, tags: found };
    },
  };
}

/** The text that is sent as it stands. */
function statisticsOf({ id, statistics }: JobRow, logger: Logger): string | undefined {
  if (typeof statistics !== 'string') return undefined;
  const text = unsealText(statistics);
  if (text === undefined) logger.error({ id }, 'left unreadable statistics out of a list');
  return text;
}

const mostShapes = 500;

/** Some milliseconds each. */
const jobsOfSlice = 250;

/** Whether the job may be shown to this reader. */
export function isVisible(
  { cluster, user, project }: Pick<Job, 'cluster' | 'user' | 'project'>,
  visibility: Visibility,
): boolean {
  if (visibility.clusters?.includes(cluster) === false) return false;
  return visibility.jobs === 'all' || user === visibility.user || visibility.projects.includes(project);
}
