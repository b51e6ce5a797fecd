import type { Connection } from '../sql/connection.js';
import { lostCounters } from './salvage.js';

/** The value of a cursor. */
export function readCursor(connection: Connection, name: string): string | undefined {
  const [row] = connection.all('select value from cursor where name = ?', [name]);
  return typeof row?.['value'] === 'string' ? row['value'] : undefined;
}

/** Belongs inside a transaction. */
export function nextCounter(connection: Connection, name: string): number {
  const [row] = connection.all(
    `insert into counter (name, value)
     values (?, coalesce((select value from counter where name = ?), 0) + 1)
     on conflict (name) do update set value = value + 1
     returning value`,
    [name, lostCounters],
  );
  return Number(row?.['value']);
}
