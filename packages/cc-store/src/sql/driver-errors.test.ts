import { describe, expect, it } from 'vitest';
import { isStoreError } from '../errors.js';
import { toStoreError } from './driver-errors.js';

const fromDriver = (code: string) => Object.assign(new Error('from the driver'), { code });

describe('toStoreError', () => {
  it.each([
    ['SQLITE_FULL', 'disk_full', true],
    ['SQLITE_CORRUPT', 'file_corrupt', false],
    ['SQLITE_CORRUPT_INDEX', 'file_corrupt', false],
    ['SQLITE_NOTADB', 'file_corrupt', false],
    ['SQLITE_BUSY', 'busy', true],
    ['SQLITE_BUSY_SNAPSHOT', 'busy', true],
    ['SQLITE_LOCKED', 'busy', true],
    ['SQLITE_CONSTRAINT_UNIQUE', 'constraint', false],
    ['SQLITE_READONLY', 'directory_not_writable', false],
    ['SQLITE_CANTOPEN', 'directory_not_writable', false],
    ['SQLITE_IOERR_FSYNC', 'io_failed', false],
    ['SQLITE_ERROR', 'query_failed', false],
  ])('makes %s the code %s', (sqlite, code, isRetryable) => {
    const cause = fromDriver(sqlite);
    const error = toStoreError(cause, 'COMMIT', '/data/store.db');
    expect(isStoreError(error)).toBe(true);
    expect(error).toMatchObject({
      code,
      isRetryable,
      cause,
      message: 'COMMIT in /data/store.db failed: from the driver',
      details: { path: '/data/store.db', sqlite },
    });
  });

  it('leaves what is not the driver’s as it is', () => {
    for (const error of [new Error('mine'), fromDriver('ENOENT'), 'text'])
      expect(toStoreError(error, 'x', 'y')).toBe(error);
  });
});
