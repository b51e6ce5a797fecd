import { encodeJobMetrics } from '../../wire/encode/metrics.js';
import { goJsonString } from '../../wire/go-json/encode.js';
import { isMetricScope } from '../../wire/models/vocabulary.js';
import { visibilityOf, whyNone } from '../auth/principal.js';
import type { Handler } from '../call.js';
import { parseGoInteger } from '../go-integer.js';
import { failure, jsonReply } from '../reply.js';

/**
 * `GET /api/jobs/metrics/{id}` (docs/protocol.md §3.7): 200 whatever happens, but for a scope that is none. Only the
 * job's owner and the roles above `user` get an answer: not a scheduler's token.
 */
export const jobMetrics: Handler = async ({ request, principal, context, id }) => {
  const query = new URLSearchParams(request.query);
  const names = query.getAll('scope');
  const scopes = names.filter(isMetricScope);
  const bad = names.find((scope) => !isMetricScope(scope));
  if (bad !== undefined) {
    return failure(400, `unmarshaling scope failed: SCHEMA/METRICS > ${bad} is not a valid MetricScope`);
  }
  const row = parseGoInteger(id, 'ParseInt');
  if (!row.ok) return refusal(row.error);
  const visibility = visibilityOf(principal);
  if (visibility === undefined) return refusal(whyNone(principal));
  const job = await context.backend.getJob(row.value, visibility);
  if (job === undefined) return refusal('sql: no rows in result set');
  const { roles, subject } = principal;
  if (subject !== job.user && !['manager', 'support', 'admin'].some((role) => roles.has(role))) {
    return refusal('you are not allowed to see this job');
  }
  const metrics = await context.backend.jobMetrics(job, query.getAll('metric'), scopes);
  return jsonReply(200, `{"data":{"jobMetrics":${encodeJobMetrics(metrics)}},"error":null}`);
};

function refusal(message: string) {
  return jsonReply(200, `{"data":null,"error":{"message":${goJsonString(message)}}}`);
}
