import { describe, expect, it } from 'vitest';
import { isStoreError, StoreError } from '../errors.js';
import { isConflict, sqlState, toStoreError } from './errors.js';

const name = 'postgres://db.example.org/moorline';
const fromDriver = (code?: string) => Object.assign(new Error('from Postgres'), code === undefined ? {} : { code });

describe('toStoreError', () => {
  it.each([
    ['08006', 'connection_lost', true],
    ['57P01', 'connection_lost', true],
    ['57P02', 'connection_lost', true],
    ['57P03', 'connection_lost', true],
    ['25P03', 'connection_lost', true],
    ['53100', 'disk_full', true],
    ['53300', 'busy', true],
    ['40001', 'busy', true],
    ['40P01', 'busy', true],
    ['55P03', 'busy', true],
    ['57014', 'busy', true],
    ['58030', 'io_failed', false],
    ['XX001', 'file_corrupt', false],
    ['XX002', 'file_corrupt', false],
    ['23505', 'constraint', false],
    ['23503', 'constraint', false],
    ['22003', 'invalid_argument', false],
    ['54000', 'invalid_argument', false],
    ['28P01', 'database_refused', false],
    ['28000', 'database_refused', false],
    ['3D000', 'database_refused', false],
    ['3F000', 'database_refused', false],
    ['42501', 'database_refused', false],
    ['25006', 'database_refused', false],
    ['42601', 'query_failed', false],
    ['XX000', 'query_failed', false],
  ])('makes %s the code %s', (state, code, isRetryable) => {
    const cause = fromDriver(state);
    const error = toStoreError(cause, 'COMMIT', name);
    expect(isStoreError(error)).toBe(true);
    expect(error).toMatchObject({
      code,
      isRetryable,
      cause,
      message: `COMMIT in ${name} failed: from Postgres`,
      details: { database: name, sqlState: state },
    });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', undefined])(
    'takes what Postgres did not say (%s) for a lost connection',
    (code) => {
      const error = toStoreError(fromDriver(code), 'connecting', name);
      expect(error).toMatchObject({ code: 'connection_lost', isRetryable: true, details: { database: name } });
      expect(sqlState(error instanceof Error ? error.cause : error)).toBeUndefined();
    },
  );

  it('leaves what is named already, and what is no error, as it is', () => {
    for (const error of [new StoreError('mine', { code: 'store_closed' }), 'text', undefined]) {
      expect(toStoreError(error, 'x', name)).toBe(error);
    }
  });
});

it('tells the conflicts of transactions from everything else, before and after they are named', () => {
  for (const state of ['40001', '40P01']) {
    expect(isConflict(fromDriver(state))).toBe(true);
    expect(isConflict(toStoreError(fromDriver(state), 'x', name))).toBe(true);
  }
  for (const state of ['40002', '23505', '57P01', 'ECONNRESET']) expect(isConflict(fromDriver(state))).toBe(false);
  expect(isConflict(undefined)).toBe(false);
});
