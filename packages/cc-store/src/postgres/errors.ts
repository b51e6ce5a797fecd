import { StoreError, type StoreErrorCode } from '../errors.js';

/** A failure of Postgres, or of the way to it, as a {@link StoreError}; what is neither comes back as it is. */
export function toStoreError(error: unknown, attempted: string, database: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const state = sqlState(error);
  const kind = state === undefined ? lost : kindOf(state);
  return new StoreError(`${attempted} in ${database} failed: ${error.message}`, {
    code: kind.code,
    hint: kind.hint,
    isRetryable: kind.isRetryable ?? false,
    cause: error,
    details: { database, ...(state === undefined ? {} : { sqlState: state }) },
  });
}

/** The five characters with which Postgres names a failure; undefined when the failure is not one that it told. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && !/^E[A-Z]{4}$/.test(error.code) ? error.code : undefined;
}

/** Whether the same statements may succeed when they are run again: another transaction was in the way. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error instanceof StoreError ? error.cause : error);
  return state === '40001' || state === '40P01';
}

interface Kind {
  code: StoreErrorCode;
  hint?: string;
  isRetryable?: boolean;
}

const lost: Kind = {
  code: 'connection_lost',
  hint: 'the next call connects again; look at the network and at the log of Postgres when it goes on',
  isRetryable: true,
};

/** By the state, or by its class: its first two characters. */
const kinds: Readonly<Record<string, Kind>> = {
  '08': lost,
  '57P01': lost,
  '57P02': lost,
  '57P03': lost,
  '57P05': lost,
  '25P03': lost,
  '53100': {
    code: 'disk_full',
    hint: 'free space where Postgres keeps its data; nothing of this write was kept',
    isRetryable: true,
  },
  '53': { code: 'busy', hint: 'Postgres is short of connections or memory: raise its limits', isRetryable: true },
  '40': { code: 'busy', hint: 'other transactions were in the way; try again', isRetryable: true },
  '55': { code: 'busy', hint: 'another session holds what this needs; try again', isRetryable: true },
  '57': {
    code: 'busy',
    hint: 'Postgres cancelled it: it took longer than it may, or somebody asked for that',
    isRetryable: true,
  },
  '58': { code: 'io_failed', hint: 'look at the log of Postgres for errors of its disk' },
  XX001: { code: 'file_corrupt', hint: 'look at the log of Postgres; restore the database from a backup' },
  XX002: { code: 'file_corrupt', hint: 'an index is damaged: REINDEX it, and look at the log of Postgres' },
  '23': { code: 'constraint' },
  '22': { code: 'invalid_argument', hint: 'a value does not fit its column' },
  '54': { code: 'invalid_argument', hint: 'a text is longer than Postgres takes in an index' },
  '28': { code: 'database_refused', hint: 'name a user and a password that Postgres lets in' },
  '3D': { code: 'database_refused', hint: 'make the database first: createdb NAME' },
  '3F': { code: 'database_refused', hint: 'make the schema first: CREATE SCHEMA NAME' },
  '42501': { code: 'database_refused', hint: 'let this user create and use tables in that schema' },
  '25006': { code: 'database_refused', hint: 'it takes no writes: connect to the primary server' },
};

function kindOf(state: string): Kind {
  return kinds[state] ?? kinds[state.slice(0, 2)] ?? { code: 'query_failed' };
}
