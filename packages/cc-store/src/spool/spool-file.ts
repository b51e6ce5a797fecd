import { renameSync, rmSync, statSync } from 'node:fs';
import type { Clock, Logger } from '@moorline/core';
import { isStoreError, StoreError } from '../errors.js';
import { Connection } from '../sql/connection.js';
import type { Driver } from '../sql/driver.js';
import { type FileLock, tryLock } from '../sql/file-lock.js';
import { openFile } from '../sql/open-file.js';
import { Reserve, walPages } from './reserve.js';
import { salvage } from './salvage.js';
import { prepareSpool } from './spool-schema.js';

/** The open file of a spool: one connection that writes, one that reads what was committed. */
export interface SpoolFile {
  readonly writer: Connection;
  readonly reader: Connection;
  readonly reserve: Reserve;
  /** Whether the file at the path is still the one that is open: another process may have replaced a corrupt one. */
  isCurrent(): boolean;
  close(): void;
}

export interface SpoolFileOptions {
  driver: Driver;
  path: string;
  busyTimeoutMs: number;
  clock: Clock;
  logger: Logger;
}

/**
 * Opens the file, makes it where there is none, and replaces it by what can be read of it where it is corrupt.
 *
 * @throws StoreError `directory_not_writable`, `spool_disk_full`, `file_foreign`, `file_newer`, `busy`.
 */
export function openSpoolFile(options: SpoolFileOptions): SpoolFile {
  const { driver, path } = options;
  const lock: FileLock | undefined = tryLock(driver, `${path}-lock`, options.busyTimeoutMs);
  if (lock === undefined) {
    throw new StoreError(
      `opening ${path} failed: another process has been opening it for ${options.busyTimeoutMs} ms`,
      {
        code: 'busy',
        isRetryable: true,
        details: { path },
      },
    );
  }
  try {
    return openOrSalvage(options);
  } finally {
    lock.release();
  }
}

function openOrSalvage(options: SpoolFileOptions): SpoolFile {
  const { path, logger } = options;
  const salvaged = `${path}.salvaged`;
  // A salvage that was killed: before the corrupt file was moved it is simply done again, afterwards it is completed.
  if (exists(path)) rmSync(salvaged, { force: true });
  else if (exists(salvaged)) renameSync(salvaged, path);
  try {
    return openHealthy(options);
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'file_corrupt') throw error;
    const aside = salvage(options, salvaged);
    logger.error(
      { err: error, path, ...aside },
      `${path} is corrupt: kept it as ${aside.corruptPath} and went on with what could be read of it`,
    );
    return openHealthy(options);
  }
}

function openHealthy(options: SpoolFileOptions): SpoolFile {
  const reserve = new Reserve(options.path);
  try {
    return openOnce(options, reserve);
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'disk_full' || !reserve.free()) throw error;
    return openOnce(options, reserve);
  }
}

function openOnce({ driver, path, busyTimeoutMs, clock }: SpoolFileOptions, reserve: Reserve): SpoolFile {
  openFile(path);
  const connect = () => new Connection(driver, path, { busyTimeoutMs, clock, closedCode: 'spool_closed' });
  const writer = connect();
  try {
    writer.exec('PRAGMA auto_vacuum = INCREMENTAL');
    writer.pragma('journal_mode = WAL');
    writer.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${walPages}`);
    const verdict = writer.pragma('quick_check(1)');
    if (verdict !== 'ok')
      throw new StoreError(`${path} is corrupt: ${String(verdict)}`, { code: 'file_corrupt', details: { path } });
    prepareSpool(writer);
    reserve.fill();
    const reader = connect();
    const inode = statSync(path).ino;
    return {
      writer,
      reader,
      reserve,
      isCurrent: () => statSync(path, { throwIfNoEntry: false })?.ino === inode,
      close: () => {
        reader.close();
        writer.close();
      },
    };
  } catch (error) {
    writer.close();
    throw error;
  }
}

const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
