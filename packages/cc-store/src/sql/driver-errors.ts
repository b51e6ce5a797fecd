import { isStoreError, StoreError, type StoreErrorCode } from '../errors.js';

/** libsql's error as a {@link StoreError}; anything that is not libsql's comes back as it is. */
export function toStoreError(error: unknown, attempted: string, path: string): unknown {
  const code = driverCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const kind = kindOf(code);
  return new StoreError(`${attempted} in ${path} failed: ${error.message}`, {
    code: kind.code,
    hint: kind.hint,
    isRetryable: kind.isRetryable ?? false,
    cause: error,
    details: { path, sqlite: code },
  });
}

/** The SQLite result code name of a driver error (`SQLITE_FULL`, `SQLITE_CONSTRAINT_UNIQUE` …). */
function driverCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** Whether libsql found the file itself damaged. A row that this package cannot read has the same code, and harms nothing else. */
export function isDamage(error: unknown): boolean {
  const code = isStoreError(error) ? driverCode(error.cause) : undefined;
  return code !== undefined && kindOf(code).code === 'file_corrupt';
}

interface Kind {
  code: StoreErrorCode;
  hint?: string;
  isRetryable?: boolean;
}

function kindOf(code: string): Kind {
  if (code === 'SQLITE_FULL') {
    return {
      code: 'disk_full',
      hint: 'free space on that file system; nothing of this write was kept',
      isRetryable: true,
    };
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return { code: 'file_corrupt', hint: 'stop the program, keep a copy of the file, and restore it from a backup' };
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return { code: 'busy', hint: 'another process holds the file; try again', isRetryable: true };
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) return { code: 'constraint' };
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return { code: 'directory_not_writable', hint: 'let this user write to the file and to its directory' };
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return { code: 'io_failed', hint: 'look at the system log for errors of the disk below this file' };
  }
  return { code: 'query_failed' };
}
