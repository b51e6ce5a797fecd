import type { Visibility } from '@moorline/cc-api/server';
import type { Logger } from '@moorline/core';
import { type Parameters as Params, prepare, type Query, type Session } from '../../database/query.js';
import type { StoreDatabase } from '../../database/store-database.js';
import { isStoreError } from '../../errors.js';
import { isVisible } from '../find-jobs.js';
import { isTagged } from '../found-row.js';
import type { JobDocument } from '../job-document.js';
import type { JobTags } from '../tags.js';
import { toFoundJob } from './found-job.js';
import type { FoundJob, FoundJobs, JobSearch, JobTotal } from './job-search.js';
import { type CursorPlace, decodeCursor, encodeCursor } from './search-cursor.js';
import {
  buildCount,
  buildProbe,
  buildRows,
  buildSearch,
  type Lead,
  rowsAtOnce,
  type SearchRow,
} from './search-query.js';
import { searchShape, type SearchShape, type SearchValues, searchValues } from './search-shape.js';

/** Jobs as somebody looks for them. */
export interface Jobs {
  /**
   * A page of the jobs that are found. One or two statements, one more where some have tags, and one where they are counted.
   *
   * @returns undefined for a cursor that is none of this search.
   */
  search(search: JobSearch, visibility: Visibility): Promise<FoundJobs | undefined>;
  /** The same of jobs whose row ids are known, as a {@link Change} names them; those that are gone, or not to be seen, are left out. */
  byIds(ids: readonly number[], visibility: Visibility): Promise<FoundJob[]>;
}

export interface JobsParts {
  db: StoreDatabase;
  reading: Session;
  tags: JobTags;
  nowSeconds: () => number;
  logger: Logger;
  /** Of so many jobs the rows are read and put in order, ≥ 0; of more the order is followed. Default 2,000. */
  few?: number;
}

export function createJobs({ db, reading, tags, nowSeconds, logger, few = 2_000 }: JobsParts): Jobs {
  const statements = new StatementsByShape();
  const rowsOf = prepare(db, (db, p: Params<SearchValues>) => buildRows(db, p));

  const toJobs = async (rows: readonly SearchRow[], visibility: Visibility): Promise<FoundJob[]> => {
    const tagged = rows.filter(isTagged).map(({ id }) => id);
    const tagsOf = await tags.of(reading, tagged, visibility);
    const now = nowSeconds();
    return rows.flatMap((row) => {
      try {
        return toFoundJob(row, now, tagsOf.get(row.id) ?? []);
      } catch (error) {
        // One unreadable row must not hide the others.
        if (!isStoreError(error)) throw error;
        logger.error({ err: error, id: row.id }, 'left an unreadable job out of a search');
        return [];
      }
    });
  };

  /** Where few jobs come into question, all of them are put in order; else jobs are looked at in the order that is asked for. */
  const chooseLead = async (shape: SearchShape, values: SearchValues): Promise<Lead> => {
    if (shape.node) return 'node';
    const leads = possibleLeads(shape);
    if (leads.length === 0) return 'order';
    const probe = statements.get(['probe', shape], () => prepare(db, (db, p) => buildProbe(db, p, shape, leads)));
    const counts = (await reading.first(probe, { ...values, limit: few + 1 })) ?? {};
    const best = leads.reduce((least, lead) => (countOf(counts, lead) < countOf(counts, least) ? lead : least));
    return countOf(counts, best) <= few ? best : 'order';
  };

  const count = async (shape: SearchShape, values: SearchValues, lead: Lead): Promise<JobTotal> => {
    const query = statements.get(['count', shape, lead], () => prepare(db, (db, p) => buildCount(db, p, shape, lead)));
    const found = (await reading.first(query, { ...values, limit: mostCounted + 1 }))?.count ?? 0;
    return { count: Math.min(found, mostCounted), isLowerBound: found > mostCounted };
  };

  return {
    async search(search, visibility) {
      const after = search.cursor === undefined ? undefined : decodeCursor(search, search.cursor);
      if (search.cursor !== undefined && after === undefined) return undefined;
      const at = after?.at ?? nowSeconds();
      const shape = searchShape(search, visibility);
      const values = searchValues(search, visibility, at, after);
      const lead = await chooseLead(shape, values);
      const query = statements.get(['page', shape, lead], () =>
        prepare(db, (db, p) => buildSearch(db, p, shape, lead)),
      );
      const rows = await reading.all(query, values);
      const shown = rows.slice(0, search.limit);
      const last = rows.length > search.limit ? shown.at(-1) : undefined;
      return {
        jobs: await toJobs(shown, visibility),
        ...(last === undefined ? {} : { next: encodeCursor(search, placeOf(search, last, at)) }),
        ...(search.count ? { total: await count(shape, values, lead) } : {}),
      };
    },

    async byIds(ids, visibility) {
      const found: FoundJob[] = [];
      const wanted = [...new Set(ids)].filter(Number.isSafeInteger);
      for (let start = 0; start < wanted.length; start += rowsAtOnce) {
        const named = Array.from({ length: rowsAtOnce }, (_, index) => [`id${index}`, wanted[start + index] ?? 0]);
        const rows = await reading.all(rowsOf, Object.fromEntries(named) as SearchValues);
        found.push(...(await toJobs(rows, visibility)));
      }
      return found.filter((job) => isVisible(job, visibility));
    },
  };
}

/** Counting goes on to here. */
const mostCounted = 10_000;

const countOf = (counts: Record<string, number>, lead: Lead): number => counts[lead] ?? Infinity;

/** What few jobs may have, and the order that is asked for does not go by. */
function possibleLeads(shape: SearchShape): Lead[] {
  const { sort } = shape;
  const isByStart = sort === 'startTime';
  const isOwned = shape.user || shape.project || shape.projects >= 0;
  const isByOwner = isByStart || (sort === 'user' && shape.user) || (sort === 'project' && shape.project);
  return [
    ...Array.from({ length: shape.tags }, (_, index): Lead => `tag${index}`),
    ...((shape.min || shape.max) && sort !== 'duration' ? ['duration' as const] : []),
    ...(isOwned && !isByOwner ? ['owner' as const] : []),
    ...(shape.cluster && !isByStart ? ['cluster' as const] : []),
    ...(shape.states > 0 && !isByStart ? ['state' as const] : []),
    ...((shape.from || shape.to) && !isByStart ? ['start' as const] : []),
  ];
}

function placeOf({ sort }: JobSearch, row: SearchRow, at: number): CursorPlace {
  return { key: keyOf(sort, row, at), startTime: row.start_time, id: row.id, at };
}

/** What the database ordered by. Texts come from the document: columns give them back to their first NUL. */
function keyOf(sort: JobSearch['sort'], row: SearchRow, at: number): string | number {
  switch (sort) {
    case 'startTime':
      return row.start_time;
    case 'duration':
      return row.state === 'running' ? Math.max(0, at - row.start_time) : row.duration;
    case 'numNodes':
      return row.num_nodes;
    case 'jobId':
      return row.job_id;
    case 'user':
    case 'project':
      return ownerOf(row, sort) ?? (sort === 'user' ? row.user_name : row.project);
  }
}

function ownerOf({ document }: SearchRow, sort: 'user' | 'project'): string | undefined {
  try {
    return (JSON.parse(document) as JobDocument)[sort];
  } catch {
    // Such a row is left out of the page, and may still be its last.
    return undefined;
  }
}

/** One compiled statement for each shape of a search: the values are parameters. */
class StatementsByShape {
  readonly #known = new Map<string, Query<SearchValues, unknown>>();

  get<R>(key: unknown, make: () => Query<SearchValues, R>): Query<SearchValues, R> {
    const name = JSON.stringify(key);
    const known = this.#known.get(name);
    if (known !== undefined) return known as Query<SearchValues, R>;
    // The number of shapes is bounded but for the lengths of lists that callers choose.
    if (this.#known.size >= mostShapes) this.#known.clear();
    const made = make();
    this.#known.set(name, made);
    return made;
  }
}

const mostShapes = 500;
