import { jobStates } from '@moorline/cc-api';
import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Parameters as Params } from '../../database/query.js';
import type { StoreDatabase } from '../../database/store-database.js';
import type { FoundRow } from '../found-row.js';
import {
  conditionsOf,
  type Fragment,
  isAfter,
  keysOf,
  oneOf,
  type Part,
  runningFor,
  times,
} from './search-conditions.js';
import type { SearchShape, SearchValues } from './search-shape.js';

/**
 * Where a search begins (docs/design.md §2.1). `order`: at the first job in the order that is asked for, and on from there. Anything
 * else: with all jobs that have this one thing, which are then put in order; right where these are few.
 */
export type Lead = 'order' | 'node' | 'owner' | 'cluster' | 'state' | 'start' | 'duration' | `tag${number}`;

type P = Params<SearchValues>;

/** A found job's row, with what a list does not read. */
export interface SearchRow extends FoundRow {
  num_nodes: number;
  user_name: string;
  project: string;
}

/** The page's row ids first, from indexes as far as these go, then its rows. */
export function buildSearch(db: StoreDatabase, p: P, shape: SearchShape, lead: Lead): Compilable<SearchRow> {
  const direction = shape.isDescending ? sql`desc` : sql`asc`;
  const keys = [...keysOf(shape.sort).map((key) => sql.ref(key)), sql.ref('id')];
  const inOrder = (table: Fragment) => sql.join(keys.map((key) => sql`${table}${key} ${direction}`));
  const ids = sql`${idsOf(p, shape, lead)} order by ${inOrder(sql``)} limit ${p['limit']}`;
  return compilable(
    db,
    sql`select ${columns} from (${ids}) as page inner join job on job.id = page.id order by ${inOrder(sql`page.`)}`,
  );
}

/** The rows of up to {@link rowsAtOnce} jobs, by their ids. */
export function buildRows(db: StoreDatabase, p: P): Compilable<SearchRow> {
  return compilable(db, sql`select ${columns} from job where id in (${oneOf(p, 'id', rowsAtOnce)}) order by id`);
}

export const rowsAtOnce = 64;

const columns = sql`job.id, job.cluster, job.job_id, job.start_time, job.state, job.duration, job.num_nodes, job.user_name, job.project, job.resources,
  job.document, job.meta_data, (select tag from job_tag where job_tag.job = job.id limit 1) as any_tag`;

/** How many jobs are found; counting ends behind `limit`. */
export function buildCount(db: StoreDatabase, p: P, shape: SearchShape, lead: Lead): Compilable<{ count: number }> {
  const all = idsOf(p, { ...shape, sort: 'startTime', isAfter: false }, lead);
  return compilable(db, sql`select count(*) as count from (${all} limit ${p['limit']}) as found`);
}

/** How many jobs each lead begins with; counting ends behind `limit`. */
export function buildProbe(
  db: StoreDatabase,
  p: P,
  shape: SearchShape,
  leads: readonly Lead[],
): Compilable<Record<string, number>> {
  const counts = leads.map(
    (lead) => sql`(select count(*) from (${ledBy(p, shape, lead)} limit ${p['limit']}) as led) as ${sql.id(lead)}`,
  );
  return compilable(db, sql`select ${sql.join(counts)}`);
}

const compilable = <R>(db: StoreDatabase, query: Fragment): Compilable<R> => ({
  compile: () => (query as RawBuilder<R>).compile(db),
});

/** The ids of all jobs that are found, with what they are ordered by. */
function idsOf(p: P, shape: SearchShape, lead: Lead): Fragment {
  if (lead === 'node') return hostIds(p, shape);
  if (lead !== 'order') {
    const source = sql`(${ledBy(p, shape, lead)}) as led cross join job`;
    // The join decides how the jobs are read: nothing but their ids may be an index's business here.
    return select(p, shape, source, sql`job.id = led.job`, { isIndexed: false });
  }
  const parts = partsInOrder(shape);
  return sql.join(
    parts.map((part) => select(p, shape, sql`job`, undefined, part)),
    sql` union all `,
  );
}

/** Through the hosts' own index, which has the order of starts. */
function hostIds(p: P, shape: SearchShape): Fragment {
  const source = sql`job_host as led cross join job`;
  const joined = sql`led.host = ${p['node']} and job.id = led.job`;
  return select(p, shape, source, joined, { isIndexed: false, isLed: shape.sort === 'startTime' });
}

function select(p: P, shape: SearchShape, source: Fragment, joined: Fragment | undefined, part: Part): Fragment {
  const id = part.isLed === true ? sql`led.job` : sql`job.id`;
  const keys = keysOf(shape.sort).map((key) => ({ key, value: keyValue(p, key, part) }));
  const where = [
    ...(joined === undefined ? [] : [joined]),
    ...conditionsOf(p, shape, part),
    ...(shape.isAfter
      ? [
          isAfter(
            p,
            shape,
            keys.map(({ value }) => value),
            id,
          ),
        ]
      : []),
  ];
  const columns = keys.map(({ key, value }) => sql`${value} as ${sql.ref(key)}`);
  const condition = where.length === 0 ? sql`` : sql` where ${sql.join(where, sql` and `)}`;
  return sql`select ${id} as id, ${sql.join(columns)} from ${source}${condition}`;
}

function keyValue(p: P, key: string, part: Part): Fragment {
  if (key === 'start_time' && part.isLed === true) return sql`led.start_time`;
  if (key !== 'duration' || part.isRunning === false) return sql`job.${sql.ref(key)}`;
  return part.isRunning === true
    ? runningFor(p)
    : sql`case when job.state = 'running' then ${runningFor(p)} else job.duration end`;
}

/**
 * What is asked one by one, each from an index that has the order, and merged.
 *
 * In the order of starts that is each state, of each way in which a job may belong to the reader. For durations and numbers of nodes
 * jobs that run, which are few and put in order, are apart from those that ended, which have an index.
 */
function partsInOrder(shape: SearchShape): Part[] {
  switch (shape.sort) {
    case 'duration':
    case 'numNodes':
      return [
        ...(shape.hasRunning ? [{ isIndexed: true, isRunning: true }] : []),
        ...(shape.hasEnded ? [{ isIndexed: false, isRunning: false }] : []),
      ];
    case 'user':
    case 'project':
      return times(shape.states || jobStates.length, (state) => ({ isIndexed: false, state }));
    case 'jobId':
      return [{ isIndexed: false }];
    case 'startTime':
      return partsByStart(shape);
  }
}

function partsByStart(shape: SearchShape): Part[] {
  const { user, project, cluster, projects } = shape;
  const isSpecific = user || project || cluster || projects >= 0;
  const states = shape.states || (isSpecific ? jobStates.length : 0);
  // A user or a project leads an index already.
  const owners = user || project || projects < 0 ? 0 : projects + 1;
  const isMany = Math.max(states, 1) * Math.max(owners, 1) > mostParts;
  if (states === 0 || isMany) return [{ isIndexed: true }];
  return times(states, (state) =>
    owners === 0 ? [{ isIndexed: true, state }] : times(owners, (owner) => ({ isIndexed: true, state, owner })),
  ).flat();
}

/** SQLite takes 500 questions in one. */
const mostParts = 400;

/** The ids, as `job`, of all jobs that a lead begins with. */
function ledBy(p: P, shape: SearchShape, lead: Lead): Fragment {
  const states = sql`state in (${oneOf(p, 'state', shape.states || jobStates.length)})`;
  switch (lead) {
    case 'order':
      return sql`select id as job from job`;
    case 'node':
      return sql`select job from job_host where host = ${p['node']}`;
    case 'owner': {
      const of = (owner: Fragment) => sql`select id as job from job where ${states} and ${owner}`;
      if (shape.user) return of(sql`user_name = ${p['user']}`);
      if (shape.project) return of(sql`project = ${p['project']}`);
      const others = times(shape.projects, (index) =>
        of(sql`project = ${p[`project${index}`]} and user_name <> ${p['reader']}`),
      );
      return sql.join([of(sql`user_name = ${p['reader']}`), ...others], sql` union all `);
    }
    case 'cluster':
      return sql`select id as job from job where ${states} and cluster = ${p['cluster']}`;
    case 'state':
      return sql`select id as job from job where ${states}`;
    case 'start': {
      const bounds = [
        ...(shape.from ? [sql`start_time >= ${p['from']}`] : []),
        ...(shape.to ? [sql`start_time <= ${p['to']}`] : []),
      ];
      return sql`select id as job from job where ${sql.join(bounds, sql` and `)}`;
    }
    case 'duration': {
      const ended = [
        sql`state <> 'running'`,
        ...(shape.min ? [sql`duration >= ${p['min']}`] : []),
        ...(shape.max ? [sql`duration <= ${p['max']}`] : []),
      ];
      const parts = [
        ...(shape.hasEnded ? [sql`select id as job from job where ${sql.join(ended, sql` and `)}`] : []),
        ...(shape.hasRunning ? [sql`select id as job from job where state = 'running'`] : []),
      ];
      return sql.join(parts, sql` union all `);
    }
    default:
      return tagged(p, Number(lead.slice(3)));
  }
}

function tagged(p: P, index: number): Fragment {
  return sql`select distinct job_tag.job as job from tag inner join job_tag on job_tag.tag = tag.id
    where tag.type = ${p[`tagType${index}`]} and tag.name = ${p[`tagName${index}`]} and tag.scope in ('global', ${p['scope']})`;
}
