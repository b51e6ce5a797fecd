import type { TaskOutcome } from './nx-output.js';
import type { TestCounts } from './results.js';

/** What happened in one project, or in the checks of the root. */
export interface ProjectSummary {
  name: string;
  checks: Pick<TaskOutcome, 'target' | 'status'>[];
  /** Absent where the project has no tests, or they did not run. */
  tests?: TestCounts;
}

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
  /** Of the skipped ones, those that ask for the shared reference files. */
  askingForReference: number;
}

/** What the run had to do without. */
export interface Surroundings {
  isCi: boolean;
  /** Whether the shared reference files are here, or were asked for by `MOORLINE_SHARED`. */
  hasReference: boolean;
  /** Whether a system program is missing. */
  lacksPrograms: boolean;
}

/** Passed and skipped count tests; failed counts tests and, beside them, every check that did not pass. */
export function total(projects: readonly ProjectSummary[]): Totals {
  const totals = { passed: 0, failed: 0, skipped: 0, askingForReference: 0 };
  for (const { checks, tests } of projects) {
    totals.passed += tests?.passed ?? 0;
    totals.skipped += tests?.skipped.length ?? 0;
    totals.askingForReference += tests?.askingForReference ?? 0;
    totals.failed += tests?.failed ?? 0;
    const testsSayWhy = (tests?.failed ?? 0) > 0;
    totals.failed += checks.filter((one) => one.status !== 'passed' && !(one.target === 'test' && testsSayWhy)).length;
  }
  return totals;
}

/**
 * Whether `npm test` succeeds: something passed, nothing failed, and in CI nothing was skipped. The reference files are not
 * part of the repository: where nobody has put them beside it, what asks for them may be skipped in CI too.
 */
export function succeeds(totals: Totals, surroundings: Surroundings): boolean {
  const { passed, failed, skipped } = totals;
  return passed > 0 && failed === 0 && (!surroundings.isCi || skipped === excused(totals, surroundings));
}

/** How many skipped tests are no fault. A program that is missing may be what such a test waits for: then none is. */
function excused({ askingForReference }: Totals, { hasReference, lacksPrograms }: Surroundings): number {
  return hasReference || lacksPrograms ? 0 : askingForReference;
}

/** The text after everything has run; its last line is `N passed, N failed, N skipped`. */
export function formatSummary(
  projects: readonly ProjectSummary[],
  hints: readonly string[],
  surroundings: Surroundings,
): string {
  const width = Math.max(...projects.map(({ name }) => name.length));
  const lines = ['', 'Summary', ...projects.map((project) => formatProject(project, width))];
  const skipped = projects.flatMap(({ name, tests }) => (tests?.skipped ?? []).map((test) => `  ${name}: ${test}`));
  if (skipped.length > 0) {
    lines.push(
      '',
      'Skipped tests',
      ...skipped,
      ...(hints.length > 0 ? ['', 'To run them', ...hints.map((hint) => `  ${hint}`)] : []),
    );
  }
  const totals = total(projects);
  const { passed, failed, skipped: count } = totals;
  const allowed = excused(totals, surroundings);
  if (allowed > 0) {
    lines.push(
      '',
      `${allowed} of ${count} skipped tests replay the shared reference files, which are absent: no fault`,
    );
  }
  lines.push('', `${passed} passed, ${failed} failed, ${count} skipped`);
  return `${lines.join('\n')}\n`;
}

function formatProject({ name, checks, tests }: ProjectSummary, width: number): string {
  const bad = checks.filter((one) => one.status !== 'passed').map((one) => `${one.target} ${one.status}`);
  const counts =
    tests === undefined ? [] : [`${tests.passed} passed, ${tests.failed} failed, ${tests.skipped.length} skipped`];
  const isGood = checks.length > 0 && bad.length === 0 && (tests?.failed ?? 0) === 0;
  const details = checks.length === 0 ? ['not checked'] : [...counts, ...bad];
  return `  ${isGood ? '✔' : '✖'} ${name.padEnd(width)}  ${details.join('; ')}`.trimEnd();
}
