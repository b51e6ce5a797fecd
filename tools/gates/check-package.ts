import { join } from 'node:path';
import { budgetsOf, sideEffectProblems, sizeProblems } from './bundles.js';
import { manifestProblems } from './manifest.js';
import { quietImportProblems } from './quiet-import.js';
import { readStaged } from './staged.js';
import { fileProblems, listingProblems, packedFiles } from './tarball.js';

/**
 * Everything that is asked of a staged package beside what publint and attw ask: one text for each thing that is wrong.
 *
 * @param folder of the package; its `.stage` is looked at. @param path of it, relative to the repository.
 */
export async function checkPackage(folder: string, path: string): Promise<string[]> {
  const staged = readStaged(join(folder, '.stage'));
  const etc = join(folder, 'etc');
  const files = packedFiles(staged);
  return [
    ...manifestProblems(staged.manifest, path),
    ...fileProblems(staged, files),
    ...listingProblems(etc, files),
    ...(await sizeProblems(staged, budgetsOf(etc))),
    ...(await sideEffectProblems(staged)),
    ...quietImportProblems(staged),
  ];
}
