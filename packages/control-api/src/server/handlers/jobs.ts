import type { JobSearch } from '../../wire/models.js';
import { badQuery } from '../../wire/query.js';
import type { FilledJobSearch } from '../backend.js';
import type { Call, Handler } from '../call.js';
import { type Visibility, visibilityOf } from '../principal.js';
import { forbidden, nothing } from '../refusals.js';
import { fillMetricQuery } from './metric-query.js';

export const searchJobs: Handler<'searchJobs'> = async ({ principal, query, context }) =>
  context.backend.searchJobs(fillJobSearch(query), visibilityFor({ principal }));

export const getJob: Handler<'getJob'> = async (call) => {
  const job = await call.context.backend.getJob(rowId(call), visibilityFor(call));
  return job === undefined ? nothing(`job in row ${call.params['id']}`) : { job };
};

export const getJobMetrics: Handler<'getJobMetrics'> = async (call) => {
  const query = fillMetricQuery(call.query);
  const metrics = await call.context.backend.getJobMetrics(rowId(call), query, visibilityFor(call));
  return metrics === undefined ? nothing(`job in row ${call.params['id']}`) : { metrics };
};

/** @throws ControlApiError `not_found` for what is no row id. */
function rowId({ params: { id = '' } }: Pick<Call<'getJob'>, 'params'>): number {
  const value = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : NaN;
  return Number.isSafeInteger(value) ? value : nothing(`job in row ${id}`);
}

function visibilityFor({ principal }: Pick<Call<'getJob'>, 'principal'>): Visibility {
  const visibility = visibilityOf(principal);
  if (visibility !== undefined) return visibility;
  throw forbidden('no role that may see jobs', 'an administrator gives roles: moorline-server user');
}

/** @throws ControlApiError `bad_query`. */
function fillJobSearch({ state = [], tag = [], ...search }: JobSearch): FilledJobSearch {
  const { startFrom = 0, startTo = Infinity, minDuration = 0, maxDuration = Infinity } = search;
  if (startFrom > startTo) throw badQuery('"startFrom" is after "startTo"');
  if (minDuration > maxDuration) throw badQuery('"minDuration" is more than "maxDuration"');
  return {
    ...{ sort: 'startTime', order: 'desc', limit: 50, count: false },
    ...search,
    states: [...new Set(state)],
    tags: tag.map(readTag),
  };
}

/** Up to the first colon is the type: names may hold one. */
function readTag(text: string): { type: string; name: string } {
  const at = text.indexOf(':');
  if (at < 1 || at === text.length - 1) throw badQuery(`the tag ${JSON.stringify(text)} is no "type:name"`);
  return { type: text.slice(0, at), name: text.slice(at + 1) };
}
