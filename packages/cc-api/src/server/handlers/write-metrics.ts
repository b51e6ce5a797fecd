import { type Handler, readBody } from '../call.js';
import { emptyReply, failure } from '../reply.js';
import { takeSamples } from '../reports/take-samples.js';

/** `POST /api/write[/]` (docs/protocol.md §3.9): what comes before an error is stored, then the error answered. */
export const writeMetrics: Handler = async (call) => {
  const { request, principal, context } = call;
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const taken = await takeSamples(body.value, rawParameter(request.query, 'cluster'), principal, context);
  if (taken.outcome === 'refused') return failure(taken.status, taken.error);
  return emptyReply({ 'content-type': 'application/json' });
};

/** The original takes this parameter as it stands, percent signs included. */
function rawParameter(query: string, name: string): string {
  const pair = query.split('&').find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}
