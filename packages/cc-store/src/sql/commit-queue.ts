import { StoreError, isStoreError, type StoreErrorCode } from '../errors.js';
import type { Connection } from './connection.js';

/** Counts of a {@link CommitQueue}. */
export interface CommitStats {
  /** Transactions that were committed. */
  commits: number;
  /** Writes that those transactions held. */
  writes: number;
  /** Milliseconds from the begin of each transaction to the end of its commit. */
  busyMs: number;
}

interface Pending {
  work: () => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: what one turn of the event loop brings goes into one transaction, and is answered after its one fsync.
 *
 * Each write has a savepoint of its own, so that one that throws takes back only itself. When the commit itself fails, none
 * of the group's writes happened and each is told so.
 */
export class CommitQueue {
  readonly #connection: Connection;
  readonly #closedCode: StoreErrorCode;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;
  #stats: CommitStats = { commits: 0, writes: 0, busyMs: 0 };
  readonly #now: () => number;

  /** @param now milliseconds, monotonic. */
  constructor(connection: Connection, now: () => number, closedCode: StoreErrorCode = 'store_closed') {
    this.#connection = connection;
    this.#now = now;
    this.#closedCode = closedCode;
  }

  get stats(): CommitStats {
    return { ...this.#stats };
  }

  /**
   * Runs `work` inside the next group's transaction.
   *
   * @returns what `work` returned, once it is durable.
   * @throws what `work` threw, or the {@link StoreError} of the commit.
   */
  write<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#isClosed) {
      return Promise.reject(new StoreError(`${this.#connection.path} is closed`, { code: this.#closedCode }));
    }
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Refuses new writes, finishes those that are queued. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      await nextTurn();
      const group = this.#pending.splice(0, longestGroup);
      await this.#commit(group);
    }
    this.#running = undefined;
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    const startedAt = this.#now();
    const answers: (() => void)[] = [];
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      for (const pending of group) answers.push(await this.#one(pending));
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#rollback();
      for (const pending of group) pending.reject(error);
      return;
    } finally {
      this.#stats.busyMs += this.#now() - startedAt;
    }
    this.#stats.commits += 1;
    this.#stats.writes += group.length;
    for (const answer of answers) answer();
  }

  /** @throws only what ended the whole transaction. */
  async #one({ work, resolve, reject }: Pending): Promise<() => void> {
    this.#connection.exec('SAVEPOINT one');
    try {
      const value = await work();
      this.#connection.exec('RELEASE one');
      return () => resolve(value);
    } catch (error) {
      // A full disk or a failed read may have rolled back everything before us: SQLite says so by leaving the transaction.
      if (!this.#connection.inTransaction) throw error;
      this.#connection.exec('ROLLBACK TO one');
      this.#connection.exec('RELEASE one');
      if (isStoreError(error) && error.code === 'file_corrupt') throw error;
      return () => reject(error);
    }
  }

  #rollback(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
    } catch {
      // The failure that led here is the one to report; an unfinished transaction is discarded at the next open.
    }
  }
}

/** A bound on how long one transaction holds the event loop. */
const longestGroup = 512;

/** After the I/O callbacks of this turn have run: what they all wrote joins one group. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
