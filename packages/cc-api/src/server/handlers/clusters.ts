import { encodeCluster } from '../../wire/encode/cluster.js';
import { scopedClusters } from '../auth/principal.js';
import type { Handler } from '../call.js';
import { failure, jsonReply } from '../reply.js';

/** `GET /api/clusters/` (docs/protocol.md §3.8): all, or the one that `cluster` names, which may be the empty name. */
export const clusters: Handler = async ({ request, principal, context }) => {
  const readable = scopedClusters(principal);
  const all = (await context.backend.clusters()).filter(({ name }) => readable?.includes(name) ?? true);
  const wanted = new URLSearchParams(request.query).get('cluster');
  const shown = wanted === null ? all : all.filter(({ name }) => name === wanted);
  if (wanted !== null && shown.length === 0) return failure(400, `unknown cluster: ${wanted}`);
  return jsonReply(200, `{"clusters":[${shown.map(encodeCluster).join(',')}]}`);
};
