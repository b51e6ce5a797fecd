import type { Resource } from '@moorline/cc-api';
import { jsonArrayOf, listOf } from '../database/portable.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/**
 * The hosts of running jobs that started before a time, by cluster.
 *
 * The last answer is kept with the ids of the jobs that it was made of. A job's nodes never change and an id is never given
 * twice, so the same ids mean the same answer, whoever started, stopped or deleted jobs in between: another process too.
 */
export function createUsedNodes(db: StoreDatabase) {
  const running = (db: StoreDatabase, p: Params<Before>) =>
    db.selectFrom('job').where('state', '=', 'running').where('start_time', '<', p.before);
  const idsOf = (db: StoreDatabase, p: Params<Before>) =>
    running(db, p).select((job) => listOf(job.ref('id')).as('ids'));
  const findIds = prepare(db, idsOf);
  // The ids in the same statement: between two, jobs may come and go.
  const findResources = prepare(db, (db, p: Params<Before>) =>
    running(db, p)
      .select((job) => ['cluster', jsonArrayOf(job.ref('resources')).as('resources')])
      .select(idsOf(db, p).as('ids'))
      .groupBy('cluster')
      .orderBy('cluster'),
  );
  let last: { ids: string | null; used: Record<string, string[]> } = { ids: null, used: {} };

  /** @param before Unix seconds, exclusive. @returns hosts sorted by code unit, each once; the same object while nothing changed. */
  return async (session: Session, before: number): Promise<Record<string, string[]>> => {
    const ids = (await session.first(findIds, { before }))?.ids ?? null;
    if (last.ids === ids) return last.used;
    const rows = await session.all(findResources, { before });
    last = { ids: rows[0]?.ids ?? null, used: hostsByCluster(rows) };
    return last.used;
  };
}

interface Before {
  before: number;
}

function hostsByCluster(rows: readonly { cluster: string; resources: string }[]): Record<string, string[]> {
  const used: Record<string, string[]> = {};
  for (const { cluster, resources } of rows) {
    const hosts = new Set<string>();
    // A null in the place of a node is refused today, and must not hide the others where it got in.
    for (const nodes of JSON.parse(resources) as (Resource | null)[][]) {
      for (const node of nodes) if (node !== null) hosts.add(node.hostname);
    }
    used[cluster] = [...hosts].sort();
  }
  return used;
}
