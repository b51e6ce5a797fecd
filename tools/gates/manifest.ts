import { isObject, type JsonObject } from '../repo/json.js';

/** The Node versions that every package promises (docs/compatibility.md). */
export const promisedNode = '^20.19.0 || >=22.12.0';

/**
 * What a person, or npm's page, misses in a published package.json.
 *
 * @param path of the workspace, relative to the repository: `packages/core`.
 */
export function manifestProblems(manifest: JsonObject, path: string): string[] {
  const problems: string[] = [];
  const want = (isThere: boolean, problem: string): void => {
    if (!isThere) problems.push(`package.json: ${problem}`);
  };
  const { repository, engines, keywords, funding, exports } = manifest;
  want(typeof manifest['description'] === 'string' && manifest['description'].length >= 20, 'no description');
  want(manifest['license'] === 'Apache-2.0', 'the licence is not Apache-2.0');
  want(manifest['type'] === 'module', 'it is no ES module');
  want(isObject(repository) && repository['directory'] === path, `repository.directory is not ${path}`);
  want(isObject(engines) && engines['node'] === promisedNode, `engines.node is not ${promisedNode}`);
  want(Array.isArray(keywords) && keywords.length >= 3, 'fewer than three keywords');
  want(typeof funding === 'string' || isObject(funding) || Array.isArray(funding), 'no funding');
  want(isObject(manifest['bugs']), 'no bugs');
  want(typeof manifest['homepage'] === 'string', 'no homepage');
  if (exports === undefined) {
    want(isObject(manifest['bin']), 'neither exports nor bin: nobody could use it');
    return problems;
  }
  want(manifest['sideEffects'] === false, 'sideEffects is not false');
  for (const [entry, conditions] of Object.entries(isObject(exports) ? exports : {})) {
    if (!isObject(conditions)) continue;
    for (const kind of ['import', 'require']) {
      const found = conditions[kind];
      const isWhole = isObject(found) && Object.keys(found).join() === 'types,default';
      want(isWhole, `exports["${entry}"].${kind} is not { types, default }, in this order`);
    }
  }
  return problems;
}
