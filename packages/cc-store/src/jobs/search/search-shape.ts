import { jobStates } from '@moorline/cc-api';
import type { Visibility } from '@moorline/cc-api/server';
import { toColumn } from '../../database/any-text.js';
import type { JobSearch, JobSort } from './job-search.js';
import type { CursorPlace } from './search-cursor.js';

/** Which conditions a search has: searches of one shape share a prepared statement. */
export interface SearchShape {
  sort: JobSort;
  isDescending: boolean;
  /** 0 = any state. */
  states: number;
  hasRunning: boolean;
  hasEnded: boolean;
  user: boolean;
  project: boolean;
  cluster: boolean;
  node: boolean;
  from: boolean;
  to: boolean;
  min: boolean;
  max: boolean;
  tags: number;
  /** -1: every job. Otherwise the number of projects beside the reader's own jobs. */
  projects: number;
  /** -1: every cluster. */
  clusters: number;
  /** Only what comes behind a place. */
  isAfter: boolean;
}

/** What the conditions compare with, by name. */
export type SearchValues = Record<string, string | number>;

export function searchShape(search: JobSearch, visibility: Visibility): SearchShape {
  const states = new Set(search.states);
  return {
    sort: search.sort,
    isDescending: search.order === 'desc',
    states: states.size,
    hasRunning: states.size === 0 || states.has('running'),
    hasEnded: states.size === 0 || states.size > 1 || !states.has('running'),
    user: search.user !== undefined,
    project: search.project !== undefined,
    cluster: search.cluster !== undefined,
    node: search.node !== undefined,
    from: search.startFrom !== undefined,
    to: search.startTo !== undefined,
    min: search.minDuration !== undefined,
    max: search.maxDuration !== undefined,
    tags: search.tags.length,
    projects: visibility.jobs === 'all' ? -1 : new Set(visibility.projects).size,
    clusters: visibility.clusters === undefined ? -1 : new Set(visibility.clusters).size,
    isAfter: search.cursor !== undefined,
  };
}

/** @param at Unix seconds: where running jobs end. @param after the place that the page begins behind. */
export function searchValues(
  search: JobSearch,
  visibility: Visibility,
  at: number,
  after: CursorPlace | undefined,
): SearchValues {
  const values: SearchValues = {
    at,
    limit: search.limit + 1,
    user: search.user ?? '',
    project: search.project ?? '',
    cluster: search.cluster ?? '',
    node: search.node ?? '',
    from: search.startFrom ?? 0,
    to: search.startTo ?? 0,
    min: search.minDuration ?? 0,
    max: search.maxDuration ?? 0,
    // With a mark that no scope has where there is none to see.
    scope: toColumn(visibility.jobs === 'all' ? 'admin' : visibility.user),
    after: after?.key ?? 0,
    afterStart: after?.startTime ?? 0,
    afterId: after?.id ?? 0,
  };
  const states = new Set(search.states);
  addAll(values, 'state', states.size === 0 ? jobStates : states);
  for (const [index, { type, name }] of search.tags.entries()) {
    values[`tagType${index}`] = toColumn(type);
    values[`tagName${index}`] = toColumn(name);
  }
  addAll(values, 'visible', new Set(visibility.clusters));
  if (visibility.jobs === 'own') {
    values['reader'] = visibility.user;
    addAll(values, 'project', new Set(visibility.projects));
  }
  return values;
}

function addAll(values: SearchValues, name: string, items: Iterable<string>): void {
  let index = 0;
  for (const item of items) values[`${name}${index++}`] = item;
}
