import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../../tools/testenv/temporary-folder.js';
import { loginErrorOf } from '../../test/support/rejection.js';
import { stateError } from './state-error.js';

afterEach(() => {
  vi.doUnmock('libsql');
  vi.resetModules();
});

describe('stateError', () => {
  it.each([
    ['SQLITE_NOTADB', 'state_corrupt', false],
    ['SQLITE_CORRUPT_INDEX', 'state_corrupt', false],
    ['SQLITE_BUSY', 'state_busy', true],
    ['SQLITE_LOCKED', 'state_busy', true],
    ['SQLITE_FULL', 'state_failed', true],
    ['SQLITE_IOERR_WRITE', 'state_failed', false],
    ['SQLITE_READONLY', 'state_failed', false],
  ])('makes %s %s', (driverCode, code, isRetryable) => {
    const error = stateError('write state file', '/d/gpud.state', Object.assign(new Error('x'), { code: driverCode }));
    expect([error.code, error.isRetryable]).toEqual([code, isRetryable]);
    expect(error.message).toBe('failed to write state file /d/gpud.state: x');
    expect(error.hint).toBeDefined();
  });
});

describe('without the database driver', () => {
  it('says which command installs it', async () => {
    vi.resetModules();
    vi.doMock('libsql', () => {
      throw new Error("Cannot find package 'libsql'");
    });
    const { openIdentity } = await import('./open-identity.js');
    const error = await loginErrorOf(openIdentity(temporaryFolder()));
    expect([error.code, error.hint]).toEqual(['sqlite_missing', 'npm install libsql']);
  });
});
