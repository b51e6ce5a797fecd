import type { Resource } from '@moorline/cc-api';
import { sql } from 'kysely';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { hostsOf } from './hosts-of.js';

/** The rows by which a job is found by its nodes; to be written inside the transaction that writes the job. */
export interface JobHosts {
  /** @param nodes the job's. */
  add(session: Session, id: number, startTime: number, nodes: readonly Resource[]): Promise<void>;
  remove(session: Session, job: HostedJob): Promise<void>;
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
  const inserts = sizes.map((size) => ({ size, insert: insertOf(db, size) }));
  const deleteOne = prepare(db, (db, p: Params<{ host: string; startTime: number; job: number }>) =>
    db.deleteFrom('job_host').where('host', '=', p.host).where('start_time', '=', p.startTime).where('job', '=', p.job),
  );

  return {
    async add(session, id, startTime, nodes) {
      const hosts = [...new Set(nodes.map(({ hostname }) => hostname))];
      for (let start = 0; start < hosts.length;) {
        for (const { size, insert } of inserts) {
          if (hosts.length - start < size) continue;
          const values: InsertValues = { job: id, startTime };
          for (let place = 0; place < size; place++) values[`host${place}`] = hosts[start + place] as string;
          await session.run(insert, values);
          start += size;
          break;
        }
      }
    },
    async remove(session, { id, startTime, resources }) {
      for (const host of hostsOf(resources)) await session.run(deleteOne, { host, startTime, job: id });
    },
  };
}

/** Rows of one statement: a job of a thousand nodes takes some twenty, one of a single node one. */
const sizes = [64, 16, 4, 1];

type InsertValues = { job: number; startTime: number } & Record<`host${number}`, string>;

function insertOf(db: StoreDatabase, size: number): Query<InsertValues, unknown> {
  return prepare(db, (db, p: Params<InsertValues>) =>
    db.insertInto('job_host').values(
      Array.from({ length: size }, (_, place) => ({
        host: sql<string>`${p[`host${place}`]}`,
        start_time: p.startTime,
        job: p.job,
      })),
    ),
  );
}
