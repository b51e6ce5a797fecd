import type { StartJob, StartOutcome } from '@moorline/cc-api/server';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { toDocument } from './job-document.js';
import type { JobHosts } from './job-hosts.js';
import type { JobTags } from './tags.js';

/** Seconds: a job id may be used again this long after every earlier start with it. */
const reuseAfterSeconds = 86_400;

/** The statements of a start, to be run inside one transaction. */
export function createStartJob(db: StoreDatabase, tags: JobTags, hosts: JobHosts) {
  /*
   * `new - old < 24 h`, signed: a start before any known one is a duplicate too (cc-api docs/protocol.md §3.1), so only
   * starts later than `new - 24 h` need to be looked for.
   */
  const findDuplicate = prepare(db, (db, p: Params<{ cluster: string; jobId: number; after: number }>) =>
    db
      .selectFrom('job')
      .select('id')
      .where('job_id', '=', p.jobId)
      .where('cluster', '=', p.cluster)
      .where('start_time', '>', p.after)
      .orderBy('start_time', 'desc')
      .limit(1),
  );
  const insert = prepare(db, (db, p: Params<NewJob>) =>
    db
      .insertInto('job')
      .values({
        cluster: p.cluster,
        job_id: p.jobId,
        start_time: p.startTime,
        state: 'running',
        project: p.project,
        user_name: p.user,
        duration: 0,
        resources: p.resources,
        document: p.document,
        meta_data: p.metaData,
        num_nodes: p.numNodes,
      })
      .returning('id'),
  );
  return async (session: Session, job: StartJob): Promise<StartOutcome> => {
    const { cluster, jobId, startTime } = job;
    const known = await session.first(findDuplicate, { cluster, jobId, after: startTime - reuseAfterSeconds });
    if (known !== undefined) return { outcome: 'duplicate', id: known.id };
    const row = await session.first(insert, {
      cluster,
      jobId,
      startTime,
      project: job.project,
      user: job.user,
      resources: JSON.stringify(job.resources),
      document: JSON.stringify(toDocument(job)),
      metaData: job.metaData ? JSON.stringify(job.metaData) : null,
      numNodes: job.numNodes,
    });
    const id = (row as { id: number }).id;
    await hosts.add(session, id, startTime, job.resources);
    if (job.tags !== undefined) await tags.attach(session, id, job.tags);
    return { outcome: 'started', id };
  };
}

interface NewJob {
  cluster: string;
  jobId: number;
  startTime: number;
  project: string;
  user: string;
  resources: string;
  document: string;
  metaData: string | null;
  numNodes: number;
}
