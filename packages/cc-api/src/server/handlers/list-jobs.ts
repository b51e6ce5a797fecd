import { encodeJob } from '../../wire/encode/job.js';
import { isJobState, type JobState } from '../../wire/models/vocabulary.js';
import { type Principal, visibilityOf, whyNone } from '../auth/principal.js';
import { readableTags } from '../auth/tag-rules.js';
import type { JobFilter, JobPage, ListedJob } from '../backend.js';
import type { Handler } from '../call.js';
import { parseGoInteger } from '../go-integer.js';
import { failure, jsonReplyInParts, wholeReply } from '../reply.js';

/** `GET /api/jobs/` (docs/protocol.md §3.6). */
export const listJobs: Handler = async ({ request, principal, context }) => {
  const query = readQuery(new URLSearchParams(request.query));
  if (typeof query === 'string') return failure(400, query);
  const visibility = visibilityOf(principal);
  if (visibility === undefined) return failure(500, whyNone(principal));
  const { filter, page, metaData } = query;
  const end = `],"items":${page.itemsPerPage},"page":${page.page}}`;
  const { backend } = context;
  if (page.itemsPerPage > longestWhole && backend.listJobsInSlices !== undefined) {
    const slices = backend.listJobsInSlices(filter, page, visibility, { metaData });
    return jsonReplyInParts(200, inParts(slices, principal, end), context.logger);
  }
  const jobs = await backend.listJobs(filter, page, visibility, { metaData });
  return wholeReply(200, encodedOnce(jobs, principal, `${end}\n`));
};

/** Jobs on a page that is made in one piece. */
const longestWhole = 250;

async function* inParts(
  slices: AsyncIterable<readonly ListedJob[]>,
  principal: Principal,
  end: string,
): AsyncGenerator<string> {
  let before = '{"jobs":[';
  for await (const jobs of slices) {
    // A slice whose jobs could not be read has nothing to be joined.
    if (jobs.length === 0) continue;
    yield before + encodeAll(jobs, principal);
    before = ',';
  }
  yield `${before === ',' ? '' : before}${end}\n`;
}

function encodeAll(jobs: readonly ListedJob[], principal: Principal): string {
  return jobs.map((job) => encodeJob(job, readableTags(principal, job.tags ?? []))).join(',');
}

/** The answers that were made of lists, each with what it ends with. */
const answers = new WeakMap<readonly ListedJob[], { end: string; body: string | Uint8Array }>();
const encoder = new TextEncoder();

/** Dashboards ask for the same page again and again: its text is made once for each list that the backend answers, its bytes when it is asked for again. */
function encodedOnce(jobs: readonly ListedJob[], principal: Principal, end: string): string | Uint8Array {
  const known = answers.get(jobs);
  if (known?.end === end) {
    if (typeof known.body === 'string') known.body = encoder.encode(known.body);
    return known.body;
  }
  const body = `{"jobs":[${encodeAll(jobs, principal)}${end}`;
  if (jobs.every(({ tags = [] }) => tags.every(({ scope }) => scope === 'global'))) answers.set(jobs, { end, body });
  return body;
}

interface Query {
  filter: JobFilter;
  page: JobPage;
  metaData: boolean;
}

/** Keys in the order they came; the first value of each counts, but for `state`. @returns what is wrong, as a text. */
function readQuery(parameters: URLSearchParams): Query | string {
  const query: Query = { filter: {}, page: { page: 1, itemsPerPage: 25 }, metaData: false };
  for (const key of new Set(parameters.keys())) {
    const fault = readParameter(query, key, parameters.getAll(key));
    if (fault !== undefined) return fault;
  }
  return query;
}

function readParameter(query: Query, key: string, values: readonly string[]): string | undefined {
  const [value = ''] = values;
  switch (key) {
    case 'state':
      return readStates(query, values);
    case 'cluster':
    case 'project':
      query.filter[key] = value;
      return undefined;
    case 'start-time':
      return readStartTime(query, value);
    case 'page':
      return readCount(key, value, (count) => (query.page.page = count));
    case 'items-per-page':
      return readCount(key, value, (count) => (query.page.itemsPerPage = count));
    case 'with-metadata':
      query.metaData = true;
      return undefined;
    default:
      return `invalid query parameter: ${key}`;
  }
}

function readStates({ filter }: Query, values: readonly string[]): string | undefined {
  const states: JobState[] = values.filter(isJobState);
  if (states.length < values.length) return 'invalid query parameter value: state';
  filter.states = states;
  return undefined;
}

function readStartTime({ filter }: Query, value: string): string | undefined {
  const bounds = value.split('-');
  if (bounds.length !== 2) return 'invalid query parameter value: startTime';
  const [from, to] = bounds.map((bound) => parseGoInteger(bound, 'ParseInt'));
  if (from?.ok === false) return from.error;
  if (to?.ok === false) return to.error;
  if (from !== undefined && to !== undefined) filter.startTime = { from: from.value, to: to.value };
  return undefined;
}

function readCount(key: string, value: string, use: (count: number) => void): string | undefined {
  const count = parseGoInteger(value, 'Atoi');
  if (!count.ok) return count.error;
  if (count.value < 1) return `${key} must be >= 1`;
  use(count.value);
  return undefined;
}
