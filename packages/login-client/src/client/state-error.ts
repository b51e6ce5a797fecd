import { LoginError } from '../wire/login-error.js';

/** What the database said about the state file, as an error that tells what to do. */
export function stateError(attempted: string, path: string, error: unknown): LoginError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = error instanceof Error ? error.message : String(error);
  const message = `failed to ${attempted} ${path}: ${fault}`;
  if (/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) {
    return new LoginError(message, {
      code: 'state_corrupt',
      cause: error,
      hint: `nothing was changed; move ${path} and its -wal and -shm files away to log in anew, or restore them from a copy`,
    });
  }
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) {
    return new LoginError(message, {
      code: 'state_busy',
      cause: error,
      isRetryable: true,
      hint: 'another process holds the file: try again when it is done',
    });
  }
  const isFull = code.startsWith('SQLITE_FULL');
  return new LoginError(message, {
    code: 'state_failed',
    cause: error,
    isRetryable: isFull,
    hint: isFull ? 'the disk is full: free some space' : 'check the file, its directory and the disk under them',
  });
}
