import { StoreError } from '../errors.js';
import type { Connection } from '../sql/connection.js';

/** `MSPL`: what tells a spool from another program's SQLite file. */
const applicationId = 0x4d53504c;
const version = 1;

const tables = `
create table entry (
  id integer primary key autoincrement,
  kind integer not null,
  order_key blob,
  body blob not null,
  appended_at integer not null,
  checksum integer not null
);
create index entry_kind on entry (kind, id);
create index entry_order on entry (order_key, id) where order_key is not null;
create table cursor (name text primary key, value text not null);
create table counter (name text primary key, value integer not null);
create table total (
  id integer primary key check (id = 1),
  bytes integer not null,
  dropped_entries integer not null,
  dropped_bytes integer not null,
  rejected integer not null,
  corrupt integer not null
);
insert into total values (1, 0, 0, 0, 0, 0);
create table rejected (id integer primary key, kind integer not null, order_key blob, body blob not null, reason text not null, at integer not null);
create table corrupt (id integer primary key, kind, order_key, body, at integer not null);
pragma application_id = ${applicationId};
pragma user_version = ${version};
`;

/**
 * Makes the tables of a new spool, or checks that the file is one that this version can read.
 *
 * @throws StoreError `file_foreign`, `file_newer`.
 */
export function prepareSpool(connection: Connection): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const isEmpty = connection.pragma('schema_version') === 0;
    if (isEmpty) connection.exec(tables);
    else checkIsSpool(connection);
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

function checkIsSpool(connection: Connection): void {
  const { path } = connection;
  if (connection.pragma('application_id') !== applicationId) {
    throw new StoreError(`${path} is a database, but not a spool`, {
      code: 'file_foreign',
      hint: 'name another file, or move this one away',
      details: { path },
    });
  }
  const found = connection.pragma('user_version');
  if (typeof found === 'number' && found > version) {
    throw new StoreError(`${path} was written by a newer version (${found}; this one knows ${version})`, {
      code: 'file_newer',
      hint: 'start the newer version again: what it left there is not lost',
      details: { path, found, known: version },
    });
  }
}
