import { encodeStatistics } from '@moorline/cc-api/server';
import { jobChange } from '../changes/change.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { toDocument } from '../jobs/job-document.js';
import type { JobHosts } from '../jobs/job-hosts.js';
import { sealText } from '../jobs/statistics-text.js';
import type { JobTags } from '../jobs/tags.js';
import type { CommitQueue } from '../sql/commit-queue.js';
import { encodeArchive } from './archive-data.js';
import type { ArchiveTables } from './archive-tables.js';
import { parseData } from './parse-data.js';
import { parseMeta } from './parse-meta.js';

/** What became of an imported job; `known`: one with its jobId, cluster and startTime is there already and stays as it is. */
export interface ImportOutcome {
  outcome: 'imported' | 'known';
  /** The row. */
  id: number;
}

/** Takes over jobs of ClusterCockpit's job archive. */
export function createImportJob(
  db: StoreDatabase,
  queue: CommitQueue,
  writing: Session,
  tables: ArchiveTables,
  tags: JobTags,
  hosts: JobHosts,
) {
  const find = prepare(db, (db, p: Params<{ cluster: string; jobId: number; startTime: number }>) =>
    db
      .selectFrom('job')
      .select('id')
      .where('job_id', '=', p.jobId)
      .where('cluster', '=', p.cluster)
      .where('start_time', '=', p.startTime),
  );
  const insert = prepare(db, (db, p: Params<NewJob>) =>
    db
      .insertInto('job')
      .values({
        cluster: p.cluster,
        job_id: p.jobId,
        start_time: p.startTime,
        state: p.state,
        project: p.project,
        user_name: p.user,
        duration: p.duration,
        resources: p.resources,
        document: p.document,
        meta_data: p.metaData,
        statistics: p.statistics,
        num_nodes: p.numNodes,
      })
      .returning('id'),
  );

  return async (meta: unknown, data?: unknown): Promise<ImportOutcome> => {
    const job = parseMeta(meta);
    const packed = await encodeArchive(data === undefined || data === null ? [] : parseData(data));
    const { cluster, jobId, startTime } = job;
    const write = async (): Promise<ImportOutcome> => {
      const known = await writing.first(find, { cluster, jobId, startTime });
      if (known !== undefined) return { outcome: 'known', id: known.id };
      const row = await writing.first(insert, {
        cluster,
        jobId,
        startTime,
        state: job.jobState,
        project: job.project,
        user: job.user,
        duration: job.duration,
        resources: JSON.stringify(job.resources),
        document: JSON.stringify(toDocument({ ...job, monitoringStatus: 3 })),
        metaData: job.metaData === null ? null : JSON.stringify(job.metaData),
        statistics: sealText(encodeStatistics(job.statistics)),
        numNodes: job.numNodes,
      });
      const { id } = row as { id: number };
      await hosts.add(writing, [{ id, startTime, nodes: job.resources }]);
      if (job.tags !== undefined) await tags.attach(writing, id, job.tags);
      await tables.putData(writing, id, packed);
      return { outcome: 'imported', id };
    };
    return queue.write(write, undefined, ({ outcome, id }) =>
      outcome === 'imported' ? [jobChange('changed', id)] : [],
    );
  };
}

interface NewJob {
  cluster: string;
  jobId: number;
  startTime: number;
  state: string;
  project: string;
  user: string;
  duration: number;
  resources: string;
  document: string;
  metaData: string | null;
  statistics: string;
  numNodes: number;
}
