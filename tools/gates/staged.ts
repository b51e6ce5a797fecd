import { join } from 'node:path';
import { isObject, type JsonObject, readJson } from '../repo/json.js';

/** What a staged package gives to those who import it. */
export interface StagedEntry {
  /** `.`, `./server`. */
  path: string;
  /** What an `import` gets, absolute; undefined where there is none. */
  module: string | undefined;
  /** What a `require` gets, absolute. */
  common: string | undefined;
}

export interface StagedPackage {
  folder: string;
  manifest: JsonObject;
  name: string;
  /** None of a program: nobody imports it. */
  entries: StagedEntry[];
}

/** @param folder a package's `.stage`. */
export function readStaged(folder: string): StagedPackage {
  const manifest = readJson(join(folder, 'package.json'));
  const exports = isObject(manifest['exports']) ? manifest['exports'] : {};
  const target = (conditions: unknown, kind: string): string | undefined => {
    const found = isObject(conditions) ? conditions[kind] : undefined;
    const file = isObject(found) ? found['default'] : found;
    return typeof file === 'string' ? join(folder, file) : undefined;
  };
  const entries = Object.entries(exports)
    .filter(([, conditions]) => isObject(conditions))
    .map(([path, conditions]) => ({
      path,
      module: target(conditions, 'import'),
      common: target(conditions, 'require'),
    }));
  return { folder, manifest, name: String(manifest['name']), entries };
}
