import { type Kysely, type Migration, Migrator, NO_MIGRATIONS } from 'kysely';
import { isStoreError, StoreError } from '../errors.js';
import { jobs } from './migrations/0001-jobs.js';
import { clustersAndNodes } from './migrations/0002-clusters-and-nodes.js';
import { machines } from './migrations/0003-machines.js';
import { metrics } from './migrations/0004-metrics.js';
import { usersAndSite } from './migrations/0005-users-and-site.js';
import { jobIndexes } from './migrations/0008-job-indexes.js';
import type { StoreDatabase } from './store-database.js';

/** Every migration by name, in the order in which they are applied. A released one never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_jobs': jobs,
  '0002_clusters_and_nodes': clustersAndNodes,
  '0003_machines': machines,
  '0004_metrics': metrics,
  '0005_users_and_site': usersAndSite,
  '0008_job_indexes': jobIndexes,
};

/**
 * Brings the tables to `target` (default: the newest), up or down.
 *
 * @param target a migration's name, or `none`: before the first one.
 * @throws StoreError `file_newer`, `migration_failed`, or what the database said (`disk_full` …).
 */
export async function migrate(db: StoreDatabase, path: string, target?: string): Promise<void> {
  const unknown = (await appliedMigrations(db)).filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new StoreError(`${path} was written by a newer version: it has the unknown migration ${unknown[0]}`, {
      code: 'file_newer',
      hint: 'start the newer version again, or restore a backup made before it ran',
      details: { path, unknown },
    });
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results = [] } =
    target === undefined
      ? await migrator.migrateToLatest()
      : await migrator.migrateTo(target === 'none' ? NO_MIGRATIONS : target);
  if (error === undefined) return;
  if (isStoreError(error) && error.code !== 'query_failed' && error.code !== 'constraint') throw error;
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'unknown';
  throw new StoreError(
    `migrating ${path} failed at ${failed}: ${error instanceof Error ? error.message : String(error)}`,
    {
      code: 'migration_failed',
      hint: 'the file is as it was before that migration; keep a copy of it and report this',
      cause: error,
      details: { path, migration: failed },
    },
  );
}

/** The names of the migrations that the file has. */
export async function appliedMigrations(db: StoreDatabase): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const journal = db as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await journal.selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}
