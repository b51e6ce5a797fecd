import { jobStates } from '@moorline/cc-api';
import type { JobFilter, JobPage, Visibility } from '@moorline/cc-api/server';
import {
  type Compilable,
  type Expression,
  type ExpressionBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type { Parameters as Params } from '../database/query.js';
import type { Schema } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { anyTag, type FoundRow } from './found-row.js';
import { jobColumns } from './job-row.js';

/** Which conditions a list has: lists of one shape share a prepared statement. */
export interface ListShape {
  /** 0: any state. */
  states: number;
  cluster: boolean;
  project: boolean;
  startTime: boolean;
  /** Only what comes after the place `to` and `beforeId` in the list's order. */
  isSlice: boolean;
  /** -1: every job. Otherwise the number of projects beside the user's own jobs. */
  projects: number;
  /** -1: every cluster. */
  clusters: number;
  metaData: boolean;
}

/** What the conditions compare with, by name. */
export type ListValues = Record<string, string | number>;

export function listShape(filter: JobFilter, visibility: Visibility, metaData: boolean): ListShape {
  return {
    states: distinct(filter.states ?? []).length,
    cluster: filter.cluster !== undefined,
    project: filter.project !== undefined,
    startTime: filter.startTime !== undefined,
    isSlice: false,
    projects: visibility.jobs === 'all' ? -1 : distinct(visibility.projects).length,
    clusters: visibility.clusters === undefined ? -1 : distinct(visibility.clusters).length,
    metaData,
  };
}

/** A place in the order of a list: newest start first. */
export interface ListPlace {
  /** Unix seconds. */
  startTime: number;
  id: number;
}

/** The shape of a part of a list. */
export const sliceShape = (whole: ListShape): ListShape => ({ ...whole, startTime: true, isSlice: true });

/** The part that begins behind a place, or with the page. @param whole the values of the whole list. */
export function sliceValues(whole: ListValues, after: ListPlace | undefined, limit: number): ListValues {
  const place = after && { to: after.startTime, beforeId: after.id, offset: 0 };
  return { ...whole, ...place, limit };
}

export function listValues(filter: JobFilter, page: JobPage, visibility: Visibility): ListValues {
  const values: ListValues = {
    limit: bounded(page.itemsPerPage),
    offset: bounded((page.page - 1) * page.itemsPerPage),
    cluster: filter.cluster ?? '',
    project: filter.project ?? '',
    from: filter.startTime?.from ?? Number.MIN_SAFE_INTEGER,
    to: filter.startTime?.to ?? Number.MAX_SAFE_INTEGER,
    beforeId: Number.MAX_SAFE_INTEGER,
  };
  const states = distinct(filter.states ?? []);
  addAll(values, 'state', states.length === 0 ? jobStates : states);
  addAll(values, 'visible', distinct(visibility.clusters ?? []));
  if (visibility.jobs === 'own') {
    values['user'] = visibility.user;
    addAll(values, 'project', distinct(visibility.projects));
  }
  return values;
}

function addAll(values: ListValues, name: string, items: readonly string[]): void {
  for (const [index, item] of items.entries()) values[`${name}${index}`] = item;
}

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** SQL refuses a limit that is no 64-bit integer. */
const bounded = (count: number): number => Math.min(count, Number.MAX_SAFE_INTEGER);

/**
 * The page's row ids first, from indexes alone, then its rows, in any order: {@link inListOrder}.
 *
 * Where a condition leaves a choice (several states; the user's own jobs or those of a project), each combination is a
 * question of its own that one index answers in the list's order, and the database merges them: `in` and `or` would sort, or
 * walk over, every job of those states. A list that names a cluster, project or user but no state asks for each state there is.
 */
export function buildJobList(db: StoreDatabase, p: Params<ListValues>, shape: ListShape): Compilable<FoundRow> {
  const [first, ...others] = combinations(choices(shape)).map((conditions) =>
    conditions.reduce((query, condition) => query.where((job) => condition(job, p)), everyJob(db, p, shape)),
  );
  const ids = others.reduce((merged, query) => merged.unionAll(query), first ?? everyJob(db, p, shape));
  const page = ids
    .orderBy('start_time', 'desc')
    .orderBy('id', 'desc')
    .limit(number(p, 'limit'))
    .offset(number(p, 'offset'))
    .as('page');
  return db
    .selectFrom(page)
    .innerJoin('job', 'job.id', 'page.id')
    .select(jobColumns.map((column) => `job.${column}` as const))
    .select('job.statistics')
    .select(anyTag)
    .$if(shape.metaData, (query) => query.select('job.meta_data'));
}

/** The rows of {@link buildJobList} in the list's order: newest start first. Nearly always they come so, and a database that is asked to would copy each one. */
export function inListOrder(rows: FoundRow[]): FoundRow[] {
  return rows.sort((a, b) => b.start_time - a.start_time || b.id - a.id);
}

type IdQuery = SelectQueryBuilder<Schema, 'job', { id: number; start_time: number }>;
type Condition = (job: ExpressionBuilder<Schema, 'job'>, p: Params<ListValues>) => Expression<SqlBool>;

/** With the conditions that leave no choice. */
function everyJob(db: StoreDatabase, p: Params<ListValues>, shape: ListShape): IdQuery {
  let query: IdQuery = db.selectFrom('job').select(['id', 'start_time']);
  if (shape.cluster) query = query.where('cluster', '=', text(p, 'cluster'));
  if (shape.project) query = query.where('project', '=', text(p, 'project'));
  if (shape.startTime)
    query = query.where('start_time', '>=', number(p, 'from')).where('start_time', '<=', number(p, 'to'));
  if (shape.isSlice) {
    query = query.where((job) =>
      job.or([job('start_time', '<', number(p, 'to')), job('id', '<', number(p, 'beforeId'))]),
    );
  }
  return query;
}

/** SQLite takes 500 questions in one. */
const mostCombinations = 400;

/** The conditions that leave a choice, each as the conditions of which one must hold. */
function choices(shape: ListShape): readonly Condition[][] {
  const { clusters, projects } = shape;
  const isSpecific = shape.cluster || shape.project || projects >= 0;
  // Where another condition leads the index already, it has the cluster too.
  const visible =
    clusters < 0 ? [] : [isSpecific || clusters === 0 ? [clusterIn(clusters)] : times(clusters, clusterIs)];
  const owned = projects < 0 ? [] : [[ofUser, ...times(projects, ofProject)]];
  const states = shape.states || (isSpecific || clusters > 0 ? jobStates.length : 0);
  const all = [...(states === 0 ? [] : [times(states, stateIs)]), ...owned, ...visible];
  if (all.reduce((count, choice) => count * choice.length, 1) <= mostCombinations) return all;
  // Too many to ask one by one: right, but it may sort every job that is found.
  return all.map((choice) => [anyOf(choice)]);
}

const stateIs =
  (index: number): Condition =>
  (job, p) =>
    job('state', '=', text(p, `state${index}`));
const clusterIs =
  (index: number): Condition =>
  (job, p) =>
    job('cluster', '=', text(p, `visible${index}`));
const clusterIn =
  (count: number): Condition =>
  (job, p) =>
    job.or(times(count, clusterIs).map((is) => is(job, p)));
const ofUser: Condition = (job, p) => job('user_name', '=', text(p, 'user'));
/** Without those that {@link ofUser} finds: no job comes twice. */
const ofProject =
  (index: number): Condition =>
  (job, p) =>
    job.and([job('project', '=', text(p, `project${index}`)), job('user_name', '<>', text(p, 'user'))]);
const anyOf =
  (choice: readonly Condition[]): Condition =>
  (job, p) =>
    job.or(choice.map((condition) => condition(job, p)));

/** Each way to take one condition of every choice. */
function combinations(choices: readonly Condition[][]): Condition[][] {
  return choices.reduce<Condition[][]>(
    (taken, choice) => taken.flatMap((conditions) => choice.map((condition) => [...conditions, condition])),
    [[]],
  );
}

const times = (count: number, make: (index: number) => Condition): Condition[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The place of a value, with the type that the condition wants. */
const text = (p: Params<ListValues>, name: string) => sql<string>`${p[name]}`;
const number = (p: Params<ListValues>, name: string) => sql<number>`${p[name]}`;
