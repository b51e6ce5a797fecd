import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { workspaces } from '../repo/workspaces.js';
import { changeset, configFiles } from './config-files.js';
import { checkName, rename } from './names.js';

const template = join(import.meta.dirname, 'template');

/**
 * Writes `packages/NAME` with all its rooms, and its changeset: a small protocol that works, to be replaced piece by piece.
 *
 * @returns the paths written, relative to the root.
 * @throws RangeError for a bad or taken name; nothing is written then.
 */
export function createPackage(root: string, wanted: string | undefined): string[] {
  const name = checkName(wanted, workspaces(root));
  const folder = join('packages', name);
  const files = new Map<string, string>([[join('.changeset', `${name}.md`), changeset(name)]]);
  for (const [path, text] of Object.entries(configFiles(name))) files.set(join(folder, path), text);
  for (const path of templateFiles()) {
    files.set(join(folder, rename(path, name)), rename(readFileSync(join(template, path), 'utf8'), name));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: 'wx' });
  }
  return [...files.keys()].sort();
}

function templateFiles(): string[] {
  const entries = readdirSync(template, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)));
}
