import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isObject, readJson } from '../repo/json.js';
import { asksForReferenceFiles } from './reference-files.js';

/** What one project's tests did. */
export interface TestCounts {
  passed: number;
  /** Failed tests, and test files that failed outside of any test. */
  failed: number;
  /** The skipped tests: `test/interop.test.ts > talks to the real one`. */
  skipped: string[];
  /** How many of the skipped ones are in files that ask for the shared reference files. */
  askingForReference: number;
}

/** Where vitest.shared.ts makes vitest write its report, in a project's folder. */
export const resultsFile = (folder: string): string => join(folder, '.vitest', 'results.json');

/**
 * Reads the report that vitest left in a project's folder.
 *
 * @returns undefined where there is none: the tests did not run.
 * @throws Error when the report is not one of vitest's.
 */
export function readResults(folder: string): TestCounts | undefined {
  const file = resultsFile(folder);
  if (!existsSync(file)) return undefined;
  const counts: TestCounts = { passed: 0, failed: 0, skipped: [], askingForReference: 0 };
  for (const testFile of list(readJson(file)['testResults'], file)) {
    const name = relative(folder, String(testFile['name']));
    const [failedBefore, skippedBefore] = [counts.failed, counts.skipped.length];
    for (const test of list(testFile['assertionResults'], file)) {
      if (test['status'] === 'passed') counts.passed++;
      else if (test['status'] === 'failed') counts.failed++;
      else counts.skipped.push(`${name} > ${String(test['fullName'])}`);
    }
    if (testFile['status'] === 'failed' && counts.failed === failedBefore) counts.failed++;
    const skipped = counts.skipped.length - skippedBefore;
    if (skipped > 0 && asksForReferenceFiles(resolve(folder, name))) counts.askingForReference += skipped;
  }
  return counts;
}

function list(value: unknown, file: string): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`${file}: not a report of vitest`);
  return value;
}
