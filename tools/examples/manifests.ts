import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, readJson } from '../repo/json.js';
import { workspaces } from '../repo/workspaces.js';
import { readExamples } from './examples.js';

/**
 * Gives the examples the versions of this checkout: of its own packages the range that a release publishes, of third parties the very
 * version that is installed here. They are no workspaces, so neither changesets nor npm does it.
 *
 * @param root of a checkout
 * @param modules where third parties are installed
 * @returns the package.json files, from the root on, that were not up to date; they are now unless `isCheck`
 * @throws Error for a dependency that this repository does not have: it could not be installed without the network.
 */
export function updateManifests(
  root: string,
  { modules = join(root, 'node_modules'), isCheck = false } = {},
): string[] {
  const own = new Map(workspaces(root).map(({ name, folder }) => [name, folder]));
  const wanted = (name: string): string => {
    const folder = own.get(name);
    if (folder !== undefined) return `^${String(readJson(join(folder, 'package.json'))['version'])}`;
    const file = join(modules, name, 'package.json');
    if (existsSync(file)) return String(readJson(file)['version']);
    throw new Error(
      `${name} is not installed in this repository: an example depends on it, so examples/package.json must`,
    );
  };
  return readExamples(root).flatMap(({ name, folder, manifest }) => {
    const next = withVersions(manifest, wanted);
    if (JSON.stringify(next) === JSON.stringify(manifest)) return [];
    if (!isCheck) writeFileSync(join(folder, 'package.json'), `${JSON.stringify(next, undefined, 2)}\n`);
    return [`examples/${name}/package.json`];
  });
}

function withVersions(manifest: JsonObject, wanted: (name: string) => string): JsonObject {
  const next = { ...manifest };
  for (const kind of ['dependencies', 'devDependencies']) {
    const before = next[kind];
    if (isObject(before)) next[kind] = Object.fromEntries(Object.keys(before).map((name) => [name, wanted(name)]));
  }
  return next;
}
