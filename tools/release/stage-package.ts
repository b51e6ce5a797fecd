import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../repo/json.js';
import { exportTargets, stagedManifest } from './manifest.js';

/**
 * Writes `.stage` in a package's folder: exactly the files that npm publishes. `publishConfig.directory` makes
 * `changeset publish` take them from there.
 *
 * @returns false for a private package, of which nothing is published.
 * @throws Error when something that is to be published is missing.
 */
export function stagePackage(folder: string, root: string): boolean {
  const manifest = readJson(join(folder, 'package.json'));
  if (manifest['private'] === true) return false;
  const staged = stagedManifest(manifest);
  const stage = join(folder, '.stage');
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage);
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(staged, undefined, 2)}\n`);
  cpSync(required(join(folder, 'dist'), 'build the package first'), join(stage, 'dist'), { recursive: true });
  copyFileSync(required(join(folder, 'README.md'), 'a published package has one'), join(stage, 'README.md'));
  copyFileSync(required(join(root, 'LICENSE'), 'the licence text is published'), join(stage, 'LICENSE'));
  const changelog = join(folder, 'CHANGELOG.md'); // changesets writes it with the first release
  if (existsSync(changelog)) copyFileSync(changelog, join(stage, 'CHANGELOG.md'));
  for (const target of exportTargets(staged['exports'])) required(join(stage, target), 'exports names it');
  return true;
}

function required(path: string, why: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: ${why}`);
  return path;
}
