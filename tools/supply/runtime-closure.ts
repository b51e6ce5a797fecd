import { isObject, type JsonObject } from '../repo/json.js';

/** A third-party package, or one of ours, that is installed with a published one. */
export interface LockedPackage {
  name: string;
  version: string;
  /** SPDX expression; undefined where the package states none. */
  licence: string | undefined;
  /** Subresource integrity, `sha512-…`; undefined for a workspace of this repository. */
  integrity: string | undefined;
  /** The direct dependencies that were found. */
  dependencies: LockedPackage[];
}

/**
 * What users install with a workspace: it and everything below its `dependencies` and `optionalDependencies`, at the versions of the
 * lock file. Peers count where npm installs them by itself: those that are not optional.
 *
 * @param lock a package-lock.json of version 3. @param path of the workspace, relative to the root: `packages/core`.
 * @throws Error where a dependency that is not optional is not in the lock.
 */
export function runtimeClosure(lock: JsonObject, path: string): LockedPackage {
  const packages = lock['packages'];
  if (!isObject(packages)) throw new Error('package-lock.json: no "packages"; version 3 is needed');
  const entries = new Map(Object.entries(packages).map(([at, entry]) => [at, isObject(entry) ? entry : {}]));
  const seen = new Map<string, LockedPackage>();

  const visit = (at: string): LockedPackage => {
    const known = seen.get(at);
    if (known !== undefined) return known;
    const entry = entries.get(at);
    if (entry === undefined) throw new Error(`package-lock.json: ${at} is missing`);
    const found: LockedPackage = {
      name: text(entry['name']) ?? at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: text(entry['version']) ?? '0.0.0',
      licence: text(entry['license']),
      integrity: text(entry['integrity']),
      dependencies: [],
    };
    seen.set(at, found);
    for (const [name, isOptional] of wanted(entry)) {
      const place = resolve(entries, at, name);
      if (place !== undefined) found.dependencies.push(visit(place));
      else if (!isOptional) throw new Error(`package-lock.json: ${at} needs ${name}, which is not there`);
    }
    return found;
  };
  return visit(path);
}

/** The package and all below it, each once, by name. */
export function flatten(root: LockedPackage): LockedPackage[] {
  const all = new Set<LockedPackage>();
  const add = (one: LockedPackage): void => {
    if (all.has(one)) return;
    all.add(one);
    one.dependencies.forEach(add);
  };
  add(root);
  return [...all].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

function wanted(entry: JsonObject): Map<string, boolean> {
  const optionalPeers = isObject(entry['peerDependenciesMeta']) ? entry['peerDependenciesMeta'] : {};
  const isOptionalPeer = (name: string): boolean => {
    const meta = optionalPeers[name];
    return isObject(meta) && meta['optional'] === true;
  };
  return new Map([
    ...namesOf(entry['peerDependencies'])
      .filter((name) => !isOptionalPeer(name))
      .map((name): [string, boolean] => [name, false]),
    ...namesOf(entry['dependencies']).map((name): [string, boolean] => [name, false]),
    // Last: npm lists an optional dependency among the others too.
    ...namesOf(entry['optionalDependencies']).map((name): [string, boolean] => [name, true]),
  ]);
}

const namesOf = (group: unknown): string[] => (isObject(group) ? Object.keys(group) : []);

/** As Node looks for it: in each folder's `node_modules`, from the inside out; a link leads to its workspace. */
function resolve(entries: ReadonlyMap<string, JsonObject>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = parent(folder)) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = entries.get(place);
    if (entry !== undefined) return entry['link'] === true ? text(entry['resolved']) : place;
    if (folder === '') return undefined;
  }
}

/** The folder around the innermost `node_modules`, else the folder above: `packages/a/node_modules/b` → `packages/a` → `packages`. */
function parent(folder: string): string {
  const inner = folder.lastIndexOf('/node_modules/');
  if (inner >= 0) return folder.slice(0, inner);
  if (folder.startsWith('node_modules/')) return '';
  const slash = folder.lastIndexOf('/');
  return slash < 0 ? '' : folder.slice(0, slash);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
