import type { JobMetricWithName } from '@moorline/cc-api';
import type {
  CcBackend,
  KeptAnswers,
  MetricAdministration,
  MetricSample,
  NodeState,
  StartJob,
  StartOutcome,
  StopOutcome,
} from '@moorline/cc-api/server';
import type { Clock, Logger } from '@moorline/core';
import type { ArchiveReader } from '../archive/archive-reader.js';
import type { Archiver } from '../archive/archiver.js';
import { selectMetrics } from '../archive/select-metrics.js';
import { type Change, jobChange } from '../changes/change.js';
import type { Clusters } from '../clusters/clusters.js';
import type { Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { JobHosts } from '../jobs/job-hosts.js';
import { createFindJobs } from '../jobs/find-jobs.js';
import { createJobAdministration } from '../jobs/job-administration.js';
import { createNewestJobs } from '../jobs/newest-job.js';
import { createStartJobs } from '../jobs/start-job.js';
import { createStopJobs, type Stop } from '../jobs/stop-job.js';
import { createJobTags } from '../jobs/tags.js';
import { createUsedNodes } from '../jobs/used-nodes.js';
import { ofKnownClusters } from '../metrics/check-samples.js';
import { healthOf } from '../metrics/health.js';
import type { JobMetricsRequest } from '../metrics/job-metrics.js';
import { withSummaries } from '../metrics/summary-series.js';
import type { MetricStore } from '../metrics/metric-store.js';
import { createUpdateNodeStates } from '../nodes/node-states.js';
import { createSiteStore } from '../site/site-store.js';
import type { CommitQueue, Touched } from '../sql/commit-queue.js';
import { createUserStore, type UserAnswers } from '../users/user-store.js';

export interface BackendParts {
  db: StoreDatabase;
  queue: CommitQueue;
  reading: Session;
  writing: Session;
  clusters: Clusters;
  metrics: MetricStore;
  metricAdministration: MetricAdministration;
  archiver: Archiver;
  archive: ArchiveReader;
  hosts: JobHosts;
  /** To be forgotten when a write {@link touchesJobs}. */
  jobAnswers: KeptAnswers | undefined;
  /** To be forgotten when a write {@link touchesUsers}. */
  userAnswers: UserAnswers | undefined;
  readMetrics: (
    request: Pick<JobMetricsRequest, 'job' | 'cluster' | 'metrics' | 'scopes'>,
  ) => Promise<JobMetricWithName[]>;
  /** Told of samples that are durable. */
  onSamples: (samples: readonly MetricSample[]) => void;
  /** Looks at what other servers wrote: to be awaited before clusters and metrics are looked at in memory. */
  catchUp: () => Promise<void>;
  clock: Clock;
  logger: Logger;
}

/** The store as the handlers see it: writes go through the queue, reads see what was committed. */
export function createBackend(parts: BackendParts): CcBackend {
  const { db, queue, reading, writing, clusters, metrics, archiver, archive, jobAnswers, readMetrics } = parts;
  const { onSamples, catchUp, clock, logger } = parts;
  const tags = createJobTags(db);
  const startJobs = createStartJobs(db, tags, parts.hosts);
  const startTogether = (jobs: readonly StartJob[]) => startJobs(writing, jobs);
  const newestJobs = createNewestJobs(db);
  const stopJobs = createStopJobs(db, newestJobs, archiver);
  const stopTogether = (stops: readonly Stop[]) => stopJobs(writing, stops, nowSeconds());
  const findJobs = createFindJobs(db, tags, logger);
  const usedNodes = createUsedNodes(db);
  const updateNodeStates = createUpdateNodeStates(db);
  const nowSeconds = () => Math.floor(clock.now() / 1000);

  return {
    ...createJobAdministration({ db, queue, writing, tags, hosts: parts.hosts, findJobs, newestJobs, nowSeconds }),
    ...parts.metricAdministration,
    ...(jobAnswers === undefined ? {} : { keptAnswers: jobAnswers }),
    users: createUserStore({ db, queue, reading, writing, answers: parts.userAnswers }),
    site: createSiteStore(db, queue, reading, writing),
    startJob: (job) => queue.write({ together: startTogether, item: job }, touchedByStart(job), startChanges),
    async stopJob(request, mayStop) {
      const item: Stop = { request, mayStop };
      const outcome = await queue.write({ together: stopTogether, item }, [jobLock(request.jobId)], stopChanges);
      if (outcome.outcome === 'stopped') archiver.wake();
      return outcome;
    },
    listJobs: (filter, page, visibility, include) =>
      findJobs.list(reading, { filter, page, visibility, include, nowSeconds: nowSeconds() }),
    listJobsInSlices: (filter, page, visibility, include) =>
      findJobs.slices(reading, { filter, page, visibility, include, nowSeconds: nowSeconds() }),
    getJob: (id, visibility) => findJobs.byId(reading, id, visibility, nowSeconds()),
    async jobMetrics(job, names, scopes) {
      const archived = await archive.metricsOf(job);
      if (archived !== undefined) return withSummaries(selectMetrics(archived, names, scopes));
      await catchUp();
      const cluster = clusters.find(job.cluster);
      if (cluster === undefined) return [];
      return withSummaries(await readMetrics({ job, cluster, metrics: names, scopes }));
    },
    usedNodes: (before) => usedNodes(reading, before),
    async clusters() {
      await catchUp();
      return clusters.list();
    },
    async writeSamples(samples) {
      // Another server may just have described it.
      if (ofKnownClusters(samples, (name) => clusters.find(name) !== undefined).length < samples.length)
        await catchUp();
      await metrics.write(samples);
      onSamples(samples);
    },
    async updateNodeStates(clusterName, nodes, receivedAt) {
      await catchUp();
      const cluster = clusters.find(clusterName);
      if (cluster === undefined) {
        logger.warn({ cluster: clusterName }, 'left out node states of a cluster that nobody described');
        return;
      }
      const health = (host: string) => healthOf(metrics.catalog, cluster, host, receivedAt);
      const unknown = await queue.write(
        () => updateNodeStates(writing, cluster, nodes, receivedAt, health),
        [`nodes ${clusterName}`],
        (left) => nodeChanges(clusterName, nodes, left),
      );
      if (unknown.length > 0) {
        logger.warn({ cluster: clusterName, hosts: unknown }, 'left out states of hosts that are in no subcluster');
      }
    },
  };
}

function startChanges(outcome: StartOutcome): Change[] {
  return outcome.outcome === 'started' ? [jobChange('started', outcome.id)] : [];
}

function stopChanges(outcome: StopOutcome): Change[] {
  if (outcome.outcome !== 'stopped' || outcome.job.id === undefined) return [];
  return [jobChange(outcome.job.jobState === 'running' ? 'changed' : 'stopped', outcome.job.id)];
}

/** @param left the hosts whose states were left out. */
function nodeChanges(cluster: string, nodes: readonly NodeState[], left: readonly string[]): Change[] {
  const out = new Set(left);
  const hosts = nodes.flatMap(({ hostname }) => (out.has(hostname) ? [] : hostname));
  return hosts.length === 0 ? [] : [{ kind: 'nodes', cluster, hosts }];
}

/** Whether a write may change what is said of jobs. @param touched what it was queued with. */
export function touchesJobs(touched: Touched): boolean {
  return touched === undefined || [...touched].some((name) => !besideJobs.test(name));
}

/** Whether a write may change users: those are queued without a name. @param touched what it was queued with. */
export const touchesUsers = (touched: Touched): boolean => touched === undefined;

/** Writes that come often, and that no job's row depends on. */
const besideJobs = /^(?:metrics$|nodes |report )/;

/** A stop may name nothing but the scheduler's id, so that is what starts and stops have in common. */
const jobLock = (jobId: number): string => `job ${jobId}`;

function touchedByStart({ jobId, tags }: StartJob): string[] {
  return tags === undefined || tags.length === 0 ? [jobLock(jobId)] : [jobLock(jobId), 'tags'];
}
