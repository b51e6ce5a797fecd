import { isStoreError } from '../errors.js';
import { Connection } from './connection.js';
import type { Driver } from './driver.js';
import { openFile } from './open-file.js';

/** A lock that the system gives back when its process ends, however it ends. */
export interface FileLock {
  /** Idempotent. */
  release(): void;
}

/**
 * Takes the lock that the file at `path` stands for: an exclusive SQLite transaction on an empty database, hence a lock of
 * the operating system, which no crash leaves behind.
 *
 * @param waitMs how long to wait for another holder, milliseconds.
 * @returns undefined when somebody else holds it.
 */
export function tryLock(driver: Driver, path: string, waitMs = 0): FileLock | undefined {
  openFile(path);
  const connection = new Connection(driver, path, { busyTimeoutMs: waitMs });
  try {
    // No journal: taking the lock must not need space on a full disk.
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (isStoreError(error) && error.code === 'busy') return undefined;
    throw error;
  }
  return { release: () => connection.close() };
}
