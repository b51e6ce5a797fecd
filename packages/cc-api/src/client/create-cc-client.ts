import { CcApiError } from '../wire/error.js';
import type { Cluster } from '../wire/models/cluster.js';
import type { Job } from '../wire/models/job.js';
import type { paths } from '../generated/actual/types.js';
import { routeFacts } from '../generated/route-facts-actual.js';
import type { CallOptions, CcClient } from './cc-client.js';
import { createAdministration } from './create-administration.js';
import { createRequests } from './create-requests.js';
import { type CcClientOptions, open } from './open.js';
import { type JobQuery, jobQueryParameters } from './job-query.js';
import { isClusterList, isJob, isJobList, isJobWithData, isJobWithSeries, isUsedNodes } from './read-answers.js';
import { json } from './payload.js';
import { readMetricsEnvelope } from './read-metrics.js';
import { startOnce } from './start-job.js';
import { stopOnce } from './stop-job.js';

/**
 * Makes a client of a ClusterCockpit server, the original or Moorline's. Works wherever there is `fetch`.
 *
 * @throws CcApiError `invalid_option`, `insecure_url`.
 */
export function createCcClient(options: CcClientOptions): CcClient {
  const { connection, caller } = open(options);
  const { attempts, ask, tell } = caller;

  const listJobs = async (query: JobQuery = {}, call?: CallOptions) =>
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

  const oneJob =
    (operation: 'getJob' | 'getUserJob'): CcClient['getJob'] =>
    async (id, { allMetrics = false, ...call } = {}) => {
      const query = new URLSearchParams(allMetrics ? { 'all-metrics': 'true' } : {});
      return ask({ operation, id: String(id), query }, call, isJobWithData);
    };

  const jobSeries =
    (operation: 'getJobSeries' | 'getUserJobSeries'): CcClient['getJobSeries'] =>
    async (id, metrics, call) =>
      ask({ operation, id: String(id), ...json(metrics) }, call, isJobWithSeries);

  const metricsOf =
    (operation: 'jobMetrics' | 'userJobMetrics'): CcClient['jobMetrics'] =>
    async (id, { metrics = [], scopes = [], ...call } = {}) => {
      const query = new URLSearchParams();
      for (const metric of metrics) query.append('metric', metric);
      for (const scope of scopes) query.append('scope', scope);
      const message = { operation, id: String(id), query } as const;
      return attempts(message, call, (inner) => () => readMetricsEnvelope(connection, message, inner));
    };

  return {
    ...createRequests<paths>(connection, caller, routeFacts),
    ...createAdministration(caller),
    listJobs,
    iterateJobs,
    findJob,
    async startJob(job, call) {
      const message = { operation: 'startJob', ...json(job) } as const;
      return attempts(message, call, (inner) =>
        startOnce({
          send: () => connection.send(message, inner),
          isThere: async () => (await findJob(job, { signal: inner, timeoutMs: 0 })) !== undefined,
        }),
      );
    },
    async stopJob(request, call) {
      const message = { operation: 'stopJob', ...json(request) } as const;
      return attempts(message, call, (inner) => stopOnce(() => connection.ask(message, inner, isJob)));
    },
    getJob: oneJob('getJob'),
    getUserJob: oneJob('getUserJob'),
    getJobSeries: jobSeries('getJobSeries'),
    getUserJobSeries: jobSeries('getUserJobSeries'),
    jobMetrics: metricsOf('jobMetrics'),
    userJobMetrics: metricsOf('userJobMetrics'),
    listUserJobs: async (query = {}, call) =>
      ask({ operation: 'listUserJobs', query: jobQueryParameters(query) }, call, isJobList),
    healthcheck: async (states, call) => tell({ operation: 'healthcheck', ...json(states) }, call),
    async writeMetrics(lines, { cluster, ...call } = {}) {
      const query = new URLSearchParams(cluster === undefined ? {} : { cluster: plainName(cluster) });
      return tell({ operation: 'writeMetrics', query, body: lines, contentType: 'text/plain; charset=utf-8' }, call);
    },
    async updateNodeStates(states, call) {
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

/** The server takes this one parameter as it stands, without decoding it (docs/protocol.md §3.9). */
function plainName(cluster: string): string {
  if (/^[A-Za-z0-9_.*-]+$/.test(cluster)) return cluster;
  throw new CcApiError(`the cluster name ${JSON.stringify(cluster)} cannot be sent with metrics`, {
    code: 'invalid_option',
    hint: 'give it as a cluster tag on each line',
  });
}
