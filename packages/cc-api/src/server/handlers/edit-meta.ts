import { encodeJob } from '../../wire/encode/job.js';
import type { Job } from '../../wire/models/job.js';
import { jobMetaBody, metaEntryBody } from '../../wire/request-bodies.js';
import { type Handler, readJson } from '../call.js';
import { findJob, jobToChange, noSuchRow } from '../find-job.js';
import { jobKeyOf } from '../job-key.js';
import { failure, jsonReply } from '../reply.js';

/** `PATCH /api/jobs/edit_meta/{id}` (docs/protocol.md §3.12). */
export const editMeta: Handler = async (call) => {
  const found = await findJob(call, jobToChange);
  if (!found.ok) return found.response;
  const body = await readJson(call, metaEntryBody, 'decoding request failed');
  if (!body.ok) return body.response;
  const { key = '', value = '' } = body.value ?? {};
  const { id, visibility } = found.value;
  const job = await call.context.backend.editMeta({ id }, { key, value }, visibility);
  return job === undefined ? failure(404, `finding job failed: ${noSuchRow}`) : withMetaData(job);
};

/** `PATCH /api/jobs/edit_meta/`: any job, whoever it belongs to. */
export const editMetaByKey: Handler = async (call) => {
  const body = await readJson(call, jobMetaBody, 'parsing request body failed');
  if (!body.ok) return body.response;
  const job = jobKeyOf(body.value);
  if (job === undefined) return failure(400, "the field 'jobId' is required");
  const { key = '', value = '' } = body.value?.payload ?? {};
  const edited = await call.context.backend.editMeta(job, { key, value }, { jobs: 'all' });
  return edited === undefined ? failure(422, `finding job failed: ${noSuchRow}`) : withMetaData(edited);
};

/** The answer shows no tags. */
function withMetaData(job: Job) {
  return jsonReply(200, encodeJob({ ...job, tags: [] }));
}
