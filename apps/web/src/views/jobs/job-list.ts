import type { JobPage, JobRow, JobSearch, JobTotal, LiveData } from '@moorline/control-api';
import { compareJobs, matchesSearch } from './job-order.js';

/** A job as the list has it. */
export interface ListedJob {
  job: JobRow;
  /** Unix seconds of when it was told: a running job has gone on since. */
  readAt: number;
  /** It is deleted, or no longer what is looked for. It keeps its place, so that nothing moves under the eyes. */
  isGone: boolean;
}

/** What was read of a search so far. */
export interface JobListData {
  rows: readonly ListedJob[];
  /** Cursor of what comes behind them; undefined where nothing does. */
  next: string | undefined;
  total: JobTotal | undefined;
  /** Ids of jobs that belong among the rows and came since: they are shown when one asks for them. */
  fresh: ReadonlySet<number>;
}

/** @param now Unix seconds. */
export function firstPage(page: JobPage, now: number): JobListData {
  return { rows: page.jobs.map((job) => listed(job, now)), next: page.next, total: page.total, fresh: new Set() };
}

/** Jobs that moved to the next page while one read this one come again there: once is enough. */
export function appendPage(data: JobListData, page: JobPage, now: number): JobListData {
  const known = new Set(data.rows.map(({ job }) => job.id));
  const added = page.jobs.filter(({ id }) => !known.has(id) && !data.fresh.has(id));
  return { ...data, rows: [...data.rows, ...added.map((job) => listed(job, now))], next: page.next };
}

/** The first page again, after an outage or on the way back: rows keep their places and get their news. */
export function reread(data: JobListData, page: JobPage, search: JobSearch, now: number): JobListData {
  const answered = new Map(page.jobs.map((job) => [job.id, job]));
  const before = compareJobs(search);
  const last = page.jobs.at(-1);
  const isCovered = (job: JobRow): boolean => page.next === undefined || (last !== undefined && before(job, last) <= 0);
  const rows = data.rows.map((row) => {
    const job = answered.get(row.job.id);
    if (job !== undefined) return listed(job, now);
    return isCovered(row.job) ? { ...row, isGone: true } : row;
  });
  const known = new Set(data.rows.map(({ job }) => job.id));
  const end = data.rows.at(-1)?.job;
  const fresh = page.jobs
    .filter((job) => !known.has(job.id) && belongs(job, end, data.next, search))
    .map(({ id }) => id);
  return { rows, next: data.next, total: page.total ?? data.total, fresh: new Set(fresh) };
}

/** What a live event does to the list: a known row changes in place, a new job waits until one asks for it. */
export function applyJobEvent(data: JobListData, event: LiveData['job'], search: JobSearch, now: number): JobListData {
  if (event.change === 'deleted') {
    return withoutFresh(
      changeRow(data, event.id, (row) => ({ ...row, isGone: true })),
      event.id,
    );
  }
  const { job } = event;
  if (data.rows.some((row) => row.job.id === job.id)) return changeRow(data, job.id, () => listed(job, now));
  const isWanted = matchesSearch(job, search) === 'yes' && belongs(job, data.rows.at(-1)?.job, data.next, search);
  if (!isWanted) return withoutFresh(data, job.id);
  return data.fresh.has(job.id) ? data : { ...data, fresh: new Set(data.fresh).add(job.id) };
}

/** Seconds that a job has taken, up to now. @param now Unix seconds. */
export function durationNow({ job, readAt }: ListedJob, now: number): number {
  return job.jobState === 'running' ? job.duration + Math.max(0, now - readAt) : job.duration;
}

const listed = (job: JobRow, readAt: number): ListedJob => ({ job, readAt, isGone: false });

/** Whether a job's place is among the rows at hand, and not behind them, where it will be read in its turn. */
function belongs(job: JobRow, last: JobRow | undefined, next: string | undefined, search: JobSearch): boolean {
  return next === undefined || last === undefined || compareJobs(search)(job, last) < 0;
}

function changeRow(data: JobListData, id: number, change: (row: ListedJob) => ListedJob): JobListData {
  const isThere = data.rows.some(({ job }) => job.id === id);
  return isThere ? { ...data, rows: data.rows.map((row) => (row.job.id === id ? change(row) : row)) } : data;
}

function withoutFresh(data: JobListData, id: number): JobListData {
  if (!data.fresh.has(id)) return data;
  const fresh = new Set(data.fresh);
  fresh.delete(id);
  return { ...data, fresh };
}
