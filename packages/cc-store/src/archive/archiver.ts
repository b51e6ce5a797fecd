import type { Cluster, Job, JobMetricWithName } from '@moorline/cc-api';
import type { Clock, Logger, Timer } from '@moorline/core';
import { jobChange } from '../changes/change.js';
import type { Session } from '../database/query.js';
import { isStoreError } from '../errors.js';
import { type JobRow, toJob } from '../jobs/job-row.js';
import { nextTurn } from '../next-turn.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { archivedScopes, failedArchive, type PreparedArchive, prepareArchive, writeArchives } from './archive-job.js';
import type { ArchiveTables } from './archive-tables.js';

/** Archives stopped jobs while nobody waits for it (docs/design.md §7). The queue is a table: what is in it is resumed by the next process. */
export interface Archiver {
  /** To be called inside the transaction of stops. */
  enqueue(session: Session, jobs: readonly number[]): Promise<void>;
  /** To be called once at the start, and after each stop. */
  wake(): void;
  /** Archives every job that waits, whether its time has come or not. */
  archiveNow(): Promise<void>;
  /** Finishes the jobs that it is at; the others wait in the file. */
  close(): Promise<void>;
}

export interface ArchiverOptions {
  tables: ArchiveTables;
  queue: CommitQueue;
  reading: Session;
  writing: Session;
  findCluster: (name: string) => Cluster | undefined;
  /** The series of a job, as they were measured. */
  readMetrics: (job: Job, cluster: Cluster, scopes: ReturnType<typeof archivedScopes>) => Promise<JobMetricWithName[]>;
  /** Milliseconds from a stop to its archive: samples that were on their way still come. */
  delayMs: number;
  clock: Clock;
  logger: Logger;
}

export function createArchiver(options: ArchiverOptions): Archiver {
  const { tables, queue, reading, writing, delayMs, clock, logger } = options;
  let timer: Timer | undefined;
  let wakesAt = Infinity;
  let running: Promise<void> | undefined;
  let isClosed = false;
  let endPause = (): void => undefined;

  const prepareRow = async (row: JobRow): Promise<PreparedArchive> => {
    let job: Job;
    try {
      job = toJob(row, 0);
    } catch (error) {
      if (!isStoreError(error)) throw error;
      logger.error({ err: error, id: row.id }, 'left an unreadable job without an archive');
      return { job: row.id, outcome: 'skipped' };
    }
    if (!job.monitoringStatus) return { job: row.id, outcome: 'skipped' };
    const cluster = options.findCluster(job.cluster);
    const fail = (details: Record<string, unknown>, why: string): PreparedArchive => {
      logger.warn({ id: row.id, jobId: job.jobId, cluster: job.cluster, ...details }, `archiving a job failed: ${why}`);
      return failedArchive(row);
    };
    if (cluster === undefined) return fail({}, 'nobody described its cluster');
    try {
      const subCluster = cluster.subClusters.find(({ name }) => name === job.subCluster);
      const metrics = await options.readMetrics(job, cluster, archivedScopes(job));
      return await prepareArchive(row, job, subCluster?.metricConfig ?? cluster.metricConfig, metrics);
    } catch (error) {
      // The storage's own failure is told apart: it says nothing about this job, and passes.
      if (isStoreError(error)) throw error;
      return fail({ err: error }, 'its metrics cannot be summed up');
    }
  };

  /** @returns whether there may be more. */
  const someJobs = async (now: number, isPaced: boolean): Promise<boolean> => {
    const others = queue.stats.writes;
    const rows = await tables.due(reading, now, jobsAtOnce);
    const prepared: PreparedArchive[] = [];
    let workedMs = 0;
    let since = clock.monotonic();
    for (const row of rows) {
      prepared.push(await prepareRow(row));
      const sliceMs = clock.monotonic() - since;
      if (sliceMs < longestSliceMs) continue;
      workedMs += sliceMs;
      await nextTurn();
      since = clock.monotonic();
    }
    workedMs += clock.monotonic() - since;
    if (prepared.length > 0) {
      const write = () => writeArchives(tables, writing, prepared);
      await queue.write(write, touched, (jobs) => jobs.map((id) => jobChange('changed', id)));
    }
    if (isPaced && !isClosed && queue.stats.writes - others > 1)
      await pause(Math.min(Math.max(workedMs * restFactor, shortestPauseMs), longestPauseMs));
    return rows.length === jobsAtOnce;
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const rest = clock.setTimer(ms, resolve);
      rest.unref();
      endPause = () => {
        rest.cancel();
        resolve();
      };
    });

  const work = async (until: () => number, isPaced: boolean): Promise<void> => {
    while (!isClosed && (await someJobs(until(), isPaced)));
  };

  /** One at a time. */
  const run = async (until: () => number, isPaced: boolean): Promise<void> => {
    while (running !== undefined) await running.catch(() => undefined);
    running = work(until, isPaced);
    try {
      await running;
    } finally {
      running = undefined;
    }
  };

  const arm = (delay: number): void => {
    const at = clock.monotonic() + delay;
    if (isClosed || at >= wakesAt) return;
    timer?.cancel();
    wakesAt = at;
    timer = clock.setTimer(delay, () => void onTimer());
    timer.unref();
  };

  const onTimer = async (): Promise<void> => {
    wakesAt = Infinity;
    let nextMs = pollMs;
    try {
      await run(() => clock.now(), true);
      const dueAt = await tables.nextDue(reading);
      if (dueAt !== undefined) nextMs = Math.min(Math.max(dueAt - clock.now(), 0), pollMs);
    } catch (error) {
      // The jobs stay in the queue; a full disk may have room later.
      if (!isClosed) logger.error({ err: error }, 'archiving jobs was interrupted');
    }
    arm(nextMs);
  };

  return {
    enqueue: (session, jobs) => tables.enqueue(session, jobs, clock.now() + delayMs),
    wake: () => arm(delayMs),
    archiveNow: () => run(() => Number.MAX_SAFE_INTEGER, false),
    async close() {
      isClosed = true;
      timer?.cancel();
      endPause();
      await running?.catch(() => undefined);
    },
  };
}

/** Jobs in one transaction: few, so that starts and stops pass in between. */
const jobsAtOnce = 16;
/** What archiving changes of a stopped job, nobody else writes without touching everything. */
const touched = ['archive'];
/** Milliseconds after which the event loop is given back. */
const longestSliceMs = 2;
/** While others write, this many times as long as the work took is left to them. */
const restFactor = 4;
/** So no more than some 1,200 jobs a second are archived while others write, however fast the machine: their commits are shared. */
const shortestPauseMs = 12;
const longestPauseMs = 200;
/** Milliseconds between looks for what other processes left, and after a failure. */
const pollMs = 30_000;
