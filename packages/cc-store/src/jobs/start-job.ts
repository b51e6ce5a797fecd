import type { StartJob, StartOutcome } from '@moorline/cc-api/server';
import { sql } from 'kysely';
import { prepareForRows } from '../database/many-rows.js';
import { tableOf } from '../database/portable.js';
import type { Parameters as Params, Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { toDocument } from './job-document.js';
import { inRounds } from './in-rounds.js';
import type { JobHosts } from './job-hosts.js';
import type { JobTags } from './tags.js';

/** Seconds: a job id may be used again this long after every earlier start with it. */
const reuseAfterSeconds = 86_400;

/** Starts jobs inside one transaction, each as though those before it had been started alone. */
export type StartJobs = (session: Session, jobs: readonly StartJob[]) => Promise<StartOutcome[]>;

export function createStartJobs(db: StoreDatabase, tags: JobTags, hosts: JobHosts): StartJobs {
  /*
   * `new - old < 24 h`, signed: a start before any known one is a duplicate too (cc-api docs/protocol.md §3.1), so only
   * starts later than `new - 24 h` need to be looked for.
   */
  const findDuplicates = prepareForRows(db, ['jobId', 'cluster', 'after'], (db, starts: readonly Params<Start>[]) =>
    db
      .selectFrom(tableOf(starts, { jobId: 'bigint', cluster: 'text', after: 'bigint' }, 'start'))
      .innerJoin('job', (join) =>
        join.on('job.id', '=', ({ selectFrom }) =>
          selectFrom('job as known')
            .select('known.id')
            .whereRef('known.job_id', '=', 'start.jobId')
            .whereRef('known.cluster', '=', 'start.cluster')
            .whereRef('known.start_time', '>', 'start.after')
            .orderBy('known.start_time', 'desc')
            .limit(1),
        ),
      )
      .select(['job.id', 'job.job_id']),
  );
  const insert = prepareForRows(
    db,
    ['cluster', 'job_id', 'start_time', 'project', 'user_name', 'resources', 'document', 'meta_data', 'num_nodes'],
    (db, rows: readonly Params<NewJob>[]) =>
      db
        .insertInto('job')
        .values(rows.map((row) => ({ ...row, state: sql<string>`'running'`, duration: sql<number>`0` })))
        .returning(['id', 'job_id']),
  );

  /** Of jobs with an id of the scheduler's each. */
  const startRound = async (session: Session, jobs: readonly StartJob[]): Promise<StartOutcome[]> => {
    const starts = jobs.map(({ jobId, cluster, startTime }) => ({
      jobId,
      cluster,
      after: startTime - reuseAfterSeconds,
    }));
    const known = idsByJob(await findDuplicates.all(session, starts));
    const news = known.size === 0 ? jobs : jobs.filter(({ jobId }) => !known.has(jobId));
    const started = idsByJob(await insert.all(session, news.map(toRow)));
    const idOf = ({ jobId }: StartJob): number => started.get(jobId) as number;
    await hosts.add(
      session,
      news.map((job) => ({ id: idOf(job), startTime: job.startTime, nodes: job.resources })),
    );
    for (const job of news) if (job.tags !== undefined) await tags.attach(session, idOf(job), job.tags);
    return jobs.map((job) => {
      const id = known.get(job.jobId);
      return id === undefined ? { outcome: 'started', id: idOf(job) } : { outcome: 'duplicate', id };
    });
  };
  return (session, jobs) =>
    inRounds(
      jobs,
      ({ jobId }) => jobId,
      (round) => startRound(session, round),
    );
}

const idsByJob = (rows: readonly { id: number; job_id: number }[]): Map<number, number> =>
  new Map(rows.map(({ id, job_id }) => [job_id, id]));

const toRow = (job: StartJob): NewJob => ({
  cluster: job.cluster,
  job_id: job.jobId,
  start_time: job.startTime,
  project: job.project,
  user_name: job.user,
  resources: JSON.stringify(job.resources),
  document: JSON.stringify(toDocument(job)),
  meta_data: job.metaData ? JSON.stringify(job.metaData) : null,
  num_nodes: job.numNodes,
});

interface Start {
  jobId: number;
  cluster: string;
  /** Unix seconds. */
  after: number;
}

interface NewJob {
  cluster: string;
  job_id: number;
  start_time: number;
  project: string;
  user_name: string;
  resources: string;
  document: string;
  meta_data: string | null;
  num_nodes: number;
}
