import type { Change } from '../changes/change.js';
import { isStoreError, StoreError } from '../errors.js';
import type { Transactions } from '../sql/transactions.js';
import type { Announcements } from './announcements.js';
import type { PostgresConnection } from './connection.js';
import { isConflict } from './errors.js';
import { lockNumber } from './locks.js';

/**
 * Transactions of the group commit on one connection. What serialises writers of several servers are advisory locks, all taken
 * when the transaction begins and in one order, so that no two wait for each other (docs/design.md §6.3).
 */
export class PostgresWriter implements Transactions {
  readonly isRemote = true;
  readonly #connection: PostgresConnection;
  readonly #announcements: Announcements | undefined;
  /** The connection on which a transaction is open. */
  #openOn: number | undefined;

  /** @param announcements how other servers are told; absent where the writes change nothing that anybody hears of. */
  constructor(connection: PostgresConnection, announcements?: Announcements) {
    this.#connection = connection;
    this.#announcements = announcements;
  }

  get path(): string {
    return this.#connection.target.name;
  }

  get inTransaction(): boolean {
    return this.#openOn === this.#connection.number && this.#connection.isConnected;
  }

  async begin(touches: ReadonlySet<string> | undefined): Promise<void> {
    await this.#connection.connect();
    this.#openOn = this.#connection.number;
    await this.#connection.exec(`BEGIN; ${this.#locks(touches)}`);
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (!this.inTransaction) {
      throw new StoreError(`the connection to ${this.path} was lost before a commit`, {
        code: 'connection_lost',
        isRetryable: true,
      });
    }
    try {
      // On their way together: an announcement that fails makes the commit a rollback.
      const announced = this.#announce(changes);
      const [{ command }] = await Promise.all([this.#connection.exec('COMMIT'), ...announced]);
      if (command === 'COMMIT') return;
      throw new StoreError(`the commit in ${this.path} was answered with ${command}`, { code: 'query_failed' });
    } catch (error) {
      if (!isStoreError(error) || error.code !== 'connection_lost') throw error;
      throw new StoreError(`the connection to ${this.path} was lost during a commit: ${error.message}`, {
        code: 'outcome_unknown',
        hint: 'the write was kept or was not: look, or send it again',
        cause: error,
        details: { database: this.path },
      });
    } finally {
      this.#openOn = undefined;
    }
  }

  async rollback(): Promise<void> {
    const isOpen = this.inTransaction;
    this.#openOn = undefined;
    if (isOpen) await this.#connection.exec('ROLLBACK');
  }

  async savepoint(): Promise<void> {
    await this.#connection.exec('SAVEPOINT one');
  }

  async release(): Promise<void> {
    await this.#connection.exec('RELEASE one');
  }

  async rollbackToSavepoint(): Promise<void> {
    await this.#connection.exec('ROLLBACK TO one; RELEASE one');
  }

  /** Postgres keeps the other tables and their log apart from a page that it cannot read. */
  isDamaged(): boolean {
    return false;
  }

  /** Nothing of it was kept: a conflict took it back, or its connection was gone before the commit. */
  isWorthRepeating(error: unknown): boolean {
    return isConflict(error) || (isStoreError(error) && error.code === 'connection_lost');
  }

  #locks(touches: ReadonlySet<string> | undefined): string {
    const everything = this.#lockOf('everything');
    if (touches === undefined) return `SELECT pg_advisory_xact_lock(${everything})`;
    const others = [...touches].map((name) => this.#lockOf(`one:${name}`)).sort((a, b) => (a < b ? -1 : 1));
    return `SELECT pg_advisory_xact_lock_shared(${everything}); SELECT pg_advisory_xact_lock(id) FROM unnest('{${others.join(',')}}'::bigint[]) AS lock (id)`;
  }

  #announce(changes: readonly Change[]): Promise<unknown>[] {
    const { statement = '' } = this.#announcements ?? {};
    return (this.#announcements?.valuesOf(changes) ?? []).map((values) => this.#connection.query(statement, values));
  }

  #lockOf(name: string): bigint {
    return lockNumber(this.#connection.target.schema, name);
  }
}
