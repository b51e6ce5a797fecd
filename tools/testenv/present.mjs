/**
 * Prints what outside of the repository decides which tests run: versions of the system programs and a hash of the shared
 * reference files. Nx takes the output into the cache key of `test`, so that a skipped test is not replayed from the cache
 * after its program appeared.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { foldersOf, programs, startedAs } from './programs.mjs';

/**
 * @param {import('./programs.mjs').Program} program
 * @returns {string} the first line of what it prints as its version, or `none`
 */
export function versionOf(program) {
  const PATH = foldersOf(program).join(delimiter);
  // Standard error is not looked at: Debian's launcher of Chromium warns there on every start.
  const { stdout, error } = spawnSync(startedAs(program), program.version, {
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
  return error ? 'none' : stdout.replace(/\n[^]*/, '').trim();
}

/**
 * @param {string} folder
 * @returns {string} a hash over names and contents, or `none`
 */
export function hashOf(folder) {
  if (!existsSync(folder)) return 'none';
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(file.slice(folder.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

const here = fileURLToPath(import.meta.url);
if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const shared = process.env.MOORLINE_SHARED || resolve(dirname(here), '../../../shared');
  for (const program of programs) console.log(program.command, versionOf(program));
  for (const part of ['vectors', 'data']) console.log(part, hashOf(join(shared, part)));
}
