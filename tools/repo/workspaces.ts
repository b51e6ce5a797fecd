import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isObject, readJson } from './json.js';

/** One npm workspace of the repository, which is one Nx project. */
export interface Workspace {
  /** Of its package.json: `@moorline/core`. */
  name: string;
  /** Its folder's name: `core`. */
  shortName: string;
  /** Absolute. */
  folder: string;
  /** Relative to the root: `packages/core`. */
  path: string;
  /** The names of its npm scripts, which are its Nx targets. */
  scripts: string[];
  /** Whether npm gets it. */
  isPublished: boolean;
}

/** All workspaces that the root's package.json names, in its order. */
export function workspaces(root: string): Workspace[] {
  const patterns = readJson(join(root, 'package.json'))['workspaces'];
  if (!Array.isArray(patterns)) throw new Error('package.json: no workspaces');
  return patterns.flatMap((pattern) => folders(root, String(pattern))).map((folder) => describe(root, folder));
}

/**
 * The workspaces that the given names mean, each a package name, a folder's name or a path.
 *
 * @throws RangeError that lists the known ones.
 */
export function selectWorkspaces(all: readonly Workspace[], names: readonly string[]): Workspace[] {
  return names.map((name) => {
    const found = all.find((one) => [one.name, one.shortName, one.path].includes(name.replace(/\/$/, '')));
    if (found !== undefined) return found;
    throw new RangeError(
      `no project ${JSON.stringify(name)}; there are: ${all.map((one) => one.shortName).join(', ')}`,
    );
  });
}

function folders(root: string, pattern: string): string[] {
  const candidates = pattern.endsWith('/*')
    ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => join(root, pattern.slice(0, -2), name))
    : [join(root, pattern)];
  return candidates.filter((folder) => existsSync(join(folder, 'package.json'))).sort();
}

function describe(root: string, folder: string): Workspace {
  const { name, scripts, private: isPrivate } = readJson(join(folder, 'package.json'));
  return {
    name: String(name),
    shortName: basename(folder),
    folder,
    path: relative(root, folder),
    scripts: isObject(scripts) ? Object.keys(scripts) : [],
    isPublished: isPrivate !== true,
  };
}
