import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger, systemClock } from '@moorline/core';
import type { FakeClock } from '@moorline/core/testing';
import {
  type CommonStoreOptions,
  type FileStoreOptions,
  openStore,
  type PostgresStoreOptions,
  type Store,
} from '@moorline/cc-store';
import type { Client } from 'pg';
import { expect, inject, onTestFinished } from 'vitest';
import { loadPostgres } from '../src/postgres/driver.js';
import { resultTypes } from '../src/postgres/values.js';
import { Connection, type SqlRow } from '../src/sql/connection.js';
import { loadDriver, type SqlValue } from '../src/sql/driver.js';
import type { OpenDatabase } from '../src/store/database.js';
import { openDatabase } from '../src/store/open-database.js';
import { bundled } from '../../../tools/testenv/bundle.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { demo } from './fixtures.js';

export * from './fixtures.js';
export { temporaryFolder };

/** Where a store is: in a file, or in a schema of the database that these tests run on. */
export type Place = Pick<FileStoreOptions, 'path'> | Pick<PostgresStoreOptions, 'postgres'>;

/** Absent where the tests run on libsql. */
const postgresUrl = inject('postgresUrl') as string | undefined;

/** Whether the tests run on Postgres, where other servers may have the store open. */
export const isShared = postgresUrl !== undefined;

/** Schemas of this process whose tables are there and empty again. */
const freeSchemas: string[] = [];
/** One connection for what tests do past the store. */
let besides: Promise<Client> | undefined;

/** Where nobody was before; gone after the test. */
export function emptyPlace(): Place {
  if (postgresUrl === undefined) return { path: join(temporaryFolder(), 'store.db') };
  const postgres = { url: postgresUrl, schema: `test_${randomUUID().replaceAll('-', '')}` };
  onTestFinished(() => runSql({ postgres }, `drop schema if exists ${postgres.schema} cascade`).then(() => undefined));
  return { postgres };
}

/** Where nothing is kept yet, and nothing stays after the test. */
export function freshPlace(): Place {
  if (postgresUrl === undefined) return { path: join(temporaryFolder(), 'store.db') };
  const schema = freeSchemas.pop() ?? `test_${randomUUID().replaceAll('-', '')}`;
  const postgres = { url: postgresUrl, schema, poolSize: 2 };
  onTestFinished(async () => {
    await emptyTables({ postgres });
    freeSchemas.push(schema);
  });
  return { postgres };
}

/**
 * Takes every row away and numbers from 1 again. Deleting what tests wrote takes a tenth of what truncating takes, which makes new
 * files for each table and index; and that is a tenth of what migrations take.
 */
async function emptyTables(place: Place): Promise<void> {
  const tables = await runSql(
    place,
    "select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'kysely%'",
  );
  if (tables.length === 0) return;
  // One statement, at whose end references are checked: all tables are empty then.
  const deletes = tables.map(({ name }, index) => `t${index} as (delete from ${String(name)})`);
  await runSql(
    place,
    `with ${deletes.join(', ')} select setval(oid, 1, false) from pg_class where relkind = 'S' and relnamespace = current_schema()::regnamespace`,
  );
}

/** Runs one statement past the store, with `?` for its values. @returns its rows. */
export async function runSql(place: Place, sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
  if ('postgres' in place) {
    const { url, schema = 'public' } = place.postgres;
    besides ??= connect(url);
    const client = await besides;
    let number = 0;
    const text = sql.replaceAll('?', () => `$${++number}`);
    // In one message each, and in their order: nobody else's statement comes between them.
    const [, { rows }] = await Promise.all([
      client.query(`set search_path = ${schema}`),
      client.query({ text, values: [...values], types: resultTypes }),
    ]);
    return rows as SqlRow[];
  }
  const connection = new Connection(await loadDriver(), place.path);
  try {
    const result = connection.execute(sql, values);
    return 'rows' in result ? result.rows : [];
  } finally {
    connection.close();
  }
}

async function connect(url: string): Promise<Client> {
  const { Client } = await loadPostgres();
  const client = new Client(url);
  client.on('error', () => (besides = undefined));
  await client.connect();
  return client;
}

/** The database of a place without its store, closed with the test. */
export async function databaseAt(place: Place): Promise<OpenDatabase> {
  const database = await openDatabase(place, systemClock, silentLogger);
  onTestFinished(() => database.close());
  return database;
}

/** A store with the cluster `demo`, closed with the test. */
export async function demoStore(options: Partial<Place> & CommonStoreOptions = {}): Promise<Store> {
  const { path, postgres, ...common } = { path: undefined, postgres: undefined, ...options };
  const place = path !== undefined ? { path } : postgres !== undefined ? { postgres } : freshPlace();
  const store = await openStore({ ...common, ...place });
  onTestFinished(() => store.close());
  await store.clusters.putCluster(demo);
  return store;
}

/** A program of `test/children`, as `test/build-children.ts` makes it. */
export interface Child {
  readonly process: ChildProcess;
  /** The lines that it printed up to now. */
  readonly lines: readonly string[];
  /** Resolves when it has printed a line that passes. */
  line(test: (line: string) => boolean): Promise<string>;
  /** Resolves when it ended, with its exit code or the signal's name. */
  readonly ended: Promise<number | string>;
}

export function startChild(name: string, ...parameters: string[]): Child {
  const program = bundled(resolve(import.meta.dirname, '..'), name);
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | string>((done) => child.on('close', (code, signal) => done(code ?? signal ?? '')));
  return {
    process: child,
    lines,
    ended,
    line: (test) =>
      new Promise((done, fail) => {
        const look = () => {
          const found = lines.find(test);
          if (found === undefined) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
        void ended.then((how) => fail(new Error(`${name} ended (${how}) before it printed what was waited for`)));
      }),
  };
}

/**
 * Looks again and again, an hour of the store's clock later each time: its upkeep works in its own time, and comes round every hour.
 */
export function pollHourly<T>(store: Store, clock: FakeClock, look: () => Promise<T>) {
  return expect.poll(
    async () => {
      await clock.advance(3_600_000);
      await store.compact();
      return look();
    },
    { timeout: 30_000 },
  );
}
