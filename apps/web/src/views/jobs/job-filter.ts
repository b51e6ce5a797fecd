import type { JobSearch, JobState } from '@moorline/control-api';
import { parseSpan, type Span } from './span.js';

/** By what jobs can be sorted. */
export type JobSort = NonNullable<JobSearch['sort']>;

/** Which jobs are looked for, as the address bar has it: shareable, and as one typed it. */
export interface JobFilter {
  states: readonly JobState[];
  user: string;
  project: string;
  cluster: string;
  node: string;
  /** Started within the last so many seconds; undefined = at any time, or {@link from} and {@link to}. */
  within: Span | undefined;
  /** Unix seconds. */
  from: number | undefined;
  to: number | undefined;
  minDuration: Span | undefined;
  maxDuration: Span | undefined;
  /** `type:name`; a job must have all of them. */
  tags: readonly string[];
  sort: JobSort;
  order: 'asc' | 'desc';
}

export const noFilter: JobFilter = {
  states: [],
  user: '',
  project: '',
  cluster: '',
  node: '',
  within: undefined,
  from: undefined,
  to: undefined,
  minDuration: undefined,
  maxDuration: undefined,
  tags: [],
  sort: 'startTime',
  order: 'desc',
};

/** Names longer than this the server refuses. */
const longestName = 255;
const mostTags = 20;
const names = ['user', 'project', 'cluster', 'node'] as const;
const sorts: readonly JobSort[] = ['startTime', 'duration', 'numNodes', 'user', 'project', 'jobId'];

/** @param known the states that there are. What a query says that makes no sense is left out: addresses are edited by hand. */
export function readJobFilter(query: URLSearchParams, known: readonly JobState[]): JobFilter {
  const name = (key: string): string => (query.get(key) ?? '').trim().slice(0, longestName);
  const asked = query.getAll('state').flatMap((text) => text.split(','));
  return {
    states: known.filter((state) => asked.includes(state)),
    user: name('user'),
    project: name('project'),
    cluster: name('cluster'),
    node: name('node'),
    within: parseSpan(query.get('within') ?? ''),
    from: parseTime(query.get('from')),
    to: parseTime(query.get('to')),
    minDuration: parseSpan(query.get('min') ?? ''),
    maxDuration: parseSpan(query.get('max') ?? ''),
    tags: [...new Set(query.getAll('tag').filter(isTag))].slice(0, mostTags),
    sort: toJobSort(query.get('sort')),
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

/** What a word sorts by; by the start where it says nothing. */
export const toJobSort = (word: string | null): JobSort => sorts.find((one) => one === word) ?? noFilter.sort;

/** The query string of a filter: only what differs from {@link noFilter}. */
export function writeJobFilter(filter: JobFilter): URLSearchParams {
  const query = new URLSearchParams();
  if (filter.states.length > 0) query.set('state', filter.states.join(','));
  for (const name of names) if (filter[name] !== '') query.set(name, filter[name]);
  if (filter.within !== undefined) query.set('within', filter.within.text);
  if (filter.from !== undefined) query.set('from', formatTime(filter.from));
  if (filter.to !== undefined) query.set('to', formatTime(filter.to));
  if (filter.minDuration !== undefined) query.set('min', filter.minDuration.text);
  if (filter.maxDuration !== undefined) query.set('max', filter.maxDuration.text);
  for (const tag of filter.tags) query.append('tag', tag);
  if (filter.sort !== noFilter.sort) query.set('sort', filter.sort);
  if (filter.order !== noFilter.order) query.set('order', filter.order);
  return query;
}

/** What the server is asked. @param now Unix seconds, from which `within` counts. */
export function jobSearchOf(filter: JobFilter, now: number): JobSearch {
  const { states, within, from, to, minDuration, maxDuration, tags, sort, order } = filter;
  const startFrom = within === undefined ? from : Math.max(0, now - within.seconds);
  const startTo = within === undefined ? to : undefined;
  return {
    ...(states.length > 0 && { state: [...states] }),
    ...Object.fromEntries(names.filter((name) => filter[name] !== '').map((name) => [name, filter[name]])),
    ...(startFrom !== undefined && { startFrom }),
    ...(startTo !== undefined && { startTo }),
    ...(minDuration !== undefined && { minDuration: minDuration.seconds }),
    ...(maxDuration !== undefined && { maxDuration: maxDuration.seconds }),
    ...(tags.length > 0 && { tag: [...tags] }),
    sort,
    order,
  };
}

/** Whether it leaves anything out; the order of what it lets through does not count. */
export const isFiltered = (filter: JobFilter): boolean =>
  writeJobFilter({ ...filter, sort: noFilter.sort, order: noFilter.order }).size > 0;

/** A tag as one writes it: a type and a name, neither of them empty. */
export const isTag = (text: string): boolean => /^[^:]+:./su.test(text) && text.length <= 511;

/** Whole minutes, or seconds where there are any, in UTC: the same moment for whoever gets the link. */
const formatTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/(:00)?\.000Z$/, 'Z');

function parseTime(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(text)) return undefined;
  const seconds = Date.parse(text) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
