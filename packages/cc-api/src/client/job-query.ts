import { CcApiError } from '../wire/error.js';
import type { JobState } from '../wire/models/vocabulary.js';

/** Which jobs are wanted. Everything given must hold. */
export interface JobQuery {
  /** Any of these. */
  states?: readonly JobState[] | undefined;
  cluster?: string | undefined;
  /** The empty text finds jobs without a project. */
  project?: string | undefined;
  /** Unix seconds ≥ 0, both ends included. Absent ends are open. */
  startTime?: { from?: number | undefined; to?: number | undefined } | undefined;
  /** Lets `metaData` come with each job. Default false. */
  withMetadata?: boolean | undefined;
  /** Jobs a page, ≥ 1. Default 25, of {@link CcClient.iterateJobs} 100. */
  itemsPerPage?: number | undefined;
  /** 1 is the first. */
  page?: number | undefined;
}

/** @throws CcApiError `invalid_option`. */
export function jobQueryParameters(query: JobQuery): URLSearchParams {
  const { states = [], cluster, project, startTime, withMetadata = false, itemsPerPage, page } = query;
  const parameters = new URLSearchParams();
  for (const state of states) parameters.append('state', state);
  if (cluster !== undefined) parameters.set('cluster', cluster);
  if (project !== undefined) parameters.set('project', project);
  if (startTime !== undefined) {
    const from = whole('startTime.from', startTime.from ?? 0, 0);
    const to = whole('startTime.to', startTime.to ?? Number.MAX_SAFE_INTEGER, 0);
    parameters.set('start-time', `${from}-${to}`);
  }
  // The key alone counts on the server: `false` would turn it on as well.
  if (withMetadata) parameters.set('with-metadata', 'true');
  if (itemsPerPage !== undefined) parameters.set('items-per-page', whole('itemsPerPage', itemsPerPage, 1));
  if (page !== undefined) parameters.set('page', whole('page', page, 1));
  return parameters;
}

function whole(name: string, value: number, least: number): string {
  if (Number.isSafeInteger(value) && value >= least) return String(value);
  throw new CcApiError(`${name} is ${value}`, { code: 'invalid_option', hint: `give an integer ≥ ${least}` });
}
