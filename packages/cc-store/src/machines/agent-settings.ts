import { type Parameters as Params, prepare, type Session } from '../database/query.js';
import type { StoreDatabase } from '../database/store-database.js';
import type { CommitQueue } from '../sql/commit-queue.js';

/** What agents are told to do, as texts by key. Which keys there are and what they mean is for others to say. */
export interface AgentSettings {
  all(): Promise<Readonly<Record<string, string>>>;
  /** @param value undefined takes the setting away. */
  set(key: string, value: string | undefined): Promise<void>;
}

export function createAgentSettings(
  db: StoreDatabase,
  queue: CommitQueue,
  reading: Session,
  writing: Session,
): AgentSettings {
  const all = prepare(db, (db, _: Params<object>) =>
    db.selectFrom('agent_setting').select(['key', 'value']).orderBy('key'),
  );
  const put = prepare(db, (db, p: Params<{ key: string; value: string }>) =>
    db
      .insertInto('agent_setting')
      .values({ key: p.key, value: p.value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: p.value })),
  );
  const remove = prepare(db, (db, p: Params<{ key: string }>) =>
    db.deleteFrom('agent_setting').where('key', '=', p.key),
  );
  return {
    all: async () => Object.fromEntries((await reading.all(all, {})).map(({ key, value }) => [key, value])),
    set: (key, value) =>
      queue.write(async () => {
        await (value === undefined ? writing.run(remove, { key }) : writing.run(put, { key, value }));
      }),
  };
}
