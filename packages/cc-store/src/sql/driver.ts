import { StoreError } from '../errors.js';

/** What the driver takes as a bound value. Booleans are absent on purpose: libsql 0.5 ends the process when it meets one. */
export type SqlValue = string | number | bigint | Uint8Array | null;

/** The members of libsql's `Statement` that are used. */
export interface DriverStatement {
  readonly reader: boolean;
  run(parameters: readonly SqlValue[]): { changes: number; lastInsertRowid: number | bigint };
  all(parameters: readonly SqlValue[]): unknown[];
  /** The first row, and beside its columns a member `_metadata`; undefined where there is none. */
  get(parameters: readonly SqlValue[]): unknown;
}

/** The members of libsql's `Database` that are used. */
export interface DriverDatabase {
  readonly inTransaction: boolean;
  prepare(sql: string): DriverStatement;
  exec(sql: string): unknown;
  /** The same on a thread of the driver: the event loop goes on meanwhile. Other calls on this database wait for it. */
  execOnThread(sql: string): Promise<unknown>;
  close(): unknown;
}

/** The driver's constructor. */
export type Driver = new (path: string, options: { timeout: number }) => DriverDatabase;

/**
 * Loads libsql on first use, so that importing this package loads no native code.
 *
 * @throws StoreError `driver_unavailable` where the platform has no prebuilt libsql.
 */
export async function loadDriver(): Promise<Driver> {
  const { exec } = (await loadThreadedDriver()).prototype;
  try {
    const { default: Database } = await import('libsql');
    // Both halves of libsql 0.5.29 keep the same native object in the same member, so that a method of one works on the other.
    return class extends (Database as unknown as new (...options: ConstructorParameters<Driver>) => DriverDatabase) {
      override execOnThread(sql: string): Promise<unknown> {
        return exec.call(this, sql);
      }
    };
  } catch (cause) {
    throw unavailable(cause);
  }
}

/** libsql's other half, which works on threads of its own: for what takes long and returns little. */
export type ThreadedDriver = (new (path: string, options: { timeout: number }) => ThreadedDatabase) & {
  readonly prototype: ThreadedDatabase;
};

interface ThreadedDatabase {
  exec(sql: string): Promise<unknown>;
  close(): unknown;
}

/** @throws StoreError as {@link loadDriver} does. */
export async function loadThreadedDriver(): Promise<ThreadedDriver> {
  try {
    const { default: Database } = await import('libsql/promise');
    return Database as unknown as ThreadedDriver;
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): StoreError {
  return new StoreError(`loading libsql for ${process.platform} ${process.arch} failed`, {
    code: 'driver_unavailable',
    hint: 'run "npm install libsql@0.5.29" on this machine: its native part is an optional dependency for each platform',
    cause,
  });
}
