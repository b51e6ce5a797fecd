import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Connection } from './connection.js';
import { type Driver, loadDriver, type SqlValue } from './driver.js';
import { withListedRows } from './listed-rows.js';

let folder: string;
let driver: Driver;
let connection: Connection;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'moorline-sql-'));
  driver = await loadDriver();
  connection = new Connection(withListedRows(driver), join(folder, 'x.db'));
  connection.exec('create table t (id integer primary key, a text, b blob, c real)');
});
afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

const values: SqlValue[] = [2 ** 53 - 1, 'é', Uint8Array.of(0, 255), -1.5];
const row = { id: 2 ** 53 - 1, a: 'é', b: Buffer.of(0, 255), c: -1.5 };

it('answers the rows that the driver itself would answer, blobs as bytes', () => {
  connection.run('insert into t values (?, ?, ?, ?), (1, null, null, null)', values);
  const all = 'select id, a, b, c from t order by id desc';
  expect(connection.all(all)).toEqual([row, { id: 1, a: null, b: null, c: null }]);
  expect(connection.first(all)).toEqual(row);
  expect(connection.first('select id from t where a = ?', ['x'])).toBeUndefined();
  expect(connection.all('select id from t where a = ?', ['x'])).toEqual([]);
});

it('answers what writes return, and counts what they change', () => {
  const insert = 'insert into t values (?, ?, ?, ?) on conflict do nothing returning id, c';
  expect(connection.first(insert, values)).toEqual({ id: row.id, c: -1.5 });
  expect(connection.all(insert, values)).toEqual([]);
  expect(connection.run('update t set a = ?', ['x'])).toBe(1);
  expect(connection.pragma('user_version')).toBe(0);
});

it('gives a name twice what its last column holds, as the driver does', () => {
  const twice = 'select 1 as x, 2 as x, 3 as y';
  const plain = new Connection(driver, join(folder, 'y.db'));
  expect(connection.all(twice)).toEqual(plain.all(twice));
  plain.close();
});

it('names the columns of a table that was altered', () => {
  connection.run('insert into t (id) values (1)');
  const all = 'select * from t';
  expect(connection.all(all)).toEqual([{ id: 1, a: null, b: null, c: null }]);
  connection.exec("alter table t add column d text not null default 'new'");
  expect(connection.all(all)).toEqual([{ id: 1, a: null, b: null, c: null, d: 'new' }]);
  expect(connection.first('select * from t limit 1')).toEqual({ id: 1, a: null, b: null, c: null, d: 'new' });
});
