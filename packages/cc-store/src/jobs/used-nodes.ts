import type { Resource } from '@moorline/cc-api';
import { jsonArrayOf } from '../database/portable.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/** The hosts of running jobs that started before a time, by cluster. */
export function createUsedNodes(db: StoreDatabase) {
  const query = prepare(db, (db, p: Params<{ before: number }>) =>
    db
      .selectFrom('job')
      .select((column) => ['cluster', jsonArrayOf(column.ref('resources')).as('resources')])
      .where('state', '=', 'running')
      .where('start_time', '<', p.before)
      .groupBy('cluster')
      .orderBy('cluster'),
  );

  /** @param before Unix seconds, exclusive. @returns hosts sorted by code unit, each once. */
  return async (session: Session, before: number): Promise<Record<string, string[]>> => {
    const used: Record<string, string[]> = {};
    for (const { cluster, resources } of await session.all(query, { before })) {
      const hosts = new Set<string>();
      for (const nodes of JSON.parse(resources) as Resource[][]) for (const { hostname } of nodes) hosts.add(hostname);
      used[cluster] = [...hosts].sort();
    }
    return used;
  };
}
