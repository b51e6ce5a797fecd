import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../repo/root.js';

/** The one module that knows where the shared reference files are; what asks for them imports it. */
const asked = join(root, 'tools/testenv/shared.ts');

/**
 * Whether a test file asks for the shared reference files (captured exchanges, reference documents), itself or by what it
 * imports: where those are absent, they are what its skipped tests wait for.
 */
export function asksForReferenceFiles(testFile: string): boolean {
  const seen = new Set<string>();
  const waiting = [testFile];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (file === asked) return true;
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...importsOf(file));
  }
  return false;
}

/** The files of this repository that a source imports by their relative paths. */
function importsOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const found = readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...found].map(([, path = '']) => resolve(dirname(file), path.replace(/\.js$/, '.ts')));
}
