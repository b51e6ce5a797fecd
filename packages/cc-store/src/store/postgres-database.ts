import type { Clock, Logger } from '@moorline/core';
import { Kysely, sql } from 'kysely';
import { migrate } from '../database/migrate.js';
import type { Schema } from '../database/schema.js';
import { StoreError } from '../errors.js';
import { Announcements } from '../postgres/announcements.js';
import { createChangeListener } from '../postgres/change-listener.js';
import { PostgresConnection } from '../postgres/connection.js';
import { PortablePostgresDialect } from '../postgres/dialect.js';
import { loadPostgres } from '../postgres/driver.js';
import { connectionSession, poolSession } from '../postgres/sessions.js';
import { type PostgresOptions, targetOf } from '../postgres/target.js';
import { toParameters } from '../postgres/values.js';
import { PostgresWriter } from '../postgres/writer.js';
import type { OpenDatabase } from './database.js';

export interface PostgresDatabaseOptions {
  postgres: PostgresOptions;
  durability: 'full' | 'relaxed';
  clock: Clock;
  logger: Logger;
}

/** The store's tables in one schema of a Postgres database, which other servers have open too. */
export async function openPostgresDatabase({
  postgres,
  durability,
  clock,
  logger,
}: PostgresDatabaseOptions): Promise<OpenDatabase> {
  const { poolSize = 4 } = postgres;
  if (!Number.isInteger(poolSize) || poolSize < 1) {
    throw new StoreError(`poolSize is ${poolSize}, not an integer ≥ 1`, { code: 'invalid_argument' });
  }
  const target = targetOf(postgres, durability);
  const driver = await loadPostgres();
  const writer = new PostgresConnection(driver, target);
  const folder = new PostgresConnection(driver, target);
  const announcements = new Announcements(target.schema);
  const pool = new driver.Pool({ ...target.config, max: poolSize });
  pool.on('error', (error) => logger.warn({ err: error }, 'a connection to Postgres that was idle is lost'));
  const db = new Kysely<Schema>({ dialect: new PortablePostgresDialect({ pool }) });
  const close = async (): Promise<void> => {
    await writer.close();
    await folder.close();
    await pool.end();
  };
  try {
    await writer.connect();
    await prepareDatabase(writer);
    await migrate(db, target.name, { schema: target.schema });
    let readMs = 0;
    let reads = 0;
    const reading = poolSession(
      pool,
      target,
      (ms) => {
        reads++;
        readMs += ms;
      },
      () => clock.monotonic(),
    );
    return {
      db,
      transactions: new PostgresWriter(writer, announcements),
      reading,
      writing: connectionSession(writer),
      folding: { transactions: new PostgresWriter(folder), session: connectionSession(folder) },
      others: {
        ...createChangeListener({ driver, target, announcements, clock, logger }),
        async announce(changes) {
          const { statement } = announcements;
          for (const values of announcements.valuesOf(changes)) await pool.query(statement, toParameters(values));
        },
      },
      get reads() {
        return reads;
      },
      get readMs() {
        return readMs;
      },
      async bytes() {
        const { rows } = await sql<{ bytes: number }>`
          select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class
          where relnamespace = current_schema()::regnamespace and relkind = 'r'`.execute(db);
        return rows[0]?.bytes ?? 0;
      },
      // Postgres checks its pages when it reads them, where it was made with checksums, and its constraints when it writes.
      faults: async () => [],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Makes the schema where it is missing.
 *
 * @throws StoreError `database_refused` where the store cannot live.
 */
export async function prepareDatabase(connection: PostgresConnection): Promise<void> {
  const { name, schema } = connection.target;
  const { rows } = await connection.query(
    "select current_setting('server_version_num')::bigint as version, current_setting('server_encoding') as encoding, to_regnamespace($1) is not null as found",
    [schema],
  );
  const { version, encoding, found } = rows[0] as { version: number; encoding: string; found: number };
  if (version < oldestVersion) {
    throw new StoreError(`${name} is of Postgres ${version}: too old`, {
      code: 'database_refused',
      hint: 'use Postgres 15 or later',
    });
  }
  if (encoding !== 'UTF8') {
    throw new StoreError(`${name} keeps texts as ${encoding}, which does not have every character`, {
      code: 'database_refused',
      hint: 'make it anew: createdb --encoding=UTF8 --template=template0 NAME',
    });
  }
  // Only where it is missing: a user who may not make schemas can use one that is there.
  if (found === 0) await connection.exec(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
}

/** As `server_version_num` counts. */
const oldestVersion = 150_000;
