import { Kysely } from 'kysely';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LibsqlDialect } from '../src/database/libsql-dialect.js';
import { appliedMigrations, migrate, migrations } from '../src/database/migrate.js';
import type { Schema } from '../src/database/schema.js';
import { Connection } from '../src/sql/connection.js';
import { loadDriver } from '../src/sql/driver.js';
import { temporaryFolder } from './support.js';

const names = Object.keys(migrations);

async function open() {
  const connection = new Connection(await loadDriver(), join(temporaryFolder(), 'store.db'));
  const db = new Kysely<Schema>({ dialect: new LibsqlDialect(connection) });
  const shape = () =>
    connection
      .all(
        "select type, name, sql from sqlite_master where name not like 'sqlite_%' and name not like 'kysely_%' order by name",
      )
      .map((row) => String(row['sql'] ?? row['name']));
  return { connection, db, shape };
}

describe('migrations', () => {
  it('are applied in the order of their names', () => {
    expect(names).toEqual([...names].sort());
  });

  it.each(names)('go up to %s and down again, and leave nothing of it', async (name) => {
    const { connection, db, shape } = await open();
    const before = names[names.indexOf(name) - 1] ?? 'none';
    await migrate(db, 'x', before);
    const shapeBefore = shape();
    await migrate(db, 'x', name);
    expect(shape()).not.toEqual(shapeBefore);
    expect(await appliedMigrations(db)).toEqual(names.slice(0, names.indexOf(name) + 1));
    await migrate(db, 'x', before);
    expect(shape()).toEqual(shapeBefore);
    connection.close();
  });

  it.each(['none', ...names])('reach the newest tables from %s', async (from) => {
    const fresh = await open();
    await migrate(fresh.db, 'x');
    const { connection, db, shape } = await open();
    await migrate(db, 'x', from);
    await migrate(db, 'x');
    expect(shape()).toEqual(fresh.shape());
    await migrate(db, 'x');
    connection.close();
    fresh.connection.close();
  });

  it.each(names)('keep what the file holds, from %s to the newest tables and back', async (from) => {
    const { connection, db } = await open();
    const held = () =>
      ['job', 'tag', 'job_tag'].map((table) => [table, connection.all(`select * from ${table}`)] as const);
    await migrate(db, 'x', from);
    connection.exec(`
      insert into job (cluster, job_id, start_time, state, project, user_name, duration, resources, document)
        values ('demo', 7, 1, 'running', '', 'alice', 0, '[]', '{}');
      insert into tag (type, name, scope) values ('t', 'n', 'global');
      insert into job_tag (job, tag) values (1, 1)`);
    const before = held();
    await migrate(db, 'x');
    expect(held()).toEqual(before);
    await migrate(db, 'x', from);
    expect(held()).toEqual(before);
    connection.close();
  });

  it('leave no half of one that fails', async () => {
    const { connection, db, shape } = await open();
    await migrate(db, 'x', names[1]);
    const before = shape();
    connection.exec('create table session_token (x)');
    await expect(migrate(db, 'x')).rejects.toMatchObject({
      code: 'migration_failed',
      details: { migration: names[2] },
    });
    connection.exec('drop table session_token');
    expect(shape()).toEqual(before);
    await migrate(db, 'x');
    connection.close();
  });
});
