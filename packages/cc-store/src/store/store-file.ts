import type { Clock } from '@moorline/core';
import { isStoreError, StoreError } from '../errors.js';
import { Connection } from '../sql/connection.js';
import type { Driver } from '../sql/driver.js';
import { tryLock } from '../sql/file-lock.js';
import { withListedRows } from '../sql/listed-rows.js';
import { openFile } from '../sql/open-file.js';

/** The open file of a store. */
export interface StoreFile {
  readonly writer: Connection;
  /** Sees what was committed, hence every answered write and no unanswered one. */
  readonly reader: Connection;
  /** Once the tables are there. */
  openReader(): void;
  close(): void;
}

export interface StoreFileOptions {
  driver: Driver;
  path: string;
  durability: 'full' | 'relaxed';
  clock: Clock;
}

/** `MSTO`: what tells a store from another program's SQLite file. */
const applicationId = 0x4d53544f;

/** @throws StoreError as `openStore` does. */
export function openStoreFile({ driver, path, durability, clock }: StoreFileOptions): StoreFile {
  // Newest samples and descriptions are held in memory: two processes on one file would not see each other's.
  const lock = tryLock(driver, `${path}-lock`);
  if (lock === undefined) {
    throw new StoreError(`opening ${path} failed: another process has it open`, {
      code: 'store_in_use',
      hint: 'stop the other server, or give this one a data directory of its own',
      details: { path },
    });
  }
  let writer: Connection | undefined;
  let reader: Connection | undefined;
  try {
    openFile(path);
    const rows = withListedRows(driver);
    writer = new Connection(rows, path, { clock });
    prepare(writer, durability);
    const writing = writer;
    return {
      writer: writing,
      get reader() {
        if (reader === undefined) throw new StoreError(`${path} is not open yet`, { code: 'store_closed' });
        return reader;
      },
      openReader() {
        reader = new Connection(rows, path, { clock });
        reader.exec(`PRAGMA query_only = ON; PRAGMA cache_size = ${-cacheKib}`);
      },
      close() {
        reader?.close();
        writing.close();
        lock.release();
      },
    };
  } catch (error) {
    writer?.close();
    lock.release();
    throw error;
  }
}

/**
 * KiB of pages that each connection keeps in memory. What starts come back to is less: with 16 MiB each took as many instructions. The
 * operating system keeps the others, and a copy from there costs a microsecond.
 */
const cacheKib = 6 * 1024;

function prepare(writer: Connection, durability: 'full' | 'relaxed'): void {
  const { path } = writer;
  const isEmpty = readSchemaVersion(writer) === 0;
  if (!isEmpty && writer.pragma('application_id') !== applicationId) {
    throw new StoreError(`${path} is a database, but not a store`, {
      code: 'file_foreign',
      hint: 'name another file, or move this one away',
      details: { path },
    });
  }
  writer.pragma('journal_mode = WAL');
  writer.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
  writer.exec(`PRAGMA foreign_keys = ON; PRAGMA cache_size = ${-cacheKib}`);
  if (isEmpty) writer.exec(`PRAGMA application_id = ${applicationId}`);
}

function readSchemaVersion(writer: Connection): unknown {
  try {
    return writer.pragma('schema_version');
  } catch (error) {
    if (!isStoreError(error) || error.code !== 'file_corrupt') throw error;
    throw new StoreError(`${writer.path} is no store: ${error.message}`, {
      code: 'file_corrupt',
      hint: 'move the file away and restore it from a backup; starting without it makes an empty one',
      cause: error,
      details: { path: writer.path },
    });
  }
}
