import { goJsonString } from '../../wire/go-json/encode.js';
import { deleteJobBody } from '../../wire/request-bodies.js';
import type { KeepTagged } from '../backend/administration.js';
import { type Handler, readJson } from '../call.js';
import { noSuchRow } from '../find-job.js';
import { parseGoInteger } from '../go-integer.js';
import { jobKeyOf } from '../job-key.js';
import { failure, jsonReply } from '../reply.js';

/** `DELETE /api/jobs/delete_job/{id}` (docs/protocol.md §3.12): a success, too, where there is no such job. */
export const deleteJob: Handler = async ({ id, context }) => {
  const row = parseGoInteger(id, 'ParseInt');
  if (!row.ok) return failure(400, `integer expected in path for id: ${row.error}`);
  await context.backend.deleteJob({ id: row.value });
  return message(`Successfully deleted job ${id}`);
};

/** `DELETE /api/jobs/delete_job/`. */
export const deleteJobByKey: Handler = async (call) => {
  const body = await readJson(call, deleteJobBody, 'parsing request body failed');
  if (!body.ok) return body.response;
  const job = jobKeyOf(body.value);
  if (job === undefined) return failure(400, "the field 'jobId' is required");
  const id = await call.context.backend.deleteJob(job);
  return id === undefined
    ? failure(422, `finding job failed: ${noSuchRow}`)
    : message(`Successfully deleted job ${id}`);
};

/** `DELETE /api/jobs/delete_job_before/{ts}`. */
export const deleteJobsBefore: Handler = async ({ id, request, context }) => {
  const before = parseGoInteger(id, 'ParseInt');
  if (!before.ok) return failure(400, `integer expected in path for ts: ${before.error}`);
  const kept = new URLSearchParams(request.query).get('omit-tagged') || 'none';
  if (!isKeepTagged(kept)) return failure(400, 'omit-tagged must be one of: none, all, user');
  return message(`Successfully deleted ${await context.backend.deleteJobsBefore(before.value, kept)} jobs`);
};

function isKeepTagged(word: string): word is KeepTagged {
  return word === 'none' || word === 'all' || word === 'user';
}

function message(text: string) {
  return jsonReply(200, `{"msg":${goJsonString(text)}}`);
}
