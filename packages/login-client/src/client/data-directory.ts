import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoginError } from '../wire/login-error.js';

/**
 * Makes the file's directory (mode 0700 where it is new) and the file (0600; an existing one that others could read is
 * tightened), so that a database opened on it keeps its secrets to the owner from the first byte.
 *
 * @throws LoginError `data_dir_unusable`
 */
export async function prepareStateFile(path: string): Promise<void> {
  try {
    await makeDirectory(dirname(path));
    await (await open(path, 'a', 0o600)).close();
    for (const file of [path, `${path}-wal`, `${path}-shm`]) await keepToOwner(file);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** @throws LoginError `data_dir_unusable` when it cannot be told. */
export async function stateFileExists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw unusable(path, error);
  }
}

/** Not `recursive: true`, which never returns where a parent can neither be found nor made, as under `/proc`. */
async function makeDirectory(path: string): Promise<void> {
  const make = (): Promise<void> => mkdir(path, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeDirectory(dirname(path));
    await make();
  }
}

async function keepToOwner(file: string): Promise<void> {
  const { mode } = await stat(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return { mode: 0 };
    throw error;
  });
  if ((mode & 0o077) !== 0) await chmod(file, 0o600);
}

function unusable(path: string, error: unknown): LoginError {
  return new LoginError(`failed to resolve data dir: ${error instanceof Error ? error.message : String(error)}`, {
    code: 'data_dir_unusable',
    cause: error,
    hint: `${dirname(path)} must be a directory that this user can write`,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
