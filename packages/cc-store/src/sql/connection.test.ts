import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from './connection.js';
import { loadDriver, type SqlValue } from './driver.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'moorline-sql-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = async (name = 'x.db') => new Connection(await loadDriver(), join(folder, name));

describe('Connection', () => {
  it('refuses what ends the process inside libsql: a boolean', async () => {
    const connection = await open();
    const parameters = [true] as unknown as SqlValue[];
    expect(() => connection.all('select ?', parameters)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
    connection.close();
  });

  it('throws after close, where libsql would answer no rows', async () => {
    const connection = await open();
    connection.all('select 1');
    connection.close();
    expect(() => connection.all('select 1')).toThrow(expect.objectContaining({ code: 'store_closed' }));
    connection.close();
  });

  it('names a directory that is not there', async () => {
    const driver = await loadDriver();
    expect(() => new Connection(driver, join(folder, 'no', 'x.db'))).toThrow(
      expect.objectContaining({ code: 'directory_not_writable' }),
    );
  });

  it('tells a file that is no database', async () => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'x.db'), 'A'.repeat(8192));
    const connection = await open();
    expect(() => connection.pragma('schema_version')).toThrow(expect.objectContaining({ code: 'file_corrupt' }));
    connection.close();
  });

  it('keeps integers, floats, text, bytes and null as they are', async () => {
    const connection = await open();
    const values: SqlValue[] = [2 ** 53 - 1, -1.5, 'é', Uint8Array.of(0, 255), null];
    const [row] = connection.all('select ? a, ? b, ? c, ? d, ? e', values);
    expect(row).toMatchObject({ a: 2 ** 53 - 1, b: -1.5, c: 'é', e: null });
    expect(new Uint8Array(row?.['d'] as ArrayBuffer)).toEqual(Uint8Array.of(0, 255));
    connection.close();
  });

  it('answers the first row for the parameters at hand, whatever the same statement answered before', async () => {
    const connection = await open();
    connection.exec('create table t (id integer primary key); insert into t values (1), (2), (3)');
    const find = 'select id from t where id >= ?';
    expect(connection.first(find, [2])).toEqual({ id: 2 });
    expect(connection.all(find, [1])).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(connection.first(find, [3])).toEqual({ id: 3 });
    expect(connection.first(find, [4])).toBeUndefined();
    expect(connection.first('insert into t values (?) returning id', [7])).toEqual({ id: 7 });
    expect(connection.all(find, [4])).toEqual([{ id: 7 }]);
    connection.close();
  });

  it('fails no more after a statement that failed', async () => {
    const connection = await open();
    connection.exec('create table t (a integer not null)');
    const insert = 'insert into t values (?) returning a';
    expect(() => connection.first(insert, [null])).toThrow(/NOT NULL/);
    expect(connection.first(insert, [1])).toEqual({ a: 1 });
    expect(() => connection.all(insert, [null])).toThrow(/NOT NULL/);
    expect(connection.all(insert, [2])).toEqual([{ a: 2 }]);
    expect(() => connection.run('insert into t values (?)', [null])).toThrow(/NOT NULL/);
    expect(connection.run('insert into t values (?)', [3])).toBe(1);
    connection.close();
  });

  it('leaves no write-ahead log behind when the last connection closes', async () => {
    const connection = await open();
    connection.pragma('journal_mode = WAL');
    connection.exec('create table t (a)');
    connection.run('insert into t values (?)', [1]);
    connection.close();
    const { statSync } = await import('node:fs');
    expect(statSync(join(folder, 'x.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  });
});
