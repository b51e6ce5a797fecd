import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../repo/json.js';
import { type ApiChange, bumpFor, isEnough } from './api-change.js';
import type { Changeset } from './changesets.js';
import { stagedManifest } from './manifest.js';

/** A published package, and where what its users get comes from. */
export interface PublishedSources {
  name: string;
  /** Folders relative to the repository: its own first, then those of private packages that are built into it. */
  folders: readonly string[];
}

/** What changed, and what is told of it. */
export interface Changes {
  /** Paths relative to the repository; undefined where nothing was ever released, so that everything is new. */
  changed: readonly string[] | undefined;
  packages: readonly PublishedSources[];
  changesets: readonly Changeset[];
  /** Whether the published part of a package.json changed. @param path of it */
  isManifestChanged: (path: string) => boolean;
}

/**
 * The packages whose users would see a change that no changeset tells them of, each with what it is about.
 *
 * A change of published files needs a changeset that waits. A change of the recorded public types (`etc/*.api.md`) needs one that was
 * written or edited with it: what waited before cannot tell of it.
 */
export function untoldChanges({ changed, packages, changesets, isManifestChanged }: Changes): string[] {
  return packages.flatMap(({ name, folders }) => {
    const about = changesets.filter((one) => one.bumps.has(name));
    if (changed === undefined)
      return about.length > 0 ? [] : [`${name} was never released, and no changeset tells of it`];
    const seen = changed.filter((path) => isSeen(path, folders, isManifestChanged));
    const [first] = seen;
    if (first === undefined) return [];
    if (about.length === 0) return [`${name}: ${first}${more(seen)} changed, and no changeset tells of it`];
    const types = seen.find((path) => path.endsWith('.api.md'));
    const isTold = types === undefined || about.some(({ path }) => changed.includes(path));
    return isTold ? [] : [`${name}: ${types} changed, and ${about.map(({ path }) => path).join(', ')} did not`];
  });
}

/** A report of a package's API, `etc/*.api.md`, and how it changed. */
export interface ChangedReport {
  path: string;
  package: string;
  /** Of the package, as it was last released. */
  version: string;
  change: ApiChange;
}

/** The reports whose change is larger than the changesets that wait say, each with the bump that it needs. */
export function understatedChanges(reports: readonly ChangedReport[], changesets: readonly Changeset[]): string[] {
  return reports.flatMap(({ path, package: name, version, change }) => {
    const needed = bumpFor(change, version);
    if (needed === undefined) return [];
    const told = changesets.flatMap(({ bumps }) => bumps.get(name) ?? []);
    if (told.some((bump) => isEnough(bump, needed))) return [];
    return [`${name}: ${path} changed (${change}), which is a ${needed} change after ${version}; no changeset says so`];
  });
}

const more = (paths: readonly string[]): string => (paths.length > 1 ? ` and ${paths.length - 1} more` : '');

/** Whether a file is published, or becomes part of one that is. */
function isSeen(
  path: string,
  [own = '', ...parts]: readonly string[],
  isManifestChanged: Changes['isManifestChanged'],
): boolean {
  const inside = [own, ...parts].find((folder) => path.startsWith(`${folder}/`));
  if (inside === undefined) return false;
  const rest = path.slice(inside.length + 1);
  if (rest.startsWith('src/')) return !/\.test\.tsx?$/.test(rest);
  if (inside !== own) return false;
  if (rest === 'package.json') return isManifestChanged(path);
  return rest === 'README.md' || /^etc\/.*\.api\.md$/.test(rest);
}

/** Whether two versions of a package.json differ in what is published; the version itself is the release's business. */
export function isPublishedManifestChanged(before: JsonObject, now: JsonObject): boolean {
  const published = (manifest: JsonObject) => ({ ...stagedManifest(manifest), version: '' });
  return !isDeepStrictEqual(published(before), published(now));
}
