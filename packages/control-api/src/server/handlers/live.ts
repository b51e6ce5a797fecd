import { answerHeaders } from '../browser-rules.js';
import type { Handler } from '../call.js';
import { rightsOf } from '../live/live-change.js';
import { forbidden, nothing } from '../refusals.js';

export const live: Handler<'live'> = async ({ request, principal, query, context }) => {
  if (context.live === undefined) return nothing('live channel here');
  const rights = rightsOf(principal);
  if (rights.visibility === undefined) {
    throw forbidden('no role that may hear of anything', 'an administrator gives roles: moorline-server user');
  }
  const headers = {
    ...answerHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies are not to wait for more.
    'x-accel-buffering': 'no',
  };
  if (request.method === 'HEAD') return new Response(null, { headers });
  // A browser's own EventSource names the last event in the header, and keeps the query that it began with.
  const { topic: topics, cluster } = query;
  const after = request.headers.get('last-event-id') ?? query.after;
  return new Response(context.live.subscribe({ rights, topics, cluster, after }), { headers });
};
