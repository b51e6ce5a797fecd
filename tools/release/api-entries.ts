import { join } from 'node:path';
import { isObject, readJson } from '../repo/json.js';

/** One public entry of a package. */
export interface ApiEntry {
  /** `index` for the package itself, `server` for its sub-path `./server`. */
  name: string;
  /** Its bundled declarations, absolute. */
  declarations: string;
}

/** The entries of a package that have types; none for a private package, whose API nobody outside sees. */
export function apiEntries(folder: string): ApiEntry[] {
  const { exports, private: isPrivate } = readJson(join(folder, 'package.json'));
  if (isPrivate === true || !isObject(exports)) return [];
  return Object.entries(exports).flatMap(([path, conditions]) => {
    const types = isObject(conditions) && isObject(conditions['import']) ? conditions['import']['types'] : undefined;
    if (typeof types !== 'string') return [];
    return [
      {
        name: path === '.' ? 'index' : path.slice('./'.length).replaceAll('/', '-'),
        declarations: join(folder, types),
      },
    ];
  });
}
