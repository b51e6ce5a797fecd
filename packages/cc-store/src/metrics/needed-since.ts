import type { Resource } from '@moorline/cc-api';
import { type Parameters as Params, prepare, type Query, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import { nextTurn } from '../next-turn.js';

/** From when on the samples of a host are needed still: since the start of its first job that runs or waits to be archived. */
export type NeededSince = (cluster: string, host: string) => number;

export function createNeededSince(db: StoreDatabase) {
  const columns = ['job.id', 'job.cluster', 'job.start_time', 'job.resources'] as const;
  const running = prepare(db, (db, p: Params<Place>) =>
    db
      .selectFrom('job')
      .select(columns)
      .where('state', '=', 'running')
      .where('start_time', '>=', p.startTime)
      .where((job) => job.or([job('start_time', '>', p.startTime), job('id', '>', p.id)]))
      .orderBy('start_time')
      .orderBy('id')
      .limit(jobsAtOnce),
  );
  const waiting = prepare(db, (db, p: Params<Place>) =>
    db
      .selectFrom('archive_queue')
      .innerJoin('job', 'job.id', 'archive_queue.job')
      .select(columns)
      .where('archive_queue.job', '>', p.id)
      .orderBy('archive_queue.job')
      .limit(jobsAtOnce),
  );

  return async (session: Session): Promise<NeededSince> => {
    const since = new Map<string, Map<string, number>>();
    // In this order: a job that stops meanwhile is found among those that wait.
    for (const query of [running, waiting]) {
      for await (const rows of pages(session, query)) {
        for (const { cluster, start_time: start, resources } of rows) {
          const hosts = since.get(cluster) ?? new Map<string, number>();
          since.set(cluster, hosts);
          for (const resource of JSON.parse(resources) as (Resource | null)[]) {
            if (resource !== null)
              hosts.set(resource.hostname, Math.min(start, hosts.get(resource.hostname) ?? Infinity));
          }
        }
      }
    }
    return (cluster, host) => since.get(cluster)?.get(host) ?? Infinity;
  };
}

/** Behind which job a page begins. */
interface Place {
  /** Unix seconds. */
  startTime: number;
  id: number;
}

interface Row {
  id: number;
  cluster: string;
  start_time: number;
  resources: string;
}

/** A million jobs may wait, after an update or an outage: neither are all in memory at once, nor does everybody wait until they are read. */
async function* pages(session: Session, query: Query<Place, Row>): AsyncGenerator<Row[]> {
  let place: Place = { startTime: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    const rows = await session.all(query, place);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < jobsAtOnce) return;
    place = { startTime: last.start_time, id: last.id };
    await nextTurn();
  }
}

const jobsAtOnce = 256;
