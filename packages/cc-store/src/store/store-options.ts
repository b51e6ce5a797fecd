import type { Clock, Logger } from '@moorline/core';
import type { RetentionRule } from '../metrics/retention.js';
import type { PostgresOptions } from '../postgres/target.js';

/** Options of `openStore`: of a store in one file, or of one on Postgres. */
export type StoreOptions = FileStoreOptions | PostgresStoreOptions;

/** A store of one server, in a file. */
export interface FileStoreOptions extends CommonStoreOptions {
  /** The file; made with mode 0600, and its directory with 0700, where there is none. Beside it appear `-wal`, `-shm` and `-lock`. */
  path: string;
  postgres?: undefined;
}

/** A store of any number of servers, in a Postgres database (15 or later). */
export interface PostgresStoreOptions extends CommonStoreOptions {
  postgres: PostgresOptions;
  path?: undefined;
}

/** Options of every store. */
export interface CommonStoreOptions {
  /**
   * `full` (default): a write is answered after its fsync, and a power cut loses nothing that was answered. `relaxed`: a killed
   * process loses nothing, a power cut may lose the last seconds; the file stays whole.
   */
  durability?: 'full' | 'relaxed' | undefined;
  /** Days that samples are kept, > 0. Default: for ever. Whole chunks go, so a sample may stay some hours longer. */
  metricRetentionDays?: number | undefined;
  /**
   * Days for single metrics and clusters; the rule that names most of a series counts, {@link metricRetentionDays} where none
   * does. Samples that a running job, or one that waits for its archive, needs are kept in any case.
   */
  retention?: readonly RetentionRule[] | undefined;
  /**
   * Days that averages, minima and maxima of five minutes and of an hour are kept, ≥ {@link metricRetentionDays}; `Infinity` = for ever.
   * They answer where the samples are gone, and stay as long as these in any case. Default: as long as these.
   */
  rollupRetentionDays?: number | undefined;
  /**
   * Points of one series, ≥ 1, beyond which a metric of a job that is not archived comes in steps of five minutes, and beyond which again in
   * steps of an hour. Default 8,640: a day in steps of ten seconds. `Infinity` = never.
   */
  maxJobMetricPoints?: number | undefined;
  /** Milliseconds after which samples are folded from the journal into chunks, > 0. Default 600,000. Earlier when the journal holds 8 MiB. */
  compactAfterMs?: number | undefined;
  /** Milliseconds from a job's stop until it is archived, ≥ 0. Default 5,000: samples that were on their way are in it. */
  archiveAfterMs?: number | undefined;
  clock?: Clock | undefined;
  logger?: Logger | undefined;
}
