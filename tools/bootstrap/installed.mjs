import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether `node_modules` holds what `package-lock.json` asks for. The stamp answers in a millisecond; where it is absent or
 * stale (somebody ran `npm install` by hand), npm's own record of what it installed is compared with the lock.
 *
 * @param {string} root of the repository
 * @returns {boolean}
 */
export function isInstalled(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = stampOf(lock);
  const stampFile = join(root, 'node_modules', '.moorline-installed');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || !matches(JSON.parse(lock.toString()), JSON.parse(readFileSync(record, 'utf8'))))
    return false;
  writeFileSync(stampFile, stamp);
  return true;
}

/** @param {Buffer} lock */
function stampOf(lock) {
  return `${process.platform}-${process.arch} ${createHash('sha256').update(lock).digest('hex')}\n`;
}

/**
 * Every package of the lock is there in its version, optional ones (other platforms) apart, and nothing else is.
 *
 * @typedef {{ version?: string; link?: boolean; optional?: boolean; devOptional?: boolean; peer?: boolean }} Entry
 * @param {{ packages: Record<string, Entry> }} lock
 * @param {{ packages: Record<string, Entry> }} record
 */
function matches(lock, record) {
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/')) continue;
    const found = record.packages[path];
    if (found === undefined ? !entry.optional && !entry.devOptional : found.version !== entry.version) return false;
  }
  return Object.keys(record.packages).every((path) => path in lock.packages);
}
