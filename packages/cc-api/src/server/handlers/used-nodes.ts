import { goJsonMap, goJsonString } from '../../wire/go-json/encode.js';
import { scopedClusters } from '../auth/principal.js';
import type { Handler } from '../call.js';
import { parseGoInteger } from '../go-integer.js';
import { failure, jsonReply } from '../reply.js';

/** `GET /api/jobs/used_nodes` (docs/protocol.md §3.8). */
export const usedNodes: Handler = async ({ request, principal, context }) => {
  const text = new URLSearchParams(request.query).get('ts') ?? '';
  if (text === '') return failure(400, 'missing required query parameter: ts');
  const before = parseGoInteger(text, 'ParseInt');
  if (!before.ok) return failure(400, `invalid timestamp format: ${before.error}`);
  const nodes = await context.backend.usedNodes(before.value);
  const readable = scopedClusters(principal);
  const shown = Object.entries(nodes).filter(([cluster]) => readable?.includes(cluster) ?? true);
  const encoded = goJsonMap(Object.fromEntries(shown), (hosts) => `[${hosts.map(goJsonString).join(',')}]`);
  return jsonReply(200, `{"usedNodes":${encoded}}`);
};
