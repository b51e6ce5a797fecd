import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../errors.js';

/**
 * Makes sure that the file exists and that only its owner may read it: it holds hashes of tokens and people's names. SQLite
 * gives its `-wal` and `-shm` the same mode.
 *
 * An existing file is looked at by its name alone: closing any descriptor of a file drops every lock that this process has on
 * it, those of an open SQLite connection too.
 *
 * @returns whether the file was empty or new.
 * @throws StoreError `directory_not_writable`, `disk_full`, `io_failed`.
 */
export function openFile(path: string): { isNew: boolean } {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (create(path)) return { isNew: true };
    accessSync(path, constants.R_OK | constants.W_OK);
    chmodSync(path, 0o600);
    return { isNew: statSync(path).size === 0 };
  } catch (cause) {
    throw fileError(cause, path);
  }
}

function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A failure of the file system as a {@link StoreError}. */
export function fileError(cause: unknown, path: string): StoreError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const details = { path };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StoreError(`writing ${path} failed: the disk is full`, {
      code: 'disk_full',
      hint: 'free space on that file system',
      isRetryable: true,
      cause,
      details,
    });
  }
  if (code === 'EIO') return new StoreError(`reading or writing ${path} failed`, { code: 'io_failed', cause, details });
  return new StoreError(`opening ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
    code: 'directory_not_writable',
    hint: 'the directory must exist and this user must be able to write to it and to the file',
    cause,
    details,
  });
}
