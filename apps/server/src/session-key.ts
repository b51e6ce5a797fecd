import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ServerError } from './error.js';
import { openKeyFile } from './key-file.js';

const sessionKeyName = 'session-key';

/**
 * What signs session cookies, base64: `SESSION_KEY` of the environment, as ClusterCockpit has it, else the file
 * `session-key` in the data directory, which the first start makes (0600). A secret.
 *
 * @throws ServerError `bad_key_variables`, `bad_key_file`, `exposed_key_file` or `cannot_make_key_file`.
 */
export function openSessionKey(dataDir: string, env: Readonly<Record<string, string | undefined>>): string {
  const given = env['SESSION_KEY'];
  if (given !== undefined) {
    if (isKey(given)) return given;
    throw new ServerError('SESSION_KEY is not base64 of 32 bytes or more', {
      code: 'bad_key_variables',
      hint: 'make one with "openssl rand -base64 32", or unset it to use the key file',
    });
  }
  const path = join(dataDir, sessionKeyName);
  const key = openKeyFile(path, () => randomBytes(32).toString('base64')).trim();
  if (isKey(key)) return key;
  throw new ServerError(`key file ${path} does not hold base64 of 32 bytes or more`, {
    code: 'bad_key_file',
    hint: 'put the right file back; without it, moving it away lets the next start make a new key, which ends all sessions',
  });
}

const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text.trim()) && Buffer.from(text, 'base64').length >= 32;
