import { randomBytes } from 'node:crypto';
import { link, lstat, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isStoreError, StoreError } from '../errors.js';
import { loadThreadedDriver } from '../sql/driver.js';
import { toStoreError } from '../sql/driver-errors.js';
import { fileError } from '../sql/open-file.js';

/** What a backup came to. */
export interface StoreBackup {
  /** Of the file. */
  bytes: number;
}

/** Makes backups of the file of an open store. */
export interface Backups {
  make(target: string): Promise<StoreBackup>;
  /** Begins none any more, and waits for those that are being made. */
  close(): Promise<void>;
}

export function createBackups(source: string): Backups {
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  return {
    async make(target) {
      if (isClosed) throw new StoreError(`${source} is closed`, { code: 'store_closed', details: { path: source } });
      const copying = copyStoreFile(source, target);
      running.add(copying);
      try {
        return { bytes: await copying };
      } finally {
        running.delete(copying);
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(running);
    },
  };
}

/**
 * Copies the store's file as it is at this moment, what is only in its write-ahead log included, into a new file for its owner
 * alone. SQLite copies one snapshot, on another thread: reads and writes go on meanwhile.
 *
 * The copy gets its name when it is whole and on the disk. A process that is killed before leaves `….unfinished-…` behind.
 *
 * @returns the bytes of the copy.
 * @throws StoreError `file_exists`, `directory_not_writable`, `disk_full`, `io_failed`, `file_corrupt`.
 */
async function copyStoreFile(source: string, target: string): Promise<number> {
  const unfinished = `${target}.unfinished-${randomBytes(6).toString('hex')}`;
  try {
    // Found before the work where it can be; `link` finds it in any case, and never replaces a file.
    if (await isThere(target)) throw alreadyThere(target);
    await (await open(unfinished, 'wx', 0o600)).close();
    await vacuumInto(source, unfinished);
    const bytes = await sync(unfinished);
    await link(unfinished, target);
    await sync(dirname(target));
    return bytes;
  } catch (error) {
    if (isStoreError(error)) throw error;
    throw hasCode(error, 'EEXIST') ? alreadyThere(target) : fileError(error, target);
  } finally {
    // A copy that failed leaves SQLite's journal of it too.
    for (const suffix of ['', '-journal']) await rm(unfinished + suffix, { force: true });
  }
}

async function vacuumInto(source: string, target: string): Promise<void> {
  const driver = await loadThreadedDriver();
  const database = new driver(source, { timeout: 5_000 });
  try {
    await database.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
  } catch (error) {
    throw toStoreError(error, `copying to ${target}`, source);
  } finally {
    database.close();
  }
}

/** Until it is on the disk. @returns its bytes. */
async function sync(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const alreadyThere = (path: string): StoreError =>
  new StoreError(`a backup to ${path} was not made: the file is there already`, {
    code: 'file_exists',
    hint: 'name a file that is not there; a backup replaces none',
    details: { path },
  });
