import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLoginError, openIdentity } from '@moorline/login-client';
import { loadFdPassing } from '@moorline/proxy-protocol/fd';
import { isProxyError } from '@moorline/proxy-protocol';
import { equal, failureOf } from './check.js';

/** Where no optional peer is installed, what needs one says which, and how it is had. */
export async function run(): Promise<void> {
  const sqlite = await failureOf(openIdentity(join(tmpdir(), `moorline-none-${Date.now()}`)));
  equal(isLoginError(sqlite) && [sqlite.code, sqlite.hint], ['sqlite_missing', 'npm install libsql']);

  const koffi = await failureOf(loadFdPassing());
  equal(isProxyError(koffi) && koffi.hint?.includes('npm install koffi'), true);
}
