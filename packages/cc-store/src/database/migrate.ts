import { type Kysely, type Migration, Migrator, NO_MIGRATIONS, type SelectQueryBuilder } from 'kysely';
import { isStoreError, StoreError } from '../errors.js';
import { hasTable } from './portable.js';
import { jobs } from './migrations/0001-jobs.js';
import { clustersAndNodes } from './migrations/0002-clusters-and-nodes.js';
import { machines } from './migrations/0003-machines.js';
import { metrics } from './migrations/0004-metrics.js';
import { usersAndSite } from './migrations/0005-users-and-site.js';
import { archive } from './migrations/0006-archive.js';
import { jobIndexes } from './migrations/0008-job-indexes.js';
import { rollups } from './migrations/0009-rollups.js';
import { identities } from './migrations/0010-identities.js';
import { search } from './migrations/0011-search.js';
import type { StoreDatabase } from './store-database.js';

/** Every migration by name, in the order in which they are applied. A released one never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_jobs': jobs,
  '0002_clusters_and_nodes': clustersAndNodes,
  '0003_machines': machines,
  '0004_metrics': metrics,
  '0005_users_and_site': usersAndSite,
  '0006_archive': archive,
  '0008_job_indexes': jobIndexes,
  '0009_rollups': rollups,
  '0010_identities': identities,
  '0011_search': search,
};

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** A migration's name, or `none`: before the first one. Default: the newest. */
  target?: string | undefined;
  /** Where the tables are, in a database that has schemas. */
  schema?: string | undefined;
}

/**
 * Brings the tables to a version, up or down.
 *
 * On Postgres under a lock, so that servers that start at once wait for the first.
 *
 * @param name of file or database, for messages.
 * @throws StoreError `file_newer`, `migration_failed`, or what the database said (`disk_full` …).
 */
export async function migrate(db: StoreDatabase, name: string, { target, schema }: MigrateOptions = {}): Promise<void> {
  const applied = (await appliedMigrations(db)).map((migration) => migration.name);
  const unknown = applied.filter((migration) => !(migration in migrations));
  if (unknown.length > 0) {
    throw new StoreError(`${name} was written by a newer version: it has the unknown migration ${unknown[0]}`, {
      code: 'file_newer',
      hint: 'start the newer version again, or restore a backup made before it ran',
      details: { path: name, unknown },
    });
  }
  // As at nearly every open: the migrator would take its lock and look through every table of the database to find that out.
  const wanted = migrationsOf(target);
  if (applied.length === wanted.length && wanted.every((migration, index) => migration === applied[index])) return;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error, results = [] } =
    target === undefined
      ? await migrator.migrateToLatest()
      : await migrator.migrateTo(target === 'none' ? NO_MIGRATIONS : target);
  if (error === undefined) return;
  if (isStoreError(error) && error.code !== 'query_failed' && error.code !== 'constraint') throw error;
  const failed = results.find((result) => result.status === 'Error')?.migrationName ?? 'unknown';
  throw new StoreError(
    `migrating ${name} failed at ${failed}: ${error instanceof Error ? error.message : String(error)}`,
    {
      code: 'migration_failed',
      hint: 'the file is as it was before that migration; keep a copy of it and report this',
      cause: error,
      details: { path: name, migration: failed },
    },
  );
}

/** The names of the migrations that lead to a target. */
function migrationsOf(target: string | undefined): string[] {
  const names = Object.keys(migrations);
  return target === undefined ? names : names.slice(0, names.indexOf(target) + 1);
}

/** A migration that a database has. */
export interface AppliedMigration {
  name: string;
  /** When it was applied: ISO 8601, UTC. */
  timestamp: string;
}

/** The migrations that the database has, by their names. */
export async function appliedMigrations(db: StoreDatabase): Promise<AppliedMigration[]> {
  return (await hasTable(db, 'kysely_migration')) ? journalOf(db).execute() : [];
}

/** The same of a database that has tables. Kysely's migrator keeps this journal. */
export function journalOf(db: StoreDatabase): SelectQueryBuilder<Journal, 'kysely_migration', AppliedMigration> {
  const journal = db as unknown as Kysely<Journal>;
  return journal.selectFrom('kysely_migration').select(['name', 'timestamp']).orderBy('name');
}

interface Journal {
  kysely_migration: AppliedMigration;
}
