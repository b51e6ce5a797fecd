import type { JobKey } from '@moorline/cc-api/server';
import { prepareForRows, type RowsQuery } from '../database/many-rows.js';
import { tableOf } from '../database/portable.js';
import type { Parameters as Params, Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { jobColumns, type JobRow } from './job-row.js';

/**
 * Finds the job that each key means: the newest row with all that the key names.
 *
 * @param keys with an id of the scheduler's each. @returns the rows that are there, by that id.
 */
export type NewestJobs = (session: Session, keys: readonly JobKey[]) => Promise<ReadonlyMap<number, JobRow>>;

export function createNewestJobs(db: StoreDatabase): NewestJobs {
  // Each form names only what was given, so that the index on (job_id, cluster, start_time) serves it.
  const find = (hasCluster: boolean, hasStartTime: boolean): RowsQuery<KeyValues, JobRow> => {
    const named: (keyof KeyValues)[] = ['jobId'];
    if (hasCluster) named.push('cluster');
    if (hasStartTime) named.push('startTime');
    return prepareForRows(db, named, (db, keys: readonly Params<KeyValues>[]) =>
      db
        .selectFrom(tableOf(keys, types, 'key'))
        .innerJoin('job', (join) =>
          join.on('job.id', '=', ({ selectFrom }) => {
            let newest = selectFrom('job as known').select('known.id').whereRef('known.job_id', '=', 'key.jobId');
            if (hasCluster) newest = newest.whereRef('known.cluster', '=', 'key.cluster');
            if (hasStartTime) newest = newest.whereRef('known.start_time', '=', 'key.startTime');
            return newest.orderBy('known.id', 'desc').limit(1);
          }),
        )
        .select(jobColumns.map((column) => `job.${column}` as const)),
    );
  };
  const finds = [find(false, false), find(false, true), find(true, false), find(true, true)] as const;

  return async (session, keys) => {
    const asked: KeyValues[][] = [[], [], [], []];
    for (const { jobId, cluster, startTime } of keys) {
      const form = (cluster === undefined ? 0 : 2) + (startTime === undefined ? 0 : 1);
      asked[form]?.push({ jobId, cluster: cluster ?? '', startTime: startTime ?? 0 });
    }
    const found = new Map<number, JobRow>();
    for (const [form, query] of finds.entries()) {
      for (const row of await query.all(session, asked[form] ?? [])) found.set(row.job_id, row);
    }
    return found;
  };
}

const types = { jobId: 'bigint', cluster: 'text', startTime: 'bigint' } as const;

interface KeyValues {
  jobId: number;
  cluster: string;
  /** Unix seconds. */
  startTime: number;
}
