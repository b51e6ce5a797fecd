import type { Resource } from '@moorline/cc-api';
import { prepareForRows } from '../database/many-rows.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { hostsOf } from './hosts-of.js';

/** The rows by which a job is found by its nodes; to be written inside the transaction that writes the job. */
export interface JobHosts {
  add(session: Session, jobs: readonly NewHostedJob[]): Promise<void>;
  remove(session: Session, job: HostedJob): Promise<void>;
}

/** A job that has no such rows yet. */
export interface NewHostedJob {
  id: number;
  /** Unix seconds. */
  startTime: number;
  nodes: readonly Resource[];
}

/** What of a job those rows are made of; none of it ever changes. */
export interface HostedJob {
  id: number;
  /** Unix seconds. */
  startTime: number;
  /** The column. */
  resources: string;
}

export function createJobHosts(db: StoreDatabase): JobHosts {
  const insert = prepareForRows(
    db,
    ['host', 'start_time', 'job'],
    (db, rows: readonly Params<{ host: string; start_time: number; job: number }>[]) =>
      db.insertInto('job_host').values(rows),
  );
  const deleteOne = prepare(db, (db, p: Params<{ host: string; startTime: number; job: number }>) =>
    db.deleteFrom('job_host').where('host', '=', p.host).where('start_time', '=', p.startTime).where('job', '=', p.job),
  );

  return {
    async add(session, jobs) {
      const rows: { host: string; start_time: number; job: number }[] = [];
      for (const { id, startTime, nodes } of jobs) {
        const hosts = new Set<string>();
        for (const { hostname } of nodes) hosts.add(hostname);
        for (const host of hosts) rows.push({ host, start_time: startTime, job: id });
      }
      await insert.run(session, rows);
    },
    async remove(session, { id, startTime, resources }) {
      for (const host of hostsOf(resources)) await session.run(deleteOne, { host, startTime, job: id });
    },
  };
}
