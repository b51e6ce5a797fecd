import { type Clock, type Logger, type RetryOptions, silentLogger, systemClock } from '@moorline/core';
import { CcApiError } from '../wire/error.js';
import type { Cluster } from '../wire/models/cluster.js';
import type { Job } from '../wire/models/job.js';
import { readBaseUrl } from './base-url.js';
import { createCaller } from './call.js';
import type { CallOptions, CcClient } from './cc-client.js';
import { createConnection } from './connection.js';
import { type JobQuery, jobQueryParameters } from './job-query.js';
import { isClusterList, isJob, isJobList, isJobWithData, isJobWithSeries, isUsedNodes } from './read-answers.js';
import { readMetricsEnvelope } from './read-metrics.js';
import { startOnce } from './start-job.js';
import { stopOnce } from './stop-job.js';

/** What a client is made from. */
export interface CcClientOptions {
  /** Address of the server: `https://cc.example.org`. A path before `/api` may be part of it. */
  baseUrl: string;
  /** The API token, or what fetches it before each request. Sent as `Authorization: Bearer`. */
  token: string | (() => Promise<string>);
  fetch?: typeof fetch | undefined;
  /** Milliseconds for each call, its attempts together. Default 30,000; 0 turns the deadline off. */
  timeoutMs?: number | undefined;
  /** Ends every call of this client with its reason. */
  signal?: AbortSignal | undefined;
  /** How failed attempts are repeated, where that is safe; `false` never. Default 3 attempts. */
  retry?: RetryOptions | false | undefined;
  logger?: Logger | undefined;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Lets plain HTTP through to other machines than this one. Default false. */
  allowInsecureHttp?: boolean | undefined;
  clock?: Clock | undefined;
}

/**
 * Makes a client of a ClusterCockpit server, the original or Moorline's. Works wherever there is `fetch`.
 *
 * @throws CcApiError `invalid_option`, `insecure_url`.
 */
export function createCcClient(options: CcClientOptions): CcClient {
  const { clock = systemClock, logger = silentLogger, retry = {}, timeoutMs = 30_000, signal } = options;
  const connection = createConnection({
    baseUrl: readBaseUrl(options.baseUrl, { allowInsecureHttp: options.allowInsecureHttp ?? false }),
    token: options.token,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    headers: options.headers ?? {},
    logger,
    clock,
  });
  const { attempts, ask, tell } = createCaller(connection, { clock, logger, retry, timeoutMs, signal });

  const listJobs = (query: JobQuery = {}, call?: CallOptions) =>
    ask({ operation: 'listJobs', query: jobQueryParameters(query) }, call, isJobList);

  async function* iterateJobs(query: JobQuery = {}, call?: CallOptions): AsyncGenerator<Job, void, undefined> {
    const itemsPerPage = query.itemsPerPage ?? 100;
    const seen = new Set<number>();
    for (let page = query.page ?? 1; ; page++) {
      const { jobs } = await listJobs({ ...query, itemsPerPage, page }, call);
      for (const job of jobs) {
        // A job that starts meanwhile pushes others to the next page, where they come again.
        if (job.id !== undefined && seen.has(job.id)) continue;
        if (job.id !== undefined) seen.add(job.id);
        yield job;
      }
      if (jobs.length < itemsPerPage) return;
    }
  }

  const findJob: CcClient['findJob'] = async ({ jobId, cluster, startTime }, call) => {
    for await (const job of iterateJobs({ cluster, startTime: { from: startTime, to: startTime } }, call)) {
      if (job.jobId === jobId) return job;
    }
    return undefined;
  };

  return {
    listJobs,
    iterateJobs,
    findJob,
    startJob(job, call) {
      const message = { operation: 'startJob', ...json(job) } as const;
      return attempts(message, call, (inner) =>
        startOnce({
          send: () => connection.send(message, inner),
          isThere: async () => (await findJob(job, { signal: inner, timeoutMs: 0 })) !== undefined,
        }),
      );
    },
    stopJob(request, call) {
      const message = { operation: 'stopJob', ...json(request) } as const;
      return attempts(message, call, (inner) => stopOnce(() => connection.ask(message, inner, isJob)));
    },
    getJob(id, { allMetrics = false, ...call } = {}) {
      const query = new URLSearchParams(allMetrics ? { 'all-metrics': 'true' } : {});
      return ask({ operation: 'getJob', id: String(id), query }, call, isJobWithData);
    },
    getJobSeries(id, metrics, call) {
      return ask({ operation: 'getJobSeries', id: String(id), ...json(metrics) }, call, isJobWithSeries);
    },
    jobMetrics(id, { metrics = [], scopes = [], ...call } = {}) {
      const query = new URLSearchParams();
      for (const metric of metrics) query.append('metric', metric);
      for (const scope of scopes) query.append('scope', scope);
      const message = { operation: 'jobMetrics', id: String(id), query } as const;
      return attempts(message, call, (inner) => () => readMetricsEnvelope(connection, message, inner));
    },
    writeMetrics(lines, { cluster, ...call } = {}) {
      const query = new URLSearchParams(cluster === undefined ? {} : { cluster: plainName(cluster) });
      return tell({ operation: 'writeMetrics', query, body: lines, contentType: 'text/plain; charset=utf-8' }, call);
    },
    updateNodeStates(states, call) {
      return tell({ operation: 'updateNodeStates', ...json(states) }, call);
    },
    async clusters({ cluster, ...call } = {}): Promise<Cluster[]> {
      const query = new URLSearchParams(cluster === undefined ? {} : { cluster });
      return (await ask({ operation: 'clusters', query }, call, isClusterList)).clusters;
    },
    async usedNodes(before, call) {
      const query = new URLSearchParams({ ts: String(before) });
      return (await ask({ operation: 'usedNodes', query }, call, isUsedNodes)).usedNodes;
    },
  };
}

function json(value: unknown): { body: string; contentType: string } {
  return { body: JSON.stringify(value), contentType: 'application/json' };
}

/** The server takes this one parameter as it stands, without decoding it (docs/protocol.md §3.9). */
function plainName(cluster: string): string {
  if (/^[A-Za-z0-9_.*-]+$/.test(cluster)) return cluster;
  throw new CcApiError(`the cluster name ${JSON.stringify(cluster)} cannot be sent with metrics`, {
    code: 'invalid_option',
    hint: 'give it as a cluster tag on each line',
  });
}
