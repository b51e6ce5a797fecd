import { type Clock, systemClock } from '@moorline/core';
import { StoreError, type StoreErrorCode } from '../errors.js';
import type { Driver, DriverDatabase, DriverStatement, SqlValue } from './driver.js';
import { isDamage, toStoreError } from './driver-errors.js';
import type { Transactions } from './transactions.js';

/** Options of {@link Connection}. */
export interface ConnectionOptions {
  /** Milliseconds that a write waits for another process. Default 5,000. */
  busyTimeoutMs?: number | undefined;
  clock?: Clock | undefined;
  /** The code of the error that a use after {@link Connection.close} throws. Default `store_closed`. */
  closedCode?: StoreErrorCode | undefined;
}

/** A row as the driver gives it: blobs are `ArrayBuffer`s. */
export type SqlRow = Record<string, unknown>;

/**
 * One libsql connection with its prepared statements. Calls are synchronous but for the commit; errors are {@link StoreError}s.
 *
 * Five habits of libsql 0.5.29 are kept out here: a boolean parameter aborts the process, `get` answers the old row for new
 * parameters once `all` was called on its statement, a statement that failed fails once more with what follows, a statement still "works" after its database was closed (and answers no
 * rows), and open statements keep the file open, so that closing does not fold the WAL.
 */
export class Connection implements Transactions {
  readonly isRemote = false;
  readonly path: string;
  readonly #database: DriverDatabase;
  readonly #clock: Clock;
  readonly #closedCode: StoreErrorCode;
  readonly #statements = new Map<string, DriverStatement>();
  /** Apart from the others: a statement that answered all of its rows once gives `get` the first of those from then on. */
  readonly #firsts = new Map<string, DriverStatement>();
  #isOpen = true;
  #busyMs = 0;
  #calls = 0;

  constructor(driver: Driver, path: string, options: ConnectionOptions = {}) {
    this.path = path;
    this.#clock = options.clock ?? systemClock;
    this.#closedCode = options.closedCode ?? 'store_closed';
    try {
      this.#database = new driver(path, { timeout: options.busyTimeoutMs ?? 5_000 });
    } catch (cause) {
      throw new StoreError(`opening ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
        code: 'directory_not_writable',
        hint: 'the directory must exist and this user must be able to write to it and to the file',
        cause,
        details: { path },
      });
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get inTransaction(): boolean {
    return this.#isOpen && this.#database.inTransaction;
  }

  /** Milliseconds spent inside the driver since the connection was opened. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Statements that were run since the connection was opened. */
  get calls(): number {
    return this.#calls;
  }

  /** The rows that a statement answers (`RETURNING` too). */
  all(sql: string, parameters: readonly SqlValue[] = []): SqlRow[] {
    return this.#timed(sql, () => this.#statement(sql).all(checked(parameters)) as SqlRow[]);
  }

  /** The first row: cheaper than all rows of one. */
  first(sql: string, parameters: readonly SqlValue[] = []): SqlRow | undefined {
    return this.#timed(sql, () => {
      const row = this.#statement(sql, this.#firsts).get(checked(parameters)) as SqlRow | undefined;
      // How long it took, among the columns.
      delete row?.['_metadata'];
      return row;
    });
  }

  /** @returns how many rows the statement changed. */
  run(sql: string, parameters: readonly SqlValue[] = []): number {
    return this.#timed(sql, () => this.#statement(sql).run(checked(parameters)).changes);
  }

  /** What Kysely's drivers need: rows from a reader, counts from a writer. */
  execute(
    sql: string,
    parameters: readonly SqlValue[],
  ): { rows: SqlRow[] } | { changes: number; lastId: number | bigint } {
    return this.#timed(sql, () => {
      const statement = this.#statement(sql);
      if (statement.reader) return { rows: statement.all(checked(parameters)) as SqlRow[] };
      const { changes, lastInsertRowid } = statement.run(checked(parameters));
      return { changes, lastId: lastInsertRowid };
    });
  }

  /** Runs statements without parameters; they are not kept prepared. */
  exec(sql: string): void {
    this.#timed(sql, () => void this.#database.exec(sql));
  }

  begin(): void {
    this.exec('BEGIN IMMEDIATE');
  }

  /** On a thread of the driver: the checksums, the writing and the fsync are half of what a group of writes costs. */
  async commit(): Promise<void> {
    const startedAt = this.#begun();
    try {
      await this.#database.execOnThread('COMMIT');
    } catch (error) {
      throw toStoreError(error, 'COMMIT', this.path);
    } finally {
      this.#busyMs += this.#clock.monotonic() - startedAt;
    }
  }

  rollback(): void {
    if (this.inTransaction) this.exec('ROLLBACK');
  }

  savepoint(): void {
    this.exec('SAVEPOINT one');
  }

  release(): void {
    this.exec('RELEASE one');
  }

  rollbackToSavepoint(): void {
    this.exec('ROLLBACK TO one');
    this.exec('RELEASE one');
  }

  isDamaged(error: unknown): boolean {
    return isDamage(error);
  }

  /** Nobody else writes: what failed fails again. */
  isWorthRepeating(): boolean {
    return false;
  }

  /** The first column of the first row of a pragma. */
  pragma(text: string): unknown {
    const [row] = this.all(`PRAGMA ${text}`);
    return row === undefined ? undefined : Object.values(row)[0];
  }

  /** Folds the write-ahead log into the file and closes; idempotent. */
  close(): void {
    if (!this.#isOpen) return;
    try {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
    } catch {
      // The log is read again at the next open: folding it now only saves that time.
    }
    this.#isOpen = false;
    this.#statements.clear();
    this.#firsts.clear();
    this.#database.close();
  }

  #statement(sql: string, statements = this.#statements): DriverStatement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    if (statements.size >= mostStatements) statements.clear();
    statements.set(sql, statement);
    return statement;
  }

  #timed<T>(sql: string, work: () => T): T {
    const startedAt = this.#begun();
    try {
      return work();
    } catch (error) {
      this.#statements.delete(sql);
      this.#firsts.delete(sql);
      throw toStoreError(error, sql.length > 120 ? `${sql.slice(0, 120)}…` : sql, this.path);
    } finally {
      this.#busyMs += this.#clock.monotonic() - startedAt;
    }
  }

  /** Counts a call. @returns when it began. */
  #begun(): number {
    if (!this.#isOpen)
      throw new StoreError(`${this.path} is closed`, { code: this.#closedCode, details: { path: this.path } });
    this.#calls++;
    return this.#clock.monotonic();
  }
}

/** Far more than the package has; a bound for callers that build SQL of many shapes. */
const mostStatements = 512;

function checked(parameters: readonly SqlValue[]): readonly SqlValue[] {
  for (const value of parameters) {
    const type = typeof value;
    if (
      type === 'boolean' ||
      type === 'function' ||
      type === 'symbol' ||
      (type === 'object' && value !== null && !(value instanceof Uint8Array))
    ) {
      throw new StoreError(`a ${type} cannot be bound to a statement`, { code: 'invalid_argument' });
    }
  }
  return parameters;
}
