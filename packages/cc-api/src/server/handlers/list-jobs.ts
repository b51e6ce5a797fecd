import { encodeJob } from '../../wire/encode/job.js';
import { isJobState, type JobState } from '../../wire/models/vocabulary.js';
import { type Principal, visibilityOf, whyNone } from '../auth/principal.js';
import { readableTags } from '../auth/tag-rules.js';
import type { JobFilter, JobPage, ListedJob } from '../backend.js';
import type { Handler } from '../call.js';
import { parseGoInteger } from '../go-integer.js';
import { keptReply } from '../kept-answer.js';
import { failure, jsonReplyInParts } from '../reply.js';

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
  const nowSeconds = Math.floor(context.clock.now() / 1000);
  const question = JSON.stringify(['jobs', filter, page, visibility, metaData, mayRun(filter) ? nowSeconds : 0]);
  return keptReply(backend, question, async () => {
    const jobs = await backend.listJobs(filter, page, visibility, { metaData });
    return { text: `{"jobs":[${encodeAll(jobs, principal)}${end}\n`, isForAll: jobs.every(isForAll) };
  });
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

/** Whether there may be a running job in the list: its duration grows by the second. */
const mayRun = ({ states = [] }: JobFilter): boolean => states.length === 0 || states.includes('running');

/** Other tags are not for every reader. */
const isForAll = ({ tags = [] }: ListedJob): boolean => tags.every(({ scope }) => scope === 'global');

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
