import { type Handler, readBody } from '../call.js';
import { emptyReply, failure } from '../reply.js';
import { takeNodeStates } from '../reports/take-node-states.js';

/** `POST|PUT /api/nodestate/`, `POST /api/healthcheck[/]` (docs/protocol.md §3.8): 200 and no body. */
export const updateNodeStates: Handler = async (call) => {
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const taken = await takeNodeStates(body.value, call.principal, call.context);
  return taken.outcome === 'applied' ? emptyReply() : failure(taken.status, taken.error);
};
