import { encodeJob } from '../../wire/encode/job.js';
import { encodeJobData, encodeSeriesList, toJobData } from '../../wire/encode/metrics.js';
import type { Job } from '../../wire/models/job.js';
import type { MetricScope } from '../../wire/models/vocabulary.js';
import { metricNamesBody } from '../../wire/request-bodies.js';
import { readableTags } from '../auth/tag-rules.js';
import type { CcResponse } from '../exchange.js';
import { type Call, type Handler, type Read, readJson } from '../call.js';
import { findJob, type JobNotFound } from '../find-job.js';
import { jsonReply } from '../reply.js';

/** `GET /api/jobs/{id}` (docs/protocol.md §3.7). */
export const getJob: Handler = async (call) => {
  const job = await findToShow(call);
  if (!job.ok) return job.response;
  const { query } = call.request;
  const wantsMetrics = query !== '' && new URLSearchParams(query).get('all-metrics') === 'true';
  const series = wantsMetrics ? await call.context.backend.jobMetrics(job.value, [], scopesOf(job.value)) : undefined;
  return withData(call, job.value, series === undefined ? 'null' : encodeJobData(toJobData(series)));
};

/** `POST /api/jobs/{id}`: the named metrics, none for an empty list, all for null. The body is read after the job was found. */
export const getJobSeries: Handler = async (call) => {
  const job = await findToShow(call);
  if (!job.ok) return job.response;
  const names = await readJson(call, metricNamesBody, 'decoding request failed');
  if (!names.ok) return names.response;
  const metrics = names.value?.map((name) => name ?? '') ?? [];
  const isNone = names.value !== undefined && metrics.length === 0;
  const series = isNone ? [] : await call.context.backend.jobMetrics(job.value, metrics, scopesOf(job.value));
  return withData(call, job.value, encodeSeriesList(series));
};

const notFound: JobNotFound = {
  status: 422,
  badId: 'integer expected in path for id',
  text: (id, reason) => `finding job with db id ${id} failed: ${reason}`,
};

async function findToShow(call: Call): Promise<Read<Job>> {
  const found = await findJob(call, notFound);
  return found.ok ? { ok: true, value: found.value.job } : found;
}

/** A job on one node is shown by core, one on several by node. */
function scopesOf({ numNodes }: Job): MetricScope[] {
  return [numNodes === 1 ? 'core' : 'node'];
}

function withData({ principal }: Call, job: Job, data: string): CcResponse {
  return jsonReply(200, `{"Meta":${encodeJob(job, readableTags(principal, job.tags ?? []))},"Data":${data}}`);
}
