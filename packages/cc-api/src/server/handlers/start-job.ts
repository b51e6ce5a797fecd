import { type Handler, readBody } from '../call.js';
import { failure, jsonReply } from '../reply.js';
import { takeStart } from '../reports/take-start.js';

/** `POST|PUT /api/jobs/start_job/` (docs/protocol.md §3.4). */
export const startJob: Handler = async (call) => {
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const taken = await takeStart(body.value, call.principal, call.context);
  return taken.outcome === 'applied' ? jsonReply(201, '{"msg":"success"}') : failure(taken.status, taken.error);
};
