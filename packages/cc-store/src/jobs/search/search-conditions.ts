import { type RawBuilder, sql } from 'kysely';
import type { Parameters as Params } from '../../database/query.js';
import type { JobSort } from './job-search.js';
import type { SearchShape, SearchValues } from './search-shape.js';

export type Fragment = RawBuilder<unknown>;
type P = Params<SearchValues>;

/** One of the questions that a search is put together of. */
export interface Part {
  /** Whether an index may serve its conditions. False where the order, or the lead, says how jobs are read. */
  isIndexed: boolean;
  /** Only jobs that run, or only those that ended. Absent: both. */
  isRunning?: boolean;
  /** Only jobs of this one of the states. */
  state?: number;
  /** Only the reader's own jobs (0), or only others' jobs of one of the projects (1, 2 …). */
  owner?: number;
  /** Whether what it is ordered by is read from the lead. */
  isLed?: boolean;
}

/** The columns that an order compares, before the id. */
export function keysOf(sort: JobSort): string[] {
  switch (sort) {
    case 'startTime':
      return ['start_time'];
    case 'duration':
      return ['duration'];
    case 'numNodes':
      return ['num_nodes'];
    case 'jobId':
      return ['job_id'];
    case 'user':
      return ['user_name', 'start_time'];
    case 'project':
      return ['project', 'start_time'];
  }
}

/** Seconds since a running job started. */
export const runningFor = (p: P): Fragment =>
  sql`case when job.start_time < ${integer(p, 'at')} then ${integer(p, 'at')} - job.start_time else 0 end`;

export function conditionsOf(p: P, shape: SearchShape, part: Part): Fragment[] {
  const text = (column: string): Fragment =>
    part.isIndexed ? sql`job.${sql.ref(column)}` : sql`coalesce(job.${sql.ref(column)}, '')`;
  const startTime = part.isIndexed ? sql`job.start_time` : sql`job.start_time + 0`;
  const all: Fragment[] = [];
  // Literally, as their index has it.
  if (part.isRunning !== undefined) all.push(part.isRunning ? sql`job.state = 'running'` : sql`job.state <> 'running'`);
  if (part.state !== undefined) all.push(sql`job.state = ${p[`state${part.state}`]}`);
  else if (shape.states > 0 && part.isRunning !== true)
    all.push(sql`${text('state')} in (${oneOf(p, 'state', shape.states)})`);
  if (shape.user) all.push(sql`${text('user_name')} = ${p['user']}`);
  if (shape.project) all.push(sql`${text('project')} = ${p['project']}`);
  if (shape.cluster) all.push(sql`${text('cluster')} = ${p['cluster']}`);
  if (shape.clusters >= 0) all.push(clusterIn(p, shape.clusters));
  if (part.owner === 0) all.push(sql`job.user_name = ${p['reader']}`);
  else if (part.owner !== undefined)
    all.push(sql`job.project = ${p[`project${part.owner - 1}`]} and job.user_name <> ${p['reader']}`);
  else if (shape.projects >= 0) all.push(owned(p, shape.projects, text));
  if (shape.from) all.push(sql`${startTime} >= ${p['from']}`);
  if (shape.to) all.push(sql`${startTime} <= ${p['to']}`);
  if (shape.min) all.push(sql`${durationOf(p, part)} >= ${integer(p, 'min')}`);
  if (shape.max) all.push(sql`${durationOf(p, part)} <= ${integer(p, 'max')}`);
  for (let index = 0; index < shape.tags; index++) all.push(hasTag(p, index));
  return all;
}

function durationOf(p: P, { isRunning }: Part): Fragment {
  if (isRunning === false) return sql`job.duration`;
  if (isRunning === true) return runningFor(p);
  return sql`case when job.state = 'running' then ${runningFor(p)} else job.duration end`;
}

/** Never an index's business: one with several clusters has not the order of the list. */
function clusterIn(p: P, clusters: number): Fragment {
  return clusters === 0 ? sql`1 = 0` : sql`coalesce(job.cluster, '') in (${oneOf(p, 'visible', clusters)})`;
}

function owned(p: P, projects: number, text: (column: string) => Fragment): Fragment {
  const own = sql`${text('user_name')} = ${p['reader']}`;
  return projects === 0 ? own : sql`(${own} or ${text('project')} in (${oneOf(p, 'project', projects)}))`;
}

function hasTag(p: P, index: number): Fragment {
  return sql`exists (select 1 from job_tag inner join tag on tag.id = job_tag.tag where job_tag.job = job.id
    and tag.type = ${p[`tagType${index}`]} and tag.name = ${p[`tagName${index}`]} and tag.scope in ('global', ${p['scope']}))`;
}

/** Whether a job comes behind the place where the page begins. The first comparison is one that an index can serve. */
export function isAfter(p: P, { isDescending }: SearchShape, keys: readonly Fragment[], id: Fragment): Fragment {
  const behind = isDescending ? sql`<` : sql`>`;
  const [first = id, second] = keys;
  const idBehind = sql`${id} ${behind} ${p['afterId']}`;
  const rest =
    second === undefined
      ? idBehind
      : sql`${second} ${behind} ${p['afterStart']} or (${second} = ${p['afterStart']} and ${idBehind})`;
  return sql`${first} ${behind}= ${p['after']} and (${first} ${behind} ${p['after']} or ${rest})`;
}

/** The places of a list of values. */
export const oneOf = (p: P, name: string, count: number): Fragment =>
  sql.join(times(count, (index) => sql`${p[`${name}${index}`]}`));

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Where nothing else tells the database that it is one. */
const integer = (p: P, name: string): Fragment => sql`cast(${p[name]} as bigint)`;
