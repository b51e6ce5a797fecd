import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../repo/json.js';
import { exportTargets, stagedManifest } from './manifest.js';
import { unlistedImports } from './unlisted-imports.js';

/**
 * Writes `.stage` in a package's folder: exactly the files that npm publishes. `publishConfig.directory` makes
 * `changeset publish` take them from there.
 *
 * @param stage another folder to write them to
 * @returns false for a private package, of which nothing is published.
 * @throws Error when something that is to be published is missing.
 */
export async function stagePackage(folder: string, root: string, stage = join(folder, '.stage')): Promise<boolean> {
  const manifest = readJson(join(folder, 'package.json'));
  if (manifest['private'] === true) return false;
  const staged = stagedManifest(manifest);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(staged, undefined, 2)}\n`);
  cpSync(required(join(folder, 'dist'), 'build the package first'), join(stage, 'dist'), { recursive: true });
  copyFileSync(required(join(folder, 'README.md'), 'a published package has one'), join(stage, 'README.md'));
  copyFileSync(required(join(root, 'LICENSE'), 'the licence text is published'), join(stage, 'LICENSE'));
  const changelog = join(folder, 'CHANGELOG.md'); // changesets writes it with the first release
  if (existsSync(changelog)) copyFileSync(changelog, join(stage, 'CHANGELOG.md'));
  for (const target of exportTargets(staged['exports'])) required(join(stage, target), 'exports names it');
  for (const target of exportTargets(staged['bin'])) checkProgram(required(join(stage, target), 'bin names it'));
  const unlisted = await unlistedImports(join(stage, 'dist'), staged);
  if (unlisted.length > 0) throw new Error(`dist/ imports what package.json does not list: ${unlisted.join(', ')}`);
  return true;
}

/** Systems other than Windows start what npm links only by the interpreter in its first line. */
function checkProgram(path: string): void {
  const [first] = readFileSync(path, 'utf8').split('\n', 1);
  if (first !== '#!/usr/bin/env node') throw new Error(`${path} does not start with #!/usr/bin/env node`);
}

function required(path: string, why: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: ${why}`);
  return path;
}
