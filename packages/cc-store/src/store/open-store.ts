import { type Clock, type Logger, silentLogger, systemClock } from '@moorline/core';
import { Kysely } from 'kysely';
import { type Clusters, openClusters } from '../clusters/clusters.js';
import { LibsqlDialect } from '../database/libsql-dialect.js';
import { migrate } from '../database/migrate.js';
import { libsqlSession } from '../database/query.js';
import type { Schema } from '../database/schema.js';
import { StoreError } from '../errors.js';
import { createMachines, type Machines } from '../machines/machines.js';
import { createMetricStore } from '../metrics/metric-store.js';
import { createMetricTables } from '../metrics/metric-tables.js';
import { CommitQueue } from '../sql/commit-queue.js';
import { loadDriver } from '../sql/driver.js';
import { createBackend, type StoreBackend } from './backend.js';
import { createBackups, type StoreBackup } from './backup.js';
import { checkStore, type StoreCheck } from './check.js';
import { createUpkeep } from './upkeep.js';
import { openStoreFile } from './store-file.js';
import { readStats, type StoreStats } from './stats.js';

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** The file; made with mode 0600, and its directory with 0700, where there is none. Beside it appear `-wal`, `-shm` and `-lock`. */
  path: string;
  /**
   * `full` (default): a write is answered after its fsync, and a power cut loses nothing that was answered. `relaxed`: a killed
   * process loses nothing, a power cut may lose the last seconds; the file stays whole.
   */
  durability?: 'full' | 'relaxed' | undefined;
  /** Days that samples are kept, > 0. Default: for ever. Whole chunks go, so a sample may stay some hours longer. */
  metricRetentionDays?: number | undefined;
  /** Milliseconds after which samples are folded from the journal into chunks, > 0. Default 600,000. Earlier when the journal holds 8 MiB. */
  compactAfterMs?: number | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}

/** Everything that a control plane keeps, in one file. */
export interface Store {
  /** Jobs, nodes, metrics, users and what belongs to the site, as the handlers of `@moorline/cc-api/server` want them. */
  readonly backend: StoreBackend;
  readonly clusters: Clusters;
  /** Machines and their tokens; a `LoginStore` of `@moorline/login-client/server` too. */
  readonly machines: Machines;
  /** Reads all of the file. @returns what is wrong with it. */
  check(): Promise<StoreCheck>;
  stats(): Promise<StoreStats>;
  /** Folds the journal into chunks now. */
  compact(): Promise<void>;
  /**
   * Copies everything, as it is at this moment, into a new file that `openStore` opens; reads and writes go on meanwhile. The
   * file, mode 0600, is there when it is whole and on the disk, and not before.
   *
   * @param path of a file that is not there, in a directory that is.
   * @throws StoreError `file_exists`, `directory_not_writable`, `disk_full`, `io_failed`, `file_corrupt`, `store_closed`.
   */
  backup(path: string): Promise<StoreBackup>;
  /** Finishes backups and the writes that are queued, folds the journal, closes the file; idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens the store at `path`, makes it where there is none, and brings it to this version's tables.
 *
 * @throws StoreError `directory_not_writable`, `disk_full`, `file_corrupt`, `file_foreign`, `file_newer`, `store_in_use`,
 * `migration_failed`, `driver_unavailable`, `invalid_argument`. The file is then as it was.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const {
    path,
    durability = 'full',
    metricRetentionDays,
    compactAfterMs,
    clock = systemClock,
    logger = silentLogger,
  } = options;
  if (metricRetentionDays !== undefined && !(metricRetentionDays > 0)) {
    throw new StoreError(`metricRetentionDays is ${metricRetentionDays}, not > 0`, { code: 'invalid_argument' });
  }
  const file = openStoreFile({ driver: await loadDriver(), path, durability, clock });
  try {
    const db = new Kysely<Schema>({ dialect: new LibsqlDialect(file.writer) });
    await migrate(db, path);
    file.openReader();
    const queue = new CommitQueue(file.writer, () => clock.monotonic());
    const reading = libsqlSession(file.reader);
    const writing = libsqlSession(file.writer);
    const clusters = await openClusters(db, queue, reading, writing);
    const metrics = createMetricStore({
      tables: createMetricTables(db),
      queue,
      reading,
      writing,
      isKnown: (cluster) => clusters.find(cluster) !== undefined,
      logger,
    });
    await metrics.open();
    const upkeep = createUpkeep({ metrics, retentionDays: metricRetentionDays, compactAfterMs, clock, logger });
    const backups = createBackups(path);
    let closing: Promise<void> | undefined;

    const close = async (): Promise<void> => {
      try {
        await backups.close();
        await upkeep.close();
        await queue.close();
      } finally {
        file.close();
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
        onSamples: upkeep.onSamples,
        clock,
        logger,
      }),
      clusters,
      machines: createMachines(db, queue, reading, writing, () => clock.now()),
      check: () => checkStore(db, reading, file.reader),
      stats: () => readStats(db, reading, file, queue.stats, metrics.stats),
      compact: () => upkeep.compactNow(),
      backup: (target) => backups.make(target),
      close: () => (closing ??= close()),
      [Symbol.asyncDispose]: () => store.close(),
    };
    return store;
  } catch (error) {
    file.close();
    throw error;
  }
}
