import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isObject, readJson } from '../repo/json.js';

/** What one project's tests did. */
export interface TestCounts {
  passed: number;
  /** Failed tests, and test files that failed outside of any test. */
  failed: number;
  /** The skipped tests: `test/interop.test.ts > talks to the real one`. */
  skipped: string[];
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
  const counts: TestCounts = { passed: 0, failed: 0, skipped: [] };
  for (const testFile of list(readJson(file)['testResults'], file)) {
    const name = relative(folder, String(testFile['name']));
    const failedBefore = counts.failed;
    for (const test of list(testFile['assertionResults'], file)) {
      if (test['status'] === 'passed') counts.passed++;
      else if (test['status'] === 'failed') counts.failed++;
      else counts.skipped.push(`${name} > ${String(test['fullName'])}`);
    }
    if (testFile['status'] === 'failed' && counts.failed === failedBefore) counts.failed++;
  }
  return counts;
}

function list(value: unknown, file: string): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`${file}: not a report of vitest`);
  return value;
}
