import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from '../../../tools/testenv/bundle.js';

const folder = join(import.meta.dirname, '..');

/** Bundles the programs of `test/children`, once for all test files. */
export default async function buildChildren(): Promise<void> {
  rmSync(join(folder, '.vitest/chunks'), { recursive: true, force: true });
  const files = readdirSync(join(import.meta.dirname, 'children'));
  await bundle(folder, Object.fromEntries(files.map((file) => [basename(file, '.ts'), `test/children/${file}`])));
}
