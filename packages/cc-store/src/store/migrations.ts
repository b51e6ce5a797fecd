import { existsSync } from 'node:fs';
import { systemClock } from '@moorline/core';
import { Kysely } from 'kysely';
import { LibsqlDialect } from '../database/libsql-dialect.js';
import { type AppliedMigration, appliedMigrations, migrate, migrations } from '../database/migrate.js';
import type { Schema } from '../database/schema.js';
import type { StoreDatabase } from '../database/store-database.js';
import { StoreError } from '../errors.js';
import { PostgresConnection } from '../postgres/connection.js';
import { PortablePostgresDialect } from '../postgres/dialect.js';
import { loadPostgres } from '../postgres/driver.js';
import { toStoreError } from '../postgres/errors.js';
import { type PostgresOptions, targetOf } from '../postgres/target.js';
import { loadDriver } from '../sql/driver.js';
import { prepareDatabase } from './postgres-database.js';
import { openStoreFile } from './store-file.js';
import type { FileStoreOptions, PostgresStoreOptions } from './store-options.js';

/** Where a store is, for what is done to its tables while no server has it open. */
export type StoreTarget = Pick<FileStoreOptions, 'path' | 'postgres'> | Pick<PostgresStoreOptions, 'path' | 'postgres'>;

/** The versions of a store's tables, by the names of the migrations that lead to them, oldest first. */
export interface StoreMigrations {
  /** Those that the database has. */
  applied: string[];
  /** When each of them was applied, Unix milliseconds, by its name. */
  appliedAt: Readonly<Record<string, number>>;
  /** Those of `applied` that this version does not know: a newer one made them, and only it can take them back. */
  unknown: string[];
  /** Those that `openStore` would apply. */
  pending: string[];
}

/**
 * Tells which migrations a store has. Nothing is made or changed: where no store is yet, all are pending.
 *
 * @throws StoreError `store_in_use`, `file_corrupt`, `file_foreign`, `directory_not_writable`, `driver_unavailable`; on Postgres
 * `connection_lost`, `database_refused`, `driver_unavailable`, `invalid_argument`.
 */
export async function storeMigrations(target: StoreTarget): Promise<StoreMigrations> {
  if (target.path !== undefined && !existsSync(target.path)) return stateOf([]);
  return withTables(target, false, async ({ db }) => stateOf(await appliedMigrations(db)));
}

/**
 * Brings a store's tables to a version, up or down, each migration whole or not at all. What a version did not have is lost on the
 * way down. Nobody may have the store open: of a file that is made sure, servers on Postgres must be stopped.
 *
 * @param to the name of the last migration to have, or `none`: no tables at all. Default: the newest.
 * @returns what the store has then.
 * @throws StoreError as {@link storeMigrations}, and `file_newer`, `migration_failed`, `disk_full`; `invalid_argument` for a name that is none.
 */
export async function migrateStore(target: StoreTarget, to?: string): Promise<StoreMigrations> {
  if (to !== undefined && to !== 'none' && !Object.hasOwn(migrations, to)) {
    throw new StoreError(`there is no migration "${to}"`, {
      code: 'invalid_argument',
      hint: `name one of: none, ${Object.keys(migrations).join(', ')}`,
    });
  }
  return withTables(target, true, async ({ db, name, schema }) => {
    await migrate(db, name, { target: to, schema });
    return stateOf(await appliedMigrations(db));
  });
}

/** What the journal of a database comes to. */
export function stateOf(journal: readonly AppliedMigration[]): StoreMigrations {
  const applied = journal.map(({ name }) => name);
  const known = Object.keys(migrations);
  return {
    applied,
    appliedAt: Object.fromEntries(journal.map(({ name, timestamp }) => [name, Date.parse(timestamp)])),
    unknown: applied.filter((name) => !known.includes(name)),
    pending: known.filter((name) => !applied.includes(name)),
  };
}

/** A database with its tables, whichever version they are of. */
interface Tables {
  db: StoreDatabase;
  /** Of file or database, for messages. */
  name: string;
  /** Where the tables are, in a database that has schemas. */
  schema?: string | undefined;
}

/** @param isToBeWritten makes what the tables will be in where it is missing. */
function withTables<T>(target: StoreTarget, isToBeWritten: boolean, use: (tables: Tables) => Promise<T>): Promise<T> {
  if (target.postgres !== undefined) return inPostgres(target.postgres, isToBeWritten, use);
  return inFile(target.path, use);
}

async function inFile<T>(path: string, use: (tables: Tables) => Promise<T>): Promise<T> {
  const file = openStoreFile({ driver: await loadDriver(), path, durability: 'full', clock: systemClock });
  try {
    return await use({ db: new Kysely<Schema>({ dialect: new LibsqlDialect(file.writer) }), name: path });
  } finally {
    file.close();
  }
}

async function inPostgres<T>(
  postgres: PostgresOptions,
  isToBeWritten: boolean,
  use: (tables: Tables) => Promise<T>,
): Promise<T> {
  const target = targetOf(postgres, 'full');
  const driver = await loadPostgres();
  const { name, schema } = target;
  if (isToBeWritten) {
    const connection = new PostgresConnection(driver, target);
    try {
      await connection.connect();
      await prepareDatabase(connection);
    } finally {
      await connection.close();
    }
  }
  const pool = new driver.Pool({ ...target.config, max: 1 });
  // A connection that is lost while it is idle: the next statement tells.
  pool.on('error', () => undefined);
  try {
    return await use({ db: new Kysely<Schema>({ dialect: new PortablePostgresDialect({ pool }) }), name, schema });
  } catch (error) {
    throw toStoreError(error, 'looking at the tables', name);
  } finally {
    await pool.end();
  }
}
