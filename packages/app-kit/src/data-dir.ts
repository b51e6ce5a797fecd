import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from './error.js';

/**
 * Where an app keeps its files when nobody says: `/var/lib/moorline/<app>` for root, else `moorline/<app>` under
 * `XDG_STATE_HOME` (`~/.local/state`).
 */
export function defaultDataDir(
  app: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  userId = process.getuid?.(),
): string {
  if (userId === 0) return `/var/lib/moorline/${app}`;
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'moorline', app);
}

/**
 * The absolute path of a data directory for commands that only ask the running app or read: nothing is made, and
 * nothing need be writable. A directory that is not there shows in what they look for in it.
 */
export function dataDirPath(directory: string): string {
  return resolve(directory);
}

/**
 * Makes the directory (0700) where it is missing, and proves that it can be written.
 *
 * @returns its absolute path.
 * @throws AppError `data_dir_not_writable` or `data_dir_full`.
 */
export function openDataDir(directory: string): string {
  const path = dataDirPath(directory);
  try {
    makeDirectories(path);
    proveWritable(join(path, `.write-test-${process.pid}`));
  } catch (error) {
    throw dataDirError(path, error);
  }
  return path;
}

/**
 * The path of an app's control socket, in a directory of its own that `serveControl` makes. Touches no file.
 *
 * @throws AppError `data_dir_too_deep`.
 */
export function controlSocketPath(dataDir: string, app: string): string {
  const path = join(dataDir, 'run', `${app}.sock`);
  const bytes = Buffer.byteLength(path);
  if (bytes > longestSocketPath) {
    throw new AppError(`the data directory ${dataDir} has too long a path for the control socket in it`, {
      code: 'data_dir_too_deep',
      hint: `choose one whose path is ${bytes - longestSocketPath} bytes shorter with --data-dir`,
    });
  }
  return path;
}

/** Bytes that every system takes (Linux 107, macOS and the BSDs 103). Node cuts a longer path without a word. */
const longestSocketPath = 103;

/** One after the other: Node's own recursive way goes round in circles where a file system refuses new entries (`/proc`). */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** A full disk lets an empty file be made; only written and synced bytes prove that there is room. */
function proveWritable(file: string): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    writeSync(descriptor, Buffer.alloc(4096));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
    rmSync(file, { force: true });
  }
}

function dataDirError(path: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(`no room is left for the data directory ${path}`, {
      code: 'data_dir_full',
      hint: 'free some space there, or choose another place with --data-dir',
      cause,
    });
  }
  return new AppError(`cannot write the data directory ${path}: ${reason}`, {
    code: 'data_dir_not_writable',
    hint: 'choose a directory of your own with --data-dir, or change its owner',
    cause,
  });
}
