import type { JobMetricWithName } from '@moorline/cc-api';
import type { CcBackend, KeptAnswer } from '@moorline/cc-api/server';
import { silentLogger, systemClock } from '@moorline/core';
import { createArchiveReader } from '../archive/archive-reader.js';
import { createArchiveTables } from '../archive/archive-tables.js';
import { createArchiver } from '../archive/archiver.js';
import { createExportJobs, type ExportedJob, type ExportFilter } from '../archive/export-jobs.js';
import { createImportJob, type ImportOutcome } from '../archive/import-job.js';
import { ChangeFeed, type Changes } from '../changes/change-feed.js';
import type { Change } from '../changes/change.js';
import { createSampleChanges } from '../changes/sample-changes.js';
import { type Clusters, openClusters } from '../clusters/clusters.js';
import { journalOf } from '../database/migrate.js';
import { prepare } from '../database/query.js';
import { StoreError } from '../errors.js';
import { createJobHosts } from '../jobs/job-hosts.js';
import { createJobs, type Jobs } from '../jobs/search/search-jobs.js';
import { createJobTags } from '../jobs/tags.js';
import { type AgentSettings, createAgentSettings } from '../machines/agent-settings.js';
import { createIdentities, type Identities } from '../machines/identities.js';
import { createMachineReports, type MachineReports } from '../machines/machine-reports.js';
import { createMachines, type Machines } from '../machines/machines.js';
import { type JobMetricsRequest, readJobMetrics } from '../metrics/job-metrics.js';
import { createMetricAdministration } from '../metrics/metric-administration.js';
import { createMetricRanges, type MetricRanges } from '../metrics/metric-ranges.js';
import { createMetricStore } from '../metrics/metric-store.js';
import { createSharedMetricStore } from '../metrics/shared-metric-store.js';
import { createMetricTables } from '../metrics/metric-tables.js';
import { createNewestValues } from '../metrics/newest-values.js';
import { createNeededSince } from '../metrics/needed-since.js';
import { createNodeHistory, type NodeHistory } from '../nodes/node-history.js';
import { createNodes, type Nodes } from '../nodes/node-views.js';
import { CommitQueue } from '../sql/commit-queue.js';
import type { UserAnswers } from '../users/user-store.js';
import { AnswerMemo } from './answer-memo.js';
import { createBackend, touchesJobs, touchesUsers } from './backend.js';
import { createBackups, type StoreBackup } from './backup.js';
import { checkStore, type StoreCheck } from './check.js';
import { horizonOf } from './horizon.js';
import { stateOf, type StoreMigrations } from './migrations.js';
import { openDatabase } from './open-database.js';
import type { StoreOptions } from './store-options.js';
import { createUpkeep } from './upkeep.js';
import { readStats, type StoreStats } from './stats.js';

/** Everything that a control plane keeps. */
export interface Store {
  /** Jobs, nodes, metrics, users and what belongs to the site, as the handlers of `@moorline/cc-api/server` want them. */
  readonly backend: CcBackend;
  /** Jobs as people look for them. */
  readonly jobs: Jobs;
  /** Nodes as people look at them. */
  readonly nodes: Nodes & {
    /** What a node told, the newest first. */
    states: NodeHistory;
  };
  /** What was measured, as plots show it. */
  readonly metricRanges: MetricRanges;
  readonly clusters: Clusters;
  /** Machines and their tokens; a `LoginStore` of `@moorline/login-client/server` too. */
  readonly machines: Machines;
  /** What agents say of their engines. */
  readonly reports: MachineReports;
  /** Who machines are to Juju's agents; an `EntityStore` of `@moorline/apicaller/server` too. */
  readonly identities: Identities;
  /** What agents are told to do. */
  readonly agentSettings: AgentSettings;
  /** What is written, as it is committed. */
  readonly changes: Changes;
  /** Reads everything. @returns what is wrong with it. */
  check(): Promise<StoreCheck>;
  stats(): Promise<StoreStats>;
  /** The versions of its tables; none is pending, as opening it applied them. */
  migrations(): Promise<StoreMigrations>;
  /** Folds the journal into chunks now. */
  compact(): Promise<void>;
  /**
   * Copies everything, as it is at this moment, into a new file that `openStore` opens; reads and writes go on meanwhile. The
   * file, mode 0600, is there when it is whole and on the disk, and not before.
   *
   * @param path of a file that is not there, in a directory that is.
   * @throws StoreError `file_exists`, `directory_not_writable`, `disk_full`, `io_failed`, `file_corrupt`, `store_closed`; `invalid_argument` on Postgres, which has `pg_dump`.
   */
  backup(path: string): Promise<StoreBackup>;
  /** Archives every stopped job that waits for it, now. */
  archive(): Promise<void>;
  /**
   * Takes over one job of a ClusterCockpit job archive, as archived: state, statistics, footprint, tags, metaData and series.
   * A job that is there already, by jobId, cluster and startTime, stays as it is.
   *
   * @param meta the parsed `meta.json`. @param data the parsed `data.json`; absent or null where there are no series.
   * @throws StoreError `import_invalid` where a member is missing or of a wrong type: nothing is stored then.
   */
  importJob(meta: unknown, data?: unknown): Promise<ImportOutcome>;
  /** Archived jobs in the form of a ClusterCockpit job archive, in the order of their row ids, read a page at a time. */
  exportJobs(filter?: ExportFilter): AsyncIterable<ExportedJob>;
  /** Finishes backups and the writes that are queued, folds the journal, closes; idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Of lists and of used nodes: 25 jobs are some 12 kB, several times that with metadata. */
const mostAnswerBytes = 3 * 1024 ** 2;
const mostUsers = 2_000;

/**
 * Opens the store, makes it where there is none, and brings it to this version's tables.
 *
 * @throws StoreError `directory_not_writable`, `disk_full`, `file_corrupt`, `file_foreign`, `file_newer`, `store_in_use`,
 * `migration_failed`, `driver_unavailable`, `invalid_argument`; on Postgres also `connection_lost`, `database_refused`. What is stored
 * is then as it was.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const {
    maxJobMetricPoints = 8_640,
    compactAfterMs,
    archiveAfterMs = 5_000,
    clock = systemClock,
    logger = silentLogger,
  } = options;
  const horizonAt = horizonOf(options);
  if (!(maxJobMetricPoints >= 1)) {
    throw new StoreError(`maxJobMetricPoints is ${maxJobMetricPoints}, not ≥ 1`, { code: 'invalid_argument' });
  }
  if (!(archiveAfterMs >= 0)) {
    throw new StoreError(`archiveAfterMs is ${archiveAfterMs}, not ≥ 0`, { code: 'invalid_argument' });
  }
  const database = await openDatabase(options, clock, logger);
  const { db, reading, writing } = database;
  try {
    const { folding } = database;
    const now = () => clock.monotonic();
    // Another server may change what a memo holds.
    const isAlone = folding === undefined;
    const jobAnswers = isAlone ? new AnswerMemo(({ body }: KeptAnswer) => body.length, mostAnswerBytes) : undefined;
    const userAnswers: UserAnswers | undefined = isAlone ? new AnswerMemo(() => 1, mostUsers) : undefined;
    const changes = new ChangeFeed(logger, database.others);
    const queue = new CommitQueue(database.transactions, {
      changes,
      now,
      onDone: (touched) => {
        if (touchesJobs(touched)) jobAnswers?.forget();
        if (touchesUsers(touched)) userAnswers?.forget();
      },
    });
    const clusters = await openClusters(db, queue, reading, writing);
    const tables = createMetricTables(db);
    const parts = {
      tables,
      queue,
      reading,
      writing,
      isKnown: (cluster: string) => clusters.find(cluster) !== undefined,
      logger,
    };
    const foldingQueue = folding && new CommitQueue(folding.transactions, { now });
    const metrics =
      folding === undefined || foldingQueue === undefined
        ? createMetricStore(parts)
        : createSharedMetricStore({ ...parts, folding: { queue: foldingQueue, session: folding.session } });
    await metrics.open();
    const catchUp = async (): Promise<void> => {
      // Nobody else has a file open.
      if (folding !== undefined) await Promise.all([clusters.refresh(), metrics.refresh()]);
    };
    const nowSeconds = (): number => Math.floor(clock.now() / 1000);
    const findCluster = (name: string) => clusters.find(name);
    /** Unix seconds: earlier samples of such a series may be forgotten. */
    const samplesSince = (series: { cluster: string; metric: string }): number =>
      horizonAt(series, nowSeconds())?.samplesBefore ?? -Infinity;
    /** A question about a job's metrics, as things are now. */
    const readMetrics = (
      request: Omit<JobMetricsRequest, 'nowSeconds' | 'samplesSince'>,
    ): Promise<JobMetricWithName[]> => {
      const { name: cluster } = request.cluster;
      return readJobMetrics(metrics, {
        ...request,
        nowSeconds: nowSeconds(),
        samplesSince: (metric) => samplesSince({ cluster, metric }),
      });
    };
    const neededSince = createNeededSince(db);
    const upkeep = createUpkeep({
      metrics,
      horizonAt,
      neededSince: () => neededSince(reading),
      compactAfterMs,
      clock,
      logger,
    });
    const backups = options.path === undefined ? undefined : createBackups(options.path);
    const archiveTables = createArchiveTables(db);
    const archiver = createArchiver({
      tables: archiveTables,
      queue,
      reading,
      writing,
      findCluster,
      readMetrics: async (job, cluster, scopes) => {
        await catchUp();
        // What is archived is what was measured, in its own steps.
        return readMetrics({ job, cluster, metrics: [], scopes, maxPoints: Infinity });
      },
      delayMs: archiveAfterMs,
      clock,
      logger,
    });
    archiver.wake();
    const archive = createArchiveReader(archiveTables, reading, logger);
    const tags = createJobTags(db);
    const hosts = createJobHosts(db);
    const sampleChanges = createSampleChanges(
      (cluster) => clusters.find(cluster) !== undefined,
      (told: readonly Change[]) => {
        changes.publish(told);
        const report = (error: unknown) => logger.warn({ err: error }, 'other servers were not told of new samples');
        database.others?.announce(told).catch(report);
      },
      clock,
    );
    let closing: Promise<void> | undefined;

    const close = async (): Promise<void> => {
      try {
        await backups?.close();
        await archiver.close();
        await upkeep.close();
        sampleChanges.close();
        await queue.close();
        await foldingQueue?.close();
        await changes.close();
      } finally {
        await database.close();
      }
    };
    const store: Store = {
      backend: createBackend({
        db,
        queue,
        reading,
        writing,
        clusters,
        metrics,
        metricAdministration: createMetricAdministration({
          metrics,
          tables,
          reading,
          compactNow: () => upkeep.compactNow(),
        }),
        archiver,
        archive,
        jobAnswers,
        userAnswers,
        readMetrics: (request) => readMetrics({ ...request, maxPoints: maxJobMetricPoints }),
        hosts,
        onSamples(samples) {
          if (changes.isWanted) sampleChanges.note(samples);
          upkeep.onSamples();
        },
        catchUp,
        clock,
        logger,
      }),
      jobs: createJobs({ db, reading, tags, nowSeconds, logger }),
      nodes: {
        ...createNodes({ db, reading, findCluster, catchUp, newestValues: createNewestValues(metrics), nowSeconds }),
        states: createNodeHistory(db, reading, findCluster),
      },
      metricRanges: createMetricRanges({
        store: metrics,
        archive,
        findCluster,
        catchUp,
        samplesSince: (cluster, metric) => samplesSince({ cluster, metric }),
        nowSeconds,
      }),
      reports: createMachineReports(db, queue, reading, writing, () => clock.now()),
      clusters,
      machines: createMachines(db, queue, reading, writing, () => clock.now()),
      identities: createIdentities(db, queue, reading, writing, () => clock.now()),
      agentSettings: createAgentSettings(db, queue, reading, writing),
      changes,
      check: () => checkStore(database),
      stats: async () => {
        await metrics.refresh();
        return readStats(database, queue.stats, metrics.stats);
      },
      migrations: async () => stateOf(await reading.all(prepare(db, journalOf), {})),
      compact: () => upkeep.compactNow(),
      async backup(target) {
        if (backups !== undefined) return backups.make(target);
        throw new StoreError('a store on Postgres is not copied into a file', {
          code: 'invalid_argument',
          hint: 'use pg_dump, or a base backup of the server',
        });
      },
      importJob: createImportJob(db, queue, writing, archiveTables, tags, hosts),
      exportJobs: createExportJobs(db, reading, archive, tags, logger),
      archive: () => archiver.archiveNow(),
      close: () => (closing ??= close()),
      [Symbol.asyncDispose]: () => store.close(),
    };
    return store;
  } catch (error) {
    await database.close();
    throw error;
  }
}
