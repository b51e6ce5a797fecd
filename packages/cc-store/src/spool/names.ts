import type { Connection } from '../sql/connection.js';
import { lostCounters } from './salvage.js';

/** The value of a cursor. */
export function readCursor(connection: Connection, name: string): string | undefined {
  const [row] = connection.all('select value from cursor where name = ?', [name]);
  return typeof row?.['value'] === 'string' ? row['value'] : undefined;
}

/**
 * Belongs inside a transaction. A counter that the file does not know, or whose value is damaged, begins behind `floor` and
 * behind what a salvage noted.
 */
export function nextCounter(connection: Connection, name: string, floor: number): number {
  const last = valueOf(connection, name) ?? Math.max(floor, valueOf(connection, lostCounters) ?? 0);
  const [row] = connection.all(
    `insert into counter (name, value) values (?, ?)
     on conflict (name) do update set value = excluded.value
     returning value`,
    [name, last + 1],
  );
  return Number(row?.['value']);
}

function valueOf(connection: Connection, name: string): number | undefined {
  const [row] = connection.all('select value from counter where name = ?', [name]);
  const value = row?.['value'];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
