import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLogger, systemClock } from '@moorline/core';
import {
  type CommonStoreOptions,
  type FileStoreOptions,
  openStore,
  type PostgresStoreOptions,
  type Store,
} from '@moorline/cc-store';
import { inject, onTestFinished, vi } from 'vitest';
import { PostgresConnection } from '../src/postgres/connection.js';
import { loadPostgres } from '../src/postgres/driver.js';
import { targetOf } from '../src/postgres/target.js';
import { Connection, type SqlRow } from '../src/sql/connection.js';
import { loadDriver, type SqlValue } from '../src/sql/driver.js';
import type { OpenDatabase } from '../src/store/database.js';
import { openDatabase } from '../src/store/open-database.js';
import { temporaryFolder } from '../../../tools/testenv/temporary-folder.js';
import { demo } from './fixtures.js';

export * from './fixtures.js';
export { temporaryFolder };

// Real files and processes on a machine that others use too: a hang is told from a slow run by a long limit.
vi.setConfig({ testTimeout: 60_000 });

/** Where a store is: in a file, or in a schema of the database that these tests run on. */
export type Place = Pick<FileStoreOptions, 'path'> | Pick<PostgresStoreOptions, 'postgres'>;

/** Absent where the tests run on libsql. */
const postgresUrl = inject('postgresUrl') as string | undefined;

/** Whether the tests run on Postgres, where other servers may have the store open. */
export const isShared = postgresUrl !== undefined;

/** Schemas whose tables are there and empty again. */
const freeSchemas: string[] = [];

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
  const postgres = { url: postgresUrl, schema };
  onTestFinished(async () => {
    // Emptying tables takes a tenth of what making them takes.
    const tables = await runSql({ postgres }, 'select tablename as name from pg_tables where schemaname = ?', [schema]);
    const names = tables.map(({ name }) => String(name)).filter((name) => !name.startsWith('kysely_'));
    if (names.length === 0) return;
    await runSql({ postgres }, `truncate ${names.join(', ')} restart identity`);
    freeSchemas.push(schema);
  });
  return { postgres };
}

/** Runs one statement past the store, with `?` for its values. @returns its rows. */
export async function runSql(place: Place, sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
  if ('postgres' in place) {
    const postgres = new PostgresConnection(await loadPostgres(), targetOf(place.postgres, 'full'));
    try {
      await postgres.connect();
      let number = 0;
      return (
        await postgres.query(
          sql.replaceAll('?', () => `$${++number}`),
          values,
        )
      ).rows;
    } finally {
      await postgres.close();
    }
  }
  const connection = new Connection(await loadDriver(), place.path);
  try {
    const result = connection.execute(sql, values);
    return 'rows' in result ? result.rows : [];
  } finally {
    connection.close();
  }
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

/** A program of `test/children`, run from source. */
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
  const program = resolve(import.meta.dirname, 'children', `${name}.ts`);
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@moorline/source', program, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: resolve(import.meta.dirname, '..'),
  });
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
