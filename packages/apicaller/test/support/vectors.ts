import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFolder } from '../../../../tools/testenv/shared.js';

/** One line that was captured from the original. */
export type VectorLine = Readonly<Record<string, unknown>>;

/** Whether the captures are there; where not, the tests that replay them are skipped. */
export const hasVectors = sharedFolder() !== undefined;

/** The lines of one file, in the engine's own terms: nothing is null or undefined rather than `<nil>`, no inputs are []. */
export function vectorLines(file: string): VectorLine[] {
  const folder = sharedFolder();
  if (folder === undefined) return [];
  const text = readFileSync(join(folder, 'vectors', 'apicaller', file), 'utf8');
  return text.split('\n').filter(Boolean).map(parseLine);
}

function parseLine(line: string): VectorLine {
  const parsed: unknown = JSON.parse(line, (key, value: unknown) => {
    if (key === 'inputs' && value === null) return [];
    return value === '<nil>' ? null : value;
  });
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`not an object: ${line}`);
  return { ...parsed };
}
