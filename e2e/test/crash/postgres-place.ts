import pg from 'pg';
import { onTestFinished } from 'vitest';
import { startPostgres } from '../../../tools/testenv/postgres.js';
import type { Place } from './servers.js';

/** A Postgres server of the test's own, for any number of servers. */
export async function placeOnPostgres(): Promise<Pick<Place, 'env' | 'settled'>> {
  const postgres = await startPostgres();
  const watcher = new pg.Client({ connectionString: postgres.url });
  onTestFinished(async () => {
    await watcher.end();
    postgres.stop();
  });
  await watcher.connect();
  const nameOf = (server: number): string => `server${server}`;
  return {
    env: (server) => ({ MOORLINE_SERVER_DATABASE_URL: `${postgres.url}?application_name=${nameOf(server)}` }),
    async settled(server) {
      // What the killed server had sent is still done; Postgres sees that it is gone after that.
      const find = 'select 1 from pg_stat_activity where application_name = $1';
      while ((await watcher.query(find, [nameOf(server)])).rowCount !== 0);
    },
  };
}
