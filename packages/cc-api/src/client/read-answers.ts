import type { LogEntry, Tagger, User } from '../wire/models/administration.js';
import type { Cluster } from '../wire/models/cluster.js';
import type { JobData, JobMetricWithName } from '../wire/models/job-metrics.js';
import type { Job } from '../wire/models/job.js';
import type { JobList, JobWithData, JobWithSeries } from '../wire/models/responses.js';

/*
 * Whether an answer is what its type says, judged by the members that tell a job, a cluster or a metric from anything
 * else. Members beyond the types are let through: servers of other versions have more.
 */

export function isJobList(value: unknown): value is JobList {
  return (
    isRecord(value) &&
    typeof value['items'] === 'number' &&
    typeof value['page'] === 'number' &&
    all(value['jobs'], isJob)
  );
}

export function isJobWithData(value: unknown): value is JobWithData {
  return isRecord(value) && isJob(value['Meta']) && (value['Data'] === null || isJobData(value['Data']));
}

export function isJobWithSeries(value: unknown): value is JobWithSeries {
  return isRecord(value) && isJob(value['Meta']) && all(value['Data'], isNamedMetric);
}

export function isJob(value: unknown): value is Job {
  return (
    isRecord(value) &&
    typeof value['cluster'] === 'string' &&
    typeof value['jobId'] === 'number' &&
    typeof value['jobState'] === 'string' &&
    typeof value['startTime'] === 'number' &&
    typeof value['duration'] === 'number' &&
    Array.isArray(value['resources'])
  );
}

export function isClusterList(value: unknown): value is { clusters: Cluster[] } {
  return isRecord(value) && all(value['clusters'], isCluster);
}

export function isUsedNodes(value: unknown): value is { usedNodes: Record<string, string[]> } {
  return isRecord(value) && isRecord(value['usedNodes']) && Object.values(value['usedNodes']).every(Array.isArray);
}

export function isMessage(value: unknown): value is { msg: string } {
  return isRecord(value) && typeof value['msg'] === 'string';
}

export function isUsers(value: unknown): value is User[] {
  return all(value, (user) => isRecord(user) && typeof user['username'] === 'string');
}

export function isTexts(value: unknown): value is string[] {
  return all(value, (item) => typeof item === 'string');
}

export function isTaggers(value: unknown): value is Tagger[] {
  return all(value, (tagger) => isRecord(tagger) && typeof tagger['name'] === 'string');
}

export function isLogEntries(value: unknown): value is LogEntry[] {
  return all(value, (entry) => isRecord(entry) && typeof entry['message'] === 'string');
}

/** `GET /api/jobs/metrics/{id}`: one of the two is null. */
export interface MetricsEnvelope {
  data: { jobMetrics: JobMetricWithName[] } | null;
  error: { message: string } | null;
}

export function isMetricsEnvelope(value: unknown): value is MetricsEnvelope {
  if (!isRecord(value)) return false;
  const { data, error } = value;
  if (isRecord(error)) return typeof error['message'] === 'string';
  return error === null && isRecord(data) && all(data['jobMetrics'], isNamedMetric);
}

function isJobData(value: unknown): value is JobData {
  return (
    isRecord(value) && Object.values(value).every((scopes) => isRecord(scopes) && Object.values(scopes).every(isMetric))
  );
}

function isNamedMetric(value: unknown): value is JobMetricWithName {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    typeof value['scope'] === 'string' &&
    isMetric(value['metric'])
  );
}

function isMetric(value: unknown): boolean {
  return isRecord(value) && typeof value['timestep'] === 'number' && Array.isArray(value['series']);
}

function isCluster(value: unknown): value is Cluster {
  return (
    isRecord(value) &&
    typeof value['name'] === 'string' &&
    Array.isArray(value['metricConfig']) &&
    Array.isArray(value['subClusters'])
  );
}

function all(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
