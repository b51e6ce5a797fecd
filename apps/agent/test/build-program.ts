import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, bundled } from '../../../tools/testenv/bundle.js';

const folder = join(import.meta.dirname, '..');

/** What {@link buildProgram} makes. */
export const programPath = bundled(folder, 'main');

/** Bundles the program once for all test files. */
export default async function buildProgram(): Promise<void> {
  rmSync(join(folder, '.vitest/chunks'), { recursive: true, force: true });
  await bundle(folder, { main: 'src/main.ts' });
}
