import { existsSync } from 'node:fs';
import { migrateStore, openStore, storeMigrations } from '@moorline/cc-store';
import { Kysely, sql } from 'kysely';
import type { Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LibsqlDialect } from '../src/database/libsql-dialect.js';
import { appliedMigrations, migrate, migrations } from '../src/database/migrate.js';
import type { Schema } from '../src/database/schema.js';
import { PortablePostgresDialect } from '../src/postgres/dialect.js';
import { loadPostgres } from '../src/postgres/driver.js';
import { targetOf } from '../src/postgres/target.js';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { emptyPlace, job, runSql } from './support.js';

const names = Object.keys(migrations);

/** An empty database, with what its tables and indexes are. */
async function open() {
  const place = emptyPlace();
  const pool =
    'postgres' in place
      ? new (await loadPostgres()).Pool({ ...targetOf(place.postgres, 'full').config, max: 1 })
      : undefined;
  const connection = 'path' in place ? new Connection(await loadDriver(), place.path) : undefined;
  const schema = 'postgres' in place ? place.postgres.schema : undefined;
  if (schema !== undefined) await pool?.query(`create schema ${schema}`);
  const dialect =
    connection !== undefined ? new LibsqlDialect(connection) : new PortablePostgresDialect({ pool: pool as Pool });
  const db = new Kysely<Schema>({ dialect });
  onTestFinished(async () => {
    connection?.close();
    await pool?.end();
  });
  return {
    db,
    migrateTo: (target?: string) => migrate(db, 'x', { target, schema }),
    applied: async () => (await appliedMigrations(db)).map(({ name }) => name),
    run: (statement: string) => sql.raw(statement).execute(db),
    async shape() {
      const { rows } = await sql
        .raw<{ line: string }>(connection === undefined ? postgresShape : libsqlShape)
        .execute(db);
      return rows.map(({ line }) => (schema === undefined ? line : line.replaceAll(schema, 'SCHEMA')));
    },
  };
}

const libsqlShape =
  "select coalesce(sql, name) as line from sqlite_master where name not like 'sqlite_%' and name not like 'kysely_%' order by name";
const postgresShape = `
  select table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(collation_name, '') || ' ' || is_nullable || ' ' || is_identity || ' ' || coalesce(column_default, '') as line
    from information_schema.columns where table_schema = current_schema() and table_name not like 'kysely_%'
  union all select indexdef from pg_indexes where schemaname = current_schema() and tablename not like 'kysely_%'
  union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = current_schema()::regnamespace and conrelid::regclass::text not like '%kysely_%'
  order by line`;

describe('the tables of a store', () => {
  it('are brought up and down by name, and opened from any version', async () => {
    const place = emptyPlace();
    expect(await storeMigrations(place)).toEqual({ applied: [], appliedAt: {}, unknown: [], pending: names });
    // Asking makes nothing.
    if ('path' in place) expect(existsSync(place.path)).toBe(false);
    const [first = ''] = names;
    const before = Date.now();
    const state = await migrateStore(place, first);
    expect(state).toMatchObject({ applied: [first], unknown: [], pending: names.slice(1) });
    expect(Object.keys(state.appliedAt)).toEqual([first]);
    expect(state.appliedAt[first]).toBeGreaterThanOrEqual(before);
    expect(state.appliedAt[first]).toBeLessThanOrEqual(Date.now());
    expect(await storeMigrations(place)).toEqual(state);
    const store = await openStore(place);
    expect(await store.backend.startJob(job(1))).toMatchObject({ outcome: 'started' });
    const opened = await store.migrations();
    expect(opened).toMatchObject({ applied: names, unknown: [], pending: [] });
    await store.close();
    expect(await storeMigrations(place)).toEqual(opened);
    expect(await migrateStore(place, first)).toMatchObject({ applied: [first] });
    expect(await migrateStore(place)).toMatchObject({ applied: names, pending: [] });
    await using again = await openStore(place);
    expect(await again.stats()).toMatchObject({ jobs: 1 });
  });

  it('are not brought to a version that does not exist, or back from a newer one', async () => {
    const place = emptyPlace();
    await expect(migrateStore(place, '0001')).rejects.toMatchObject({
      code: 'invalid_argument',
      hint: expect.stringContaining('0001_jobs'),
    });
    expect(await storeMigrations(place)).toMatchObject({ applied: [], pending: names });
    await migrateStore(place);
    await runSql(place, "insert into kysely_migration (name, timestamp) values ('9999_later', '2030')");
    await expect(migrateStore(place, 'none')).rejects.toMatchObject({ code: 'file_newer' });
    expect(await storeMigrations(place)).toMatchObject({
      applied: [...names, '9999_later'],
      appliedAt: { '9999_later': Date.UTC(2030) },
      unknown: ['9999_later'],
      pending: [],
    });
  });
});

describe('migrations', () => {
  it('are applied in the order of their names', () => {
    expect(names).toEqual([...names].sort());
  });

  it('go up one by one and down again, and leave nothing of any', async () => {
    const { applied, migrateTo, shape } = await open();
    const shapes = [await shape()];
    for (const [index, name] of names.entries()) {
      await migrateTo(name);
      expect(await applied()).toEqual(names.slice(0, index + 1));
      shapes.push(await shape());
      expect(shapes.at(-1), name).not.toEqual(shapes.at(-2));
    }
    for (const [index, name] of [...names.entries()].reverse()) {
      await migrateTo(names[index - 1] ?? 'none');
      expect(await shape(), name).toEqual(shapes[index]);
    }
  });

  it('reach the newest tables from each version and go back to it, and keep what is stored', async () => {
    const { migrateTo, run, shape } = await open();
    await migrateTo();
    const newest = await shape();
    const held = () =>
      Promise.all(['job', 'tag', 'job_tag'].map(async (table) => (await run(`select * from ${table}`)).rows));
    for (const from of names) {
      await migrateTo('none');
      await migrateTo(from);
      for (const statement of [
        `insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document)
        values ('demo', 7, 1, 'running', '', 'alice', 0, '[]', '{}')`,
        "insert into tag (type, name, scope) values ('t', 'n', 'global')",
        'insert into job_tag (job, tag) values (1, 1)',
      ]) {
        await run(statement);
      }
      const before = await held();
      await migrateTo();
      expect(await held(), from).toMatchObject(before);
      expect(await shape(), from).toEqual(newest);
      await migrateTo(from);
      expect(await held(), from).toEqual(before);
    }
  });

  it('give jobs of before 0011 the nodes that they are searched by', async () => {
    const { migrateTo, run } = await open();
    await migrateTo('0010_identities');
    const jobs = [
      ['[{"hostname":"n01"},{"hostname":"n02"},null,{"hostname":"n01"}]', '{"user":"\\"numNodes\\":7","numNodes":2}'],
      ['[{"hostname":"a\\u0000b"}]', '{"numNodes":1,"footprint":{"x":3}}'],
      ['not JSON', 'nor this'],
    ];
    // More than are read at once.
    const rows = Array.from({ length: 600 }, (_, index) => {
      const [resources = '', document = ''] = jobs[index % 3] ?? [];
      return `('demo', ${index + 1}, ${1000 + index}, 'completed', '', 'alice', 5, '${resources}', '${document}')`;
    });
    await run(
      `insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document) values ${rows.join(', ')}`,
    );
    await migrateTo();
    const { rows: counts } = await run(
      'select num_nodes, count(*) as jobs from job group by num_nodes order by num_nodes',
    );
    expect(counts).toEqual([
      { num_nodes: 0, jobs: 200 },
      { num_nodes: 1, jobs: 200 },
      { num_nodes: 2, jobs: 200 },
    ]);
    const { rows: hosts } = await run(
      'select start_time, job from job_host where job > 597 or job < 3 order by job, host',
    );
    expect(hosts).toEqual([1, 1, 2, 598, 598, 599].map((id) => ({ start_time: 999 + id, job: id })));
  });

  it('leave no half of one that fails', async () => {
    const { migrateTo, run, shape } = await open();
    await migrateTo(names[1]);
    const before = await shape();
    await run('create table session_token (x integer)');
    await expect(migrateTo()).rejects.toMatchObject({
      code: 'migration_failed',
      details: { migration: names[2] },
    });
    await run('drop table session_token');
    expect(await shape()).toEqual(before);
    await migrateTo();
  });
});
