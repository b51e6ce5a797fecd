import { type Parameters as Params, prepare } from '../database/query.js';
import type { MetricStats } from '../metrics/metric-store.js';
import type { CommitStats } from '../sql/commit-queue.js';
import type { OpenDatabase } from './database.js';

/** What a store holds and what it has done since it was opened. */
export interface StoreStats {
  jobs: number;
  runningJobs: number;
  /** Stopped jobs that are not archived yet. */
  archiveQueue: number;
  machines: number;
  nodes: number;
  users: number;
  metrics: MetricStats;
  /** Transactions and the writes in them. */
  commits: number;
  writes: number;
  /** Milliseconds inside the transactions of writes, the waits for their fsync included. */
  writeMs: number;
  /** Statements that read. */
  reads: number;
  /** Milliseconds inside the driver while reading. */
  readMs: number;
  /** Bytes of the file, or of the tables and their indexes; without the write-ahead log. */
  fileBytes: number;
}

export async function readStats(
  { db, reading, reads, readMs, bytes }: OpenDatabase,
  commits: CommitStats,
  metrics: MetricStats,
): Promise<StoreStats> {
  const counts = prepare(db, (db, _: Params<object>) =>
    db.selectNoFrom((row) => [
      row
        .selectFrom('job')
        .select((job) => job.fn.countAll<number>().as('n'))
        .as('jobs'),
      row
        .selectFrom('job')
        .select((job) => job.fn.countAll<number>().as('n'))
        .where('state', '=', 'running')
        .as('running'),
      row
        .selectFrom('archive_queue')
        .select((job) => job.fn.countAll<number>().as('n'))
        .as('waiting'),
      row
        .selectFrom('machine')
        .select((machine) => machine.fn.countAll<number>().as('n'))
        .as('machines'),
      row
        .selectFrom('node')
        .select((node) => node.fn.countAll<number>().as('n'))
        .as('nodes'),
      row
        .selectFrom('user_account')
        .select((user) => user.fn.countAll<number>().as('n'))
        .as('users'),
    ]),
  );
  const row = await reading.first(counts, {});
  return {
    jobs: row?.jobs ?? 0,
    runningJobs: row?.running ?? 0,
    archiveQueue: row?.waiting ?? 0,
    machines: row?.machines ?? 0,
    nodes: row?.nodes ?? 0,
    users: row?.users ?? 0,
    metrics,
    commits: commits.commits,
    writes: commits.writes,
    writeMs: commits.busyMs,
    reads,
    readMs,
    fileBytes: await bytes(),
  };
}
