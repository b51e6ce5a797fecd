import { jsonArrayOf } from '../database/portable.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';

/** The hosts of running jobs that started before a time, by cluster. */
export function createUsedNodes(db: StoreDatabase) {
  const query = prepare(db, (db, p: Params<{ before: number }>) =>
    db
      .selectFrom(
        db
          .selectFrom('running_host')
          .select(['cluster', 'host'])
          .distinct()
          .where('start_time', '<', p.before)
          .as('used'),
      )
      .select((column) => ['cluster', jsonArrayOf(column.ref('host')).as('hosts')])
      .groupBy('cluster')
      .orderBy('cluster'),
  );

  /** @param before Unix seconds, exclusive. @returns hosts sorted by code point. */
  return async (session: Session, before: number): Promise<Record<string, string[]>> => {
    const used: Record<string, string[]> = {};
    for (const { cluster, hosts } of await session.all(query, { before })) {
      used[cluster] = (JSON.parse(hosts) as string[]).sort();
    }
    return used;
  };
}
