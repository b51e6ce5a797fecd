import { encodeJob } from '../../wire/encode/job.js';
import { type Handler, readBody } from '../call.js';
import { failure, jsonReply } from '../reply.js';
import { takeStop } from '../reports/take-stop.js';

/** `POST|PUT /api/jobs/stop_job/` (docs/protocol.md §3.4). */
export const stopJob: Handler = async (call) => {
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const taken = await takeStop(body.value, call.principal, call.context);
  return taken.outcome === 'applied' ? jsonReply(200, encodeJob(taken.job)) : failure(taken.status, taken.error);
};
