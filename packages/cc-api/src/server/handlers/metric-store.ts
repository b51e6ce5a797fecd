import { decodeGoJson } from '../../wire/go-json/decode.js';
import { goQuote } from '../../wire/go-json/quote.js';
import { selectorsBody } from '../../wire/request-bodies.js';
import { type Handler, readBody } from '../call.js';
import { dumpMetrics } from '../dump-metrics.js';
import { parseGoInteger } from '../go-integer.js';
import { failure, jsonReply, plainReply } from '../reply.js';

/** `POST /api/free[/]` (docs/protocol.md §3.9): a time that is none is a 500, a body that cannot be read a plain text. */
export const freeMetrics: Handler = async (call) => {
  const to = new URLSearchParams(call.request.query).get('to') ?? '';
  if (to === '') return failure(400, "'to' is a required query parameter");
  const before = parseGoInteger(to, 'ParseInt');
  if (!before.ok) return failure(500, before.error);
  const body = await readBody(call);
  if (!body.ok) return body.response;
  const selectors = decodeGoJson(body.value, selectorsBody);
  if (!selectors.ok) return plainReply(400, selectors.error);
  const paths = (selectors.value ?? []).map((path) => (path ?? []).map((part) => part ?? ''));
  return plainReply(200, `buffers freed: ${await call.context.backend.freeMetrics(paths, before.value)}`);
};

/** `GET /api/debug[/]` (docs/protocol.md §3.9): called JSON, and none. */
export const debugMetrics: Handler = async ({ request, context }) => {
  const selector = new URLSearchParams(request.query).get('selector') ?? '';
  const path = selector === '' ? [] : selector.split(':');
  const tree = await context.backend.metricTree(path);
  if (tree === undefined) {
    return failure(400, `[METRICSTORE]> not found: []string{${path.map(goQuote).join(', ')}}`);
  }
  return jsonReply(200, dumpMetrics(tree));
};
