import type Database from 'libsql';
import { LoginError } from '../wire/login-error.js';
import { createStateTables, isStateTable } from '../wire/state-schema.js';
import { stateError } from './state-error.js';

/** The open state file: `gpud_metadata` as a map. */
export interface StateDatabase {
  read(): Map<string, string>;
  /**
   * Writes all changes or none; null and empty text remove a key.
   *
   * @param onRecorded told after each key, still inside the transaction; what it throws undoes all.
   */
  write(changes: ReadonlyMap<string, string | null>, options?: WriteOptions): void;
  /** Adds a row to `session_states` and keeps those of the ten newest times. */
  recordSession(state: SessionState): void;
  /** What is in `session_states`, newest first. */
  sessionStates(): SessionState[];
  close(): void;
}

/** What became of a session, as `gpud status` shows it. */
export interface SessionState {
  /** Milliseconds since 1970; stored in whole seconds. */
  readonly at: number;
  readonly success: boolean;
  readonly message: string;
}

export interface WriteOptions {
  /** Removes every key first. Default false. */
  replace?: boolean | undefined;
  onRecorded?: ((key: string) => void) | undefined;
}

/**
 * Opens the state file and sees to it that both tables exist (docs/protocol.md §6).
 *
 * @param path an existing file, which may be empty.
 * @param busyTimeoutMs milliseconds to wait for other writers, ≥ 0.
 * @throws LoginError `sqlite_missing`, `state_corrupt`, `state_foreign`, `state_busy` or `state_failed`.
 */
export async function openStateDatabase(path: string, busyTimeoutMs = 5000): Promise<StateDatabase> {
  const Driver = await loadDriver();
  const attempt = <T>(attempted: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw error instanceof LoginError ? error : stateError(attempted, path, error);
    }
  };
  const open = (lockingMode: 'NORMAL' | 'EXCLUSIVE') => openPrepared(Driver, path, busyTimeoutMs, lockingMode);
  const db = attempt('open state file', () => {
    try {
      return open('NORMAL');
    } catch (error) {
      if (!hasNoRoomForIndex(error)) throw error;
      return open('EXCLUSIVE');
    }
  });
  return {
    read: () => attempt('read state file', () => new Map(rowsOf(db).map(({ key, value }) => [key, value]))),
    write: (changes, options = {}) => attempt('write state file', () => writeAll(db, changes, options)),
    recordSession: (state) => attempt('write state file', () => recordSession(db, state)),
    sessionStates: () => attempt('read state file', () => sessionStatesOf(db)),
    close: () => attempt('close state file', () => closeWhole(db)),
  };
}

function openPrepared(
  Driver: typeof Database,
  path: string,
  busyTimeoutMs: number,
  lockingMode: 'NORMAL' | 'EXCLUSIVE',
): Database.Database {
  const db = new Driver(path, { timeout: busyTimeoutMs });
  try {
    db.exec(`PRAGMA locking_mode = ${lockingMode}`);
    prepare(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * SQLite shares the index of its log through a file of 32 KiB, which a full disk has no room for. Whoever has the
 * database alone keeps that index in memory, so that what is stored can still be read.
 */
const hasNoRoomForIndex = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_IOERR_SHM');

async function loadDriver(): Promise<typeof Database> {
  try {
    return (await import('libsql')).default;
  } catch (error) {
    throw new LoginError('the state file is an SQLite database, and the driver for it is not installed', {
      code: 'sqlite_missing',
      cause: error,
      hint: 'npm install libsql',
    });
  }
}

function prepare(db: Database.Database, path: string): void {
  const tables = textColumn(db, "SELECT name AS value FROM sqlite_master WHERE type = 'table'");
  if (tables.length > 0 && !tables.some(isStateTable)) throw foreign(path, `its tables are ${tables.join(', ')}`);
  if (tables.includes('gpud_metadata')) {
    const columns = textColumn(db, "SELECT name AS value FROM pragma_table_info('gpud_metadata')");
    if (!columns.includes('key') || !columns.includes('value')) {
      throw foreign(path, `gpud_metadata has the columns ${columns.join(', ')}`);
    }
  }
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  for (const statement of createStateTables) db.exec(statement);
}

function foreign(path: string, fault: string): LoginError {
  return new LoginError(`${path} is an SQLite database, but not a state file: ${fault}`, {
    code: 'state_foreign',
    hint: 'nothing was changed; choose another data directory, or move the file away',
  });
}

function writeAll(db: Database.Database, changes: ReadonlyMap<string, string | null>, options: WriteOptions): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    if (options.replace === true) db.exec('DELETE FROM gpud_metadata');
    const put = db.prepare(
      'INSERT INTO gpud_metadata (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    const remove = db.prepare('DELETE FROM gpud_metadata WHERE key = ?');
    for (const [key, value] of changes) {
      if (value === null || value === '') remove.run(key);
      else put.run(key, value);
      options.onRecorded?.(key);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const newestSessions = 10;

function recordSession(db: Database.Database, { at, success, message }: SessionState): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.prepare('INSERT INTO session_states (timestamp, success, message) VALUES (?, ?, ?)').run(
      Math.floor(at / 1000),
      success ? 1 : 0,
      message,
    );
    db.prepare(
      'DELETE FROM session_states WHERE timestamp NOT IN (SELECT timestamp FROM session_states ORDER BY timestamp DESC LIMIT ?)',
    ).run(newestSessions);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const sessionStatesOf = (db: Database.Database): SessionState[] =>
  db
    .prepare('SELECT timestamp, success, message FROM session_states ORDER BY timestamp DESC, rowid DESC')
    .all()
    .map((row) => ({
      at: Number(textOf(row, 'timestamp')) * 1000,
      success: textOf(row, 'success') === '1',
      message: textOf(row, 'message'),
    }));

/**
 * The driver keeps a file open until its prepared statements are garbage-collected, so SQLite's own clean-up at the last
 * close comes late: the log is moved into the file here, that a copy of the file alone holds everything. Where others
 * are reading, it is left where it is: it is safe there.
 */
function closeWhole(db: Database.Database): void {
  try {
    db.exec('PRAGMA busy_timeout = 0');
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The log stays; whoever opens the file next reads it.
  }
  db.close();
}

function rowsOf(db: Database.Database): { key: string; value: string }[] {
  return db
    .prepare('SELECT key, value FROM gpud_metadata')
    .all()
    .map((row) => ({
      key: textOf(row, 'key'),
      value: textOf(row, 'value'),
    }));
}

const textColumn = (db: Database.Database, sql: string): string[] =>
  db
    .prepare(sql)
    .all()
    .map((row) => textOf(row, 'value'));

/** SQLite columns take any type; whatever is not null reads as its text. */
function textOf(row: unknown, column: string): string {
  const value =
    typeof row === 'object' && row !== null ? Object.entries(row).find(([name]) => name === column)?.[1] : null;
  return value === null || value === undefined ? '' : String(value);
}
