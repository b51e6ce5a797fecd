import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../../../../tools/testenv/shared.js';

/** What was captured of the real agent; undefined where the reference files are absent. */
export const vectorFolder = ((): string | undefined => {
  const shared = sharedFolder();
  return shared === undefined ? undefined : join(shared, 'vectors', 'login');
})();

/** Lines of one file of vectors; none where the files are absent, so that tests over them are skipped. */
export function readVectors(name: string): unknown[] {
  if (vectorFolder === undefined) return [];
  return readFileSync(join(vectorFolder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
