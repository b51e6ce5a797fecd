import type { Connection } from '../sql/connection.js';
import { entryOverhead } from './entry.js';

/** Pages that one transaction gives back to the file system at most. */
const vacuumPages = 256;

/** Belongs inside a transaction. Ids that are there no more are passed over. */
export function removeEntries(connection: Connection, ids: readonly number[]): void {
  let freed = 0;
  for (const id of ids) {
    const [row] = connection.all(
      'delete from entry where id = ? returning length(body) + coalesce(length(order_key), 0) as size',
      [id],
    );
    if (row !== undefined) freed += Number(row['size']) + entryOverhead;
  }
  if (freed === 0) return;
  connection.run('update total set bytes = bytes - ?', [freed]);
  const free = connection.pragma('freelist_count');
  if (typeof free === 'number' && free > 4 * vacuumPages) giveBack(connection);
}

/** Belongs inside a transaction: gives free pages back to the file system. */
export function giveBack(connection: Connection): void {
  connection.all(`PRAGMA incremental_vacuum(${vacuumPages})`);
}

/** Belongs inside a transaction. */
export function rejectEntry(connection: Connection, id: number, reason: string, now: number): void {
  const moved = connection.run(
    'insert or replace into rejected (id, kind, order_key, body, reason, at) select id, kind, order_key, body, ?, ? from entry where id = ?',
    [reason, now, id],
  );
  if (moved === 0) return;
  removeEntries(connection, [id]);
  connection.run('update total set rejected = rejected + 1');
  connection.run('delete from rejected where id <= (select id from rejected order by id desc limit 1 offset ?)', [
    mostRejected,
  ]);
}

/** The newest are kept. */
const mostRejected = 10_000;
