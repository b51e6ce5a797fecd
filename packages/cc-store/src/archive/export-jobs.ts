import type { Job, JobData } from '@moorline/cc-api';
import type { Logger } from '@moorline/core';
import { sql } from 'kysely';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { isStoreError } from '../errors.js';
import { type JobRow, jobColumns, toJob } from '../jobs/job-row.js';
import { unsealText } from '../jobs/statistics-text.js';
import type { JobTags } from '../jobs/tags.js';
import type { ArchiveReader } from './archive-reader.js';
import type { ArchivedJob } from './parse-meta.js';

/** Which archived jobs are exported; absent members mean any. */
export interface ExportFilter {
  cluster?: string | undefined;
  /** Unix seconds, both ends included. */
  startTime?: { from: number; to: number } | undefined;
}

/** One job in the form of ClusterCockpit's job archive. */
export interface ExportedJob {
  /** What `meta.json` holds. */
  meta: ArchivedJob;
  /** What `data.json` holds. */
  data: JobData;
}

/** Gives archived jobs one after the other, in the order of their row ids, a page at a time. One that cannot be read is logged and left out. */
export function createExportJobs(
  db: StoreDatabase,
  reading: Session,
  archive: ArchiveReader,
  tags: JobTags,
  logger: Logger,
) {
  const next = prepare(db, (db, p: Params<{ after: number; cluster: string | null; from: number; to: number }>) =>
    db
      .selectFrom('job')
      .innerJoin('job_archive', 'job_archive.job', 'job.id')
      .select(jobColumns)
      .select(['meta_data', 'statistics'])
      .where('id', '>', p.after)
      .where('start_time', '>=', p.from)
      .where('start_time', '<=', p.to)
      .where(sql<boolean>`cluster = coalesce(${p.cluster}, cluster)`)
      .orderBy('id')
      .limit(jobsAtOnce)
      .$castTo<JobRow>(),
  );

  return async function* (filter: ExportFilter = {}): AsyncGenerator<ExportedJob, void, undefined> {
    const { cluster = null, startTime: { from, to } = everyTime } = filter;
    for (let after = 0; ;) {
      const rows = await reading.all(next, { after, cluster, from, to });
      if (rows.length === 0) return;
      after = (rows.at(-1) as JobRow).id;
      const ids = rows.map(({ id }) => id);
      const tagsOf = await tags.of(reading, ids, 'anybody');
      for (const row of rows) {
        try {
          const job = toJob(row, 0, tagsOf.get(row.id));
          const metrics = await archive.metricsOf(job);
          if (metrics === undefined) continue;
          const data: JobData = {};
          for (const { name, scope, metric } of metrics) data[name] = { ...data[name], [scope]: metric };
          yield { meta: toMeta(job, row.statistics), data };
        } catch (error) {
          if (!isStoreError(error)) throw error;
          logger.error({ err: error, id: row.id }, 'left an unreadable job out of an export');
        }
      }
    }
  };
}

function toMeta(job: Job, statistics: string | null | undefined): ArchivedJob {
  const text = typeof statistics === 'string' ? unsealText(statistics) : undefined;
  const { id: _, tags = [], ...rest } = job;
  return {
    ...rest,
    ...(tags.length === 0 ? {} : { tags: tags.map(({ type, name, scope }) => ({ type, name, scope })) }),
    statistics: text === undefined ? {} : (JSON.parse(text) as Job['statistics']),
  };
}

const jobsAtOnce = 25;
const everyTime = { from: -Number.MAX_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
