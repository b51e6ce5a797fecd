import type { Connection } from '../sql/connection.js';
import {
  decodeKey,
  entryOverhead,
  kinds,
  type RawEntry,
  rawEntry,
  readEntry,
  type SetAsideEntry,
  type SpoolKind,
  type TakenEntry,
} from './entry.js';

/** Chooses what is delivered next, and knows what is in flight. */
export class Taker {
  readonly #inFlight = new Set<number>();
  #turn = 0;

  readonly isInFlight = (id: number): boolean => this.#inFlight.has(id);

  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** @returns what is now in flight, and the ids of rows that are not what was appended. */
  take(
    connection: Connection,
    limit: number,
    wanted: readonly SpoolKind[] = kinds,
  ): { entries: TakenEntry[]; corrupt: number[] } {
    const ready = (kind: SpoolKind) =>
      wanted.includes(kind) ? this.#ready(connection, kinds.indexOf(kind), limit) : [];
    const jobs = ready('job');
    const others = [...ready('node_state'), ...ready('metrics')].sort((a, b) => a.id - b.id);
    // With one place at a time, every fourth is theirs.
    this.#turn += 1;
    const share = limit < 4 ? (this.#turn % 4 === 0 ? 1 : 0) : Math.floor(limit / 4);
    const chosenJobs = jobs.slice(0, limit - Math.min(share, others.length));
    const chosen = [...chosenJobs, ...others.slice(0, limit - chosenJobs.length)];

    const entries: TakenEntry[] = [];
    const corrupt: number[] = [];
    for (const row of chosen) {
      const entry = readEntry(row);
      if (entry === undefined) corrupt.push(row.id);
      else entries.push(entry);
    }
    for (const { id } of entries) this.#inFlight.add(id);
    return { entries, corrupt };
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#inFlight.delete(id);
  }

  /** The oldest of one kind that nothing with the same key waits before; in flight counts as waiting. */
  #ready(connection: Connection, kind: number, limit: number): RawEntry[] {
    return connection
      .all(
        `select id, kind, order_key, body, appended_at, checksum from entry as this
       where kind = ?
         and not exists (select 1 from entry as earlier where earlier.order_key = this.order_key and earlier.id < this.id)
         and id not in (select value from json_each(?))
       order by id limit ?`,
        [kind, JSON.stringify([...this.#inFlight]), limit],
      )
      .map(rawEntry);
  }
}

/**
 * Belongs inside a transaction: keeps corrupt rows where they can be looked at, out of the way of the others.
 *
 * @returns what is still known of those that were there.
 */
export function setAside(connection: Connection, ids: readonly number[], now: number): SetAsideEntry[] {
  return ids.flatMap((id) => {
    connection.run(
      'insert or replace into corrupt (id, kind, order_key, body, at) select id, kind, order_key, body, ? from entry where id = ?',
      [now, id],
    );
    const [row] = connection.all(
      'delete from entry where id = ? returning kind, order_key, length(body) + coalesce(length(order_key), 0) as size',
      [id],
    );
    if (row === undefined) return [];
    connection.run('update total set bytes = max(0, bytes - ?), corrupt = corrupt + 1', [
      Number(row['size']) + entryOverhead,
    ]);
    const kind = kinds[Number(row['kind'])];
    const key = row['order_key'];
    if (!(key instanceof ArrayBuffer)) return [{ id, kind, followers: 0 }];
    const [waiting] = connection.all('select count(*) as followers from entry where order_key = ?', [
      new Uint8Array(key),
    ]);
    return [{ id, kind, orderKey: decodeKey(key), followers: Number(waiting?.['followers']) }];
  });
}
