import { readFileSync, statSync } from 'node:fs';
import { ServerError } from './error.js';
import { replaceFile } from './replace-file.js';

/**
 * What a key file (0600) holds; made where there is none.
 *
 * @throws ServerError `exposed_key_file` or `cannot_make_key_file`.
 */
export function openKeyFile(path: string, make: () => string): string {
  return readKeyFile(path) ?? makeKeyFile(path, make());
}

function readKeyFile(path: string): string | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return undefined;
  if ((mode & 0o077) !== 0) {
    throw new ServerError(
      `key file ${path} can be read by others than its owner (mode ${(mode & 0o777).toString(8)})`,
      {
        code: 'exposed_key_file',
        hint: `chmod 600 ${path}; if others may have read it, move it away instead, which makes a new one`,
      },
    );
  }
  return readFileSync(path, 'utf8');
}

function makeKeyFile(path: string, content: string): string {
  try {
    replaceFile(path, content);
  } catch (error) {
    throw new ServerError(
      `key file ${path} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
      {
        code: 'cannot_make_key_file',
        hint: 'make room there and let this user write it, or give the keys in the environment: JWT_PRIVATE_KEY, SESSION_KEY',
        cause: error,
      },
    );
  }
  return content;
}
