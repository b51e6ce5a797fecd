import type { SiteStore } from '@moorline/cc-api/server';
import { fromColumn, toColumn } from '../database/any-text.js';
import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import { bytesOf } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { CommitQueue } from '../sql/commit-queue.js';

/** The notice, and what machines left about themselves. */
export function createSiteStore(db: StoreDatabase, queue: CommitQueue, reading: Session, writing: Session): SiteStore {
  const getText = prepare(db, (db, p: Params<{ name: string }>) =>
    db.selectFrom('site_text').select('text').where('name', '=', p.name),
  );
  const putText = prepare(db, (db, p: Params<{ name: string; text: string }>) =>
    db
      .insertInto('site_text')
      .values({ name: p.name, text: p.text })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ text: p.text })),
  );
  const getState = prepare(db, (db, p: Params<Machine>) =>
    db
      .selectFrom('machine_state')
      .select(['body', 'modified_at'])
      .where('cluster', '=', p.cluster)
      .where('host', '=', p.host),
  );
  const putState = prepare(db, (db, p: Params<Machine & { body: Uint8Array; modifiedAt: number }>) =>
    db
      .insertInto('machine_state')
      .values({ cluster: p.cluster, host: p.host, body: p.body, modified_at: p.modifiedAt })
      .onConflict((conflict) =>
        conflict.columns(['cluster', 'host']).doUpdateSet({ body: p.body, modified_at: p.modifiedAt }),
      ),
  );
  const toKey = (cluster: string, host: string): Machine => ({ cluster: toColumn(cluster), host: toColumn(host) });

  return {
    async notice() {
      const row = await reading.first(getText, { name: 'notice' });
      return row === undefined ? '' : fromColumn(row.text);
    },
    setNotice: (text) =>
      queue.write(async () => void (await writing.run(putText, { name: 'notice', text: toColumn(text) }))),
    async machineState(cluster, host) {
      const row = await reading.first(getState, toKey(cluster, host));
      return row === undefined ? undefined : { body: bytesOf(row.body), modifiedAt: row.modified_at };
    },
    setMachineState: (cluster, host, { body, modifiedAt }) =>
      queue.write(async () => void (await writing.run(putState, { ...toKey(cluster, host), body, modifiedAt }))),
  };
}

interface Machine {
  cluster: string;
  host: string;
}
