import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, runWell } from '../matrix/command.js';
import { stagePackage } from '../release/stage-package.js';
import { isObject, type JsonObject, readJson } from '../repo/json.js';
import { workspaces } from '../repo/workspaces.js';
import { copyExample, dependenciesOf, type Example } from './examples.js';

/**
 * Copies the examples into a folder and installs them there, all at once: our packages from the files that a release would publish of
 * their builds, third parties in the versions of our lock. Those are in npm's cache since this repository was installed, so there is no
 * need of the network; where the cache is gone, npm fetches them.
 *
 * @returns where each is
 * @throws Error where a package is not built, or npm fails.
 */
export async function installExamples(
  examples: readonly Example[],
  { root, folder, signal }: { root: string; folder: string; signal: AbortSignal },
): Promise<Map<string, string>> {
  const packed = await stageClosure(examples, root, join(folder, 'packed'));
  for (const example of examples) copyExample(example, join(folder, example.name));

  const manifest = {
    name: 'examples',
    private: true,
    workspaces: examples.map(({ name }) => name),
    // What stands here is what the ranges of the examples, and of our packages, are met by.
    dependencies: Object.fromEntries(packed.map((name) => [name, `file:packed/${name}`])),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify(thirdParties(readJson(join(root, 'package-lock.json')))),
  );
  const [command, ...args] = npm();
  // A folder is packed and installed as from a registry, not linked to.
  const install = ['install', '--install-links', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await runWell(command, [...args, ...install], { cwd: folder, signal, timeoutMs: 300_000 });
  return new Map(examples.map(({ name }) => [name, join(folder, name)]));
}

/** Stages the packages that the examples use, and those that these use. @returns their names */
async function stageClosure(examples: readonly Example[], root: string, packed: string): Promise<string[]> {
  const all = new Map(workspaces(root).map((one) => [one.name, one]));
  const staged = new Set<string>();
  const stage = async (name: string): Promise<void> => {
    const workspace = all.get(name);
    if (workspace === undefined || staged.has(name)) return;
    staged.add(name);
    mkdirSync(packed, { recursive: true });
    await stagePackage(workspace.folder, root, join(packed, name));
    for (const one of dependenciesOf(readJson(join(packed, name, 'package.json')))) await stage(one);
  };
  for (const name of examples.flatMap(({ packages }) => packages)) await stage(name);
  return [...staged];
}

/** A lock with everything that ours has of third parties; npm leaves out what is not asked for. */
function thirdParties(lock: JsonObject): JsonObject {
  const packages = isObject(lock['packages']) ? Object.entries(lock['packages']) : [];
  const kept = packages.filter(
    ([path, entry]) => path.startsWith('node_modules/') && isObject(entry) && entry['link'] !== true,
  );
  return { name: 'examples', lockfileVersion: lock['lockfileVersion'], packages: Object.fromEntries(kept) };
}
