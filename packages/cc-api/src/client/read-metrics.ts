import { CcApiError, type CcApiErrorCode } from '../wire/error.js';
import type { JobMetricWithName } from '../wire/models/job-metrics.js';
import type { Connection, Message } from './connection.js';
import { isMetricsEnvelope } from './read-answers.js';

/** `GET /api/jobs/metrics/{id}`, whose refusals come with status 200 (docs/protocol.md §3.7). */
export async function readMetricsEnvelope(
  connection: Connection,
  message: Message,
  signal: AbortSignal,
): Promise<JobMetricWithName[]> {
  const { data, error } = await connection.ask(message, signal, isMetricsEnvelope);
  if (error === null) return data?.jobMetrics ?? [];
  const { operation, attempted } = connection.describe(message);
  throw new CcApiError(`${attempted} answered 200 with the error ${JSON.stringify(error.message)}`, {
    code: codes.get(error.message) ?? 'metrics_unavailable',
    status: 200,
    serverText: error.message,
    operation,
  });
}

const codes = new Map<string, CcApiErrorCode>([
  ['you are not allowed to see this job', 'forbidden'],
  ['sql: no rows in result set', 'job_not_found'],
]);
