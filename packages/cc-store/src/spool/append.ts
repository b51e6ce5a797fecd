import type { Connection } from '../sql/connection.js';
import { checksumOf, encodeKey, entryOverhead, kinds, type SpoolEntry } from './entry.js';

/** A named place that a reader of some input has reached. */
export interface Cursor {
  name: string;
  value: string;
}

interface AppendOptions {
  maxBytes: number;
  /** Bytes of metrics, then node states, that are dropped though they are within the bound: the disk is full. Default 0. */
  sacrifice?: number | undefined;
  /** Unix milliseconds. */
  now: number;
  isInFlight: (id: number) => boolean;
}

/**
 * Belongs inside a transaction.
 *
 * @returns how many older entries were dropped to stay within the bound.
 */
export function append(
  connection: Connection,
  entries: readonly SpoolEntry[],
  cursor: Cursor | undefined,
  options: AppendOptions,
): number {
  const { sacrifice = 0 } = options;
  // First, so that the new entries find the pages of the old ones free.
  const sacrificed = sacrifice > 0 ? makeRoom(connection, sacrifice, options.isInFlight) : 0;
  let added = 0;
  for (const { kind, orderKey, body } of entries) {
    const number = kinds.indexOf(kind);
    const key = orderKey === undefined ? null : encodeKey(orderKey);
    connection.run('insert into entry (kind, order_key, body, appended_at, checksum) values (?, ?, ?, ?, ?)', [
      number,
      key,
      body,
      options.now,
      checksumOf(number, key, body),
    ]);
    added += body.length + (key?.length ?? 0) + entryOverhead;
  }
  if (cursor !== undefined) {
    connection.run(
      'insert into cursor (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
      [cursor.name, cursor.value],
    );
  }
  if (added === 0) return sacrificed;
  const [row] = connection.all('update total set bytes = bytes + ? returning bytes', [added]);
  const excess = Number(row?.['bytes']) - options.maxBytes;
  return sacrificed + (excess > 0 ? makeRoom(connection, excess, options.isInFlight) : 0);
}

/** Drops the oldest metrics, then the oldest node states, that nobody is delivering. */
function makeRoom(connection: Connection, excess: number, isInFlight: (id: number) => boolean): number {
  let freed = 0;
  let dropped = 0;
  for (const kind of [kinds.indexOf('metrics'), kinds.indexOf('node_state')]) {
    let after = 0;
    while (freed < excess) {
      const rows = connection.all(
        'select id, length(body) + coalesce(length(order_key), 0) as size from entry where kind = ? and id > ? order by id limit 64',
        [kind, after],
      );
      if (rows.length === 0) break;
      for (const row of rows) {
        after = Number(row['id']);
        if (freed >= excess || isInFlight(after)) continue;
        connection.run('delete from entry where id = ?', [after]);
        freed += Number(row['size']) + entryOverhead;
        dropped += 1;
      }
    }
  }
  if (dropped > 0) {
    connection.run(
      'update total set bytes = bytes - ?, dropped_entries = dropped_entries + ?, dropped_bytes = dropped_bytes + ?',
      [freed, dropped, freed],
    );
  }
  return dropped;
}
