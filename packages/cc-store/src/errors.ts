import { createErrorGuard, MoorlineError, type MoorlineErrorOptions } from '@moorline/core';

/** Every failure of the store and of the spool; README, "Errors", tells what each means and what to do. */
export type StoreErrorCode =
  | 'driver_unavailable'
  | 'directory_not_writable'
  | 'file_corrupt'
  | 'file_foreign'
  | 'file_newer'
  | 'file_exists'
  | 'database_refused'
  | 'connection_lost'
  | 'outcome_unknown'
  | 'store_in_use'
  | 'store_closed'
  | 'disk_full'
  | 'io_failed'
  | 'busy'
  | 'constraint'
  | 'query_failed'
  | 'migration_failed'
  | 'invalid_argument'
  | 'import_invalid'
  | 'spool_disk_full'
  | 'spool_in_use'
  | 'spool_closed';

/** A failure of the storage itself. What a caller asked wrongly of a `CcBackend` is an outcome there, not an error. */
export class StoreError extends MoorlineError<StoreErrorCode> {
  constructor(message: string, options: MoorlineErrorOptions<StoreErrorCode>) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** Whether `value` is a {@link StoreError}, from whichever copy of this package. */
export const isStoreError = createErrorGuard<StoreError>('StoreError');
