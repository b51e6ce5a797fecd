import type { Connection } from '../sql/connection.js';
import { kinds, type SpoolKind } from './entry.js';

/** What a spool holds and what became of what it held. */
export interface SpoolStats {
  /** Entries that wait or are in flight. */
  entries: number;
  entriesByKind: Record<SpoolKind, number>;
  /** Bytes that count towards the bound. */
  bytes: number;
  /** When the oldest entry was appended, Unix milliseconds; absent when there is none. */
  oldest?: number;
  /** Entries dropped to stay within the bound since the file was made: metrics, then node states. */
  dropped: number;
  droppedBytes: number;
  /** Entries that their receiver would not take. */
  rejected: number;
  /** Entries that were not what was appended, and were set aside. */
  corrupt: number;
}

export function readStats(connection: Connection): SpoolStats {
  const entriesByKind: Record<SpoolKind, number> = { job: 0, node_state: 0, metrics: 0 };
  for (const row of connection.all('select kind, count(*) as entries from entry group by kind')) {
    const kind = kinds[Number(row['kind'])];
    if (kind !== undefined) entriesByKind[kind] = Number(row['entries']);
  }
  const [total = {}] = connection.all('select * from total');
  const [oldest] = connection.all('select appended_at from entry order by id limit 1');
  return {
    entries: entriesByKind.job + entriesByKind.node_state + entriesByKind.metrics,
    entriesByKind,
    bytes: Number(total['bytes']),
    ...(oldest === undefined ? {} : { oldest: Number(oldest['appended_at']) }),
    dropped: Number(total['dropped_entries']),
    droppedBytes: Number(total['dropped_bytes']),
    rejected: Number(total['rejected']),
    corrupt: Number(total['corrupt']),
  };
}
