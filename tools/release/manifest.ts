import { isObject, type JsonObject } from '../repo/json.js';

/** What npm publishes of a package besides `dist`. */
const published = ['dist', 'CHANGELOG.md'];

/** The condition by which the workspaces find each other's sources; no user of a published package has those. */
const sourceCondition = '@moorline/source';

/**
 * The package.json that is published: without what only the repository needs, and with `typesVersions` for the sub-paths,
 * which TypeScript's oldest module resolution needs.
 *
 * @throws Error when the manifest cannot be published as it stands.
 */
export function stagedManifest(manifest: JsonObject): JsonObject {
  const { scripts: _scripts, devDependencies: _dev, nx: _nx, private: _private, publishConfig, ...rest } = manifest;
  const exports = withoutSource(rest['exports']);
  const staged: JsonObject = { ...rest, files: published };
  if (isObject(exports)) {
    staged['exports'] = exports;
    const types = subPathTypes(exports);
    if (types.length > 0) staged['typesVersions'] = { '*': Object.fromEntries(types) };
  }
  if (isObject(publishConfig)) {
    const { directory: _directory, ...config } = publishConfig;
    staged['publishConfig'] = config;
  }
  checkRanges(staged);
  for (const target of [...exportTargets(exports), ...exportTargets(staged['bin'])]) checkTarget(target);
  return staged;
}

/** Every file that an exports map, or `bin`, names. */
export function exportTargets(exports: unknown): string[] {
  if (typeof exports === 'string') return [exports];
  return isObject(exports) ? Object.values(exports).flatMap(exportTargets) : [];
}

function withoutSource(value: unknown): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([condition]) => condition !== sourceCondition);
  return Object.fromEntries(kept.map(([condition, target]) => [condition, withoutSource(target)]));
}

function subPathTypes(exports: JsonObject): [string, string[]][] {
  return Object.entries(exports).flatMap(([path, conditions]): [string, string[]][] => {
    const types = isObject(conditions) && isObject(conditions['require']) ? conditions['require']['types'] : undefined;
    return path === '.' || typeof types !== 'string' ? [] : [[path.slice('./'.length), [types]]];
  });
}

function checkTarget(target: string): void {
  if (target.startsWith('./dist/') || target === './package.json') return;
  throw new Error(`exports or bin: ${target} is outside of dist/ and would not be published`);
}

/** A range that only this checkout understands would make the published package impossible to install. */
function checkRanges(manifest: JsonObject): void {
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    for (const [name, range] of Object.entries(isObject(manifest[kind]) ? manifest[kind] : {})) {
      if (/^(?:file|link|workspace):|^\*?$/.test(String(range))) {
        throw new Error(`${kind}: ${name} has the range ${JSON.stringify(range)}, which cannot be published`);
      }
    }
  }
}
