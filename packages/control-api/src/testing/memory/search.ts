import type { FilledJobSearch } from '../../server/backend.js';
import { maySee, type Visibility } from '../../server/principal.js';
import { ControlApiError } from '../../wire/error.js';
import type { Job, JobPage } from '../../wire/models.js';
import { durationOf, rowOf } from './jobs.js';

/** One page of the jobs that match. @param now Unix seconds. */
export function searchIn(jobs: Iterable<Job>, search: FilledJobSearch, visibility: Visibility, now: number): JobPage {
  const { limit, cursor, count } = search;
  const found = [...jobs].filter((job) => maySee(visibility, job) && matches(job, search, now));
  found.sort((one, other) => (search.order === 'asc' ? 1 : -1) * compare(one, other, search.sort, now));
  const mark = markOf(search, visibility);
  const start = cursor === undefined ? 0 : 1 + found.findIndex(({ id }) => cursor === `${mark}.${id}`);
  if (cursor !== undefined && start === 0) throw unknownCursor();
  const page = found.slice(start, start + limit);
  const last = page.at(-1);
  return {
    jobs: page.map((job) => rowOf(job, now)),
    ...(last === undefined || start + limit >= found.length ? {} : { next: `${mark}.${last.id}` }),
    ...(count ? { total: { count: found.length, isLowerBound: false } } : {}),
  };
}

export const unknownCursor = (): ControlApiError =>
  new ControlApiError('the cursor is not of this list, this filter and this order', {
    code: 'unknown_cursor',
    hint: 'begin at the first page again: leave the cursor out',
  });

function matches(job: Job, search: FilledJobSearch, now: number): boolean {
  const { states, user, project, cluster, node, tags } = search;
  const { startFrom = 0, startTo = Infinity, minDuration = 0, maxDuration = Infinity } = search;
  const duration = durationOf(job, now);
  return (
    (states.length === 0 || states.includes(job.jobState)) &&
    (user === undefined || job.user === user) &&
    (project === undefined || job.project === project) &&
    (cluster === undefined || job.cluster === cluster) &&
    (node === undefined || job.resources.some(({ hostname }) => hostname === node)) &&
    job.startTime >= startFrom &&
    job.startTime <= startTo &&
    duration >= minDuration &&
    duration <= maxDuration &&
    tags.every(({ type, name }) => job.tags?.some((tag) => tag.type === type && tag.name === name))
  );
}

/** By what is asked for, and rows that are equal in it by their id. */
function compare(one: Job, other: Job, sort: FilledJobSearch['sort'], now: number): number {
  const [a, b] = [one, other].map((job) => (sort === 'duration' ? durationOf(job, now) : job[sort]));
  if (a !== undefined && b !== undefined && a !== b) return a < b ? -1 : 1;
  return (one.id ?? 0) - (other.id ?? 0);
}

/** Tells cursors of one filter and order from those of every other. */
function markOf({ limit: _, cursor: __, count: ___, ...filter }: FilledJobSearch, visibility: Visibility): string {
  const text = JSON.stringify([Object.entries(filter).sort(), visibility]);
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  return hash.toString(36);
}
