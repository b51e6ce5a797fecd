import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { root } from '../repo/root.js';
import { parseArgs } from './args.js';
import { NxOutput } from './nx-output.js';
import { installPrograms, missingPrograms } from './programs.js';
import { readResults, resultsFile } from './results.js';
import { formatSummary, type ProjectSummary, succeeds, type Surroundings, total, type Totals } from './summary.js';

const summaries: ProjectSummary[] = [
  {
    name: '@moorline/core',
    checks: [{ target: 'lint', status: 'passed' }],
    tests: { passed: 3, failed: 0, skipped: [], askingForReference: 0 },
  },
  {
    name: '@moorline/e2e',
    checks: [{ target: 'test', status: 'passed' }],
    tests: { passed: 1, failed: 0, skipped: ['a.test.ts > draws the page'], askingForReference: 0 },
  },
];

const here: Surroundings = { isCi: false, hasReference: true, lacksPrograms: false };
const none: Totals = { passed: 0, failed: 0, skipped: 0, askingForReference: 0 };

describe('the arguments of npm test', () => {
  it('are names of projects, or --help', () => {
    expect(parseArgs([])).toEqual([]);
    expect(parseArgs(['core', 'e2e'])).toEqual(['core', 'e2e']);
    expect(parseArgs(['core', '--help'])).toBeUndefined();
    expect(() => parseArgs(['--watch'])).toThrow('unknown option --watch');
  });
});

describe("Nx's output", () => {
  it('gives the outcome of every task, quoted target names included', () => {
    const output = new NxOutput();
    const text = [
      '✔  nx run @moorline/core:typecheck',
      '✔  nx run @moorline/core:"pack:check"  [local cache]',
      'a test prints Failed tasks: nothing',
      '> nx run @moorline/cc-api:test',
      'Tasks not run because their dependencies failed or --nx-bail=true:',
      '',
      '- @moorline/cc-api:pack:check',
      '',
      'Failed tasks:',
      '',
      '- @moorline/cc-api:test',
      '',
      'Output of 7 successful tasks were not shown.',
      '- @moorline/not:listed',
    ];
    for (const line of text) output.line(line);
    expect(output.outcomes).toEqual([
      { project: '@moorline/core', target: 'typecheck', status: 'passed' },
      { project: '@moorline/core', target: 'pack:check', status: 'passed' },
      { project: '@moorline/cc-api', target: 'pack:check', status: 'not run' },
      { project: '@moorline/cc-api', target: 'test', status: 'failed' },
    ]);
  });
});

describe('the summary', () => {
  it('ends with the plain totals, after what was skipped and how to run it', () => {
    const text = formatSummary(summaries, ['chromium was not found on PATH: install it'], here);
    expect(text.split('\n').slice(-8)).toEqual([
      'Skipped tests',
      '  @moorline/e2e: a.test.ts > draws the page',
      '',
      'To run them',
      '  chromium was not found on PATH: install it',
      '',
      '4 passed, 0 failed, 1 skipped',
      '',
    ]);
  });

  it('marks what failed and what was not checked', () => {
    const checks: ProjectSummary['checks'] = [{ target: 'lint', status: 'failed' }];
    const text = formatSummary(
      [...summaries, { name: '@moorline/x', checks }, { name: '@moorline/y', checks: [] }],
      [],
      here,
    );
    expect(text).toContain('  ✔ @moorline/core  3 passed, 0 failed, 0 skipped\n');
    expect(text).toContain('  ✖ @moorline/x     lint failed\n');
    expect(text).toContain('  ✖ @moorline/y     not checked\n');
  });

  it('counts a check that failed or did not run as one failure', () => {
    const checks: ProjectSummary['checks'] = [
      { target: 'lint', status: 'failed' },
      { target: 'pack:check', status: 'not run' },
    ];
    expect(total([...summaries, { name: 'x', checks }])).toEqual({
      ...{ passed: 4, failed: 2, skipped: 1, askingForReference: 0 },
    });
  });

  it('counts failed tests once, not once more for their task', () => {
    const checks: ProjectSummary['checks'] = [{ target: 'test', status: 'failed' }];
    expect(
      total([{ name: 'x', checks, tests: { passed: 1, failed: 2, skipped: [], askingForReference: 0 } }]).failed,
    ).toBe(2);
    expect(total([{ name: 'x', checks }]).failed).toBe(1);
  });

  it('is a success when something passed and nothing failed; in CI also nothing may be skipped', () => {
    const ci = { ...here, isCi: true };
    expect(succeeds({ ...none, passed: 1, skipped: 1 }, here)).toBe(true);
    expect(succeeds({ ...none, passed: 1, skipped: 1 }, ci)).toBe(false);
    expect(succeeds({ ...none, passed: 1 }, ci)).toBe(true);
    expect(succeeds(none, here)).toBe(false);
    expect(succeeds({ ...none, passed: 9, failed: 1 }, here)).toBe(false);
  });

  it('is one in CI also where only the reference files are absent, and says how many tests those are', () => {
    const alone = { isCi: true, hasReference: false, lacksPrograms: false };
    const totals = { ...none, passed: 1, skipped: 2, askingForReference: 2 };
    expect(succeeds(totals, alone)).toBe(true);
    expect(succeeds({ ...totals, skipped: 3 }, alone)).toBe(false);
    expect(succeeds(totals, { ...alone, hasReference: true })).toBe(false);
    expect(succeeds(totals, { ...alone, lacksPrograms: true })).toBe(false);

    const tests = { passed: 1, failed: 0, skipped: ['a.test.ts > as captured'], askingForReference: 1 };
    const replayed: ProjectSummary[] = [...summaries, { name: '@moorline/x', checks: [], tests }];
    expect(formatSummary(replayed, [], alone)).toContain(
      '\n1 of 2 skipped tests replay the shared reference files, which are absent: no fault\n',
    );
    expect(formatSummary(replayed, [], here)).not.toContain('reference files');
  });
});

describe("vitest's report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'moorline-results-'));
    mkdirSync(join(folder, '.vitest'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('counts passed, failed and skipped tests, and a file that failed as a whole', () => {
    const assertionResults = ['passed', 'failed', 'skipped', 'pending', 'todo'].map((status) => ({
      status,
      fullName: `is ${status}`,
    }));
    const testResults = [
      { name: join(folder, 'src/a.test.ts'), status: 'failed', assertionResults },
      { name: join(folder, 'src/b.test.ts'), status: 'failed', assertionResults: [] },
    ];
    writeFileSync(resultsFile(folder), JSON.stringify({ testResults }));
    expect(readResults(folder)).toEqual({
      passed: 1,
      failed: 2,
      skipped: ['src/a.test.ts > is skipped', 'src/a.test.ts > is pending', 'src/a.test.ts > is todo'],
      askingForReference: 0,
    });
  });

  it('counts the skipped tests of files that ask for the reference files, themselves or by what they import', () => {
    const assertionResults = [{ status: 'skipped', fullName: 'is skipped' }];
    const files = ['apps/agent/src/replay/schedule.test.ts', 'packages/apicaller/test/vectors.test.ts', 'a.test.ts'];
    const testResults = files.map((name) => ({ name: join(root, name), status: 'passed', assertionResults }));
    writeFileSync(resultsFile(folder), JSON.stringify({ testResults }));
    expect(readResults(folder)).toMatchObject({ askingForReference: 2, skipped: { length: 3 } });
  });

  it('that is absent is not a report of nothing', () => {
    expect(readResults(folder)).toBeUndefined();
  });

  it('that is broken is an error naming the file', () => {
    writeFileSync(resultsFile(folder), '{"testResults": 1}');
    expect(() => readResults(folder)).toThrow(/results\.json: not a report/);
  });
});

describe('system programs', () => {
  it('are missing when they cannot be started', () => {
    const node = { command: process.execPath, version: ['--version'], apt: 'nodejs' };
    const absent = { command: 'moorline-no-such-program', version: ['--version'], apt: 'none' };
    expect(missingPrograms([node, absent])).toEqual([absent]);
  });

  it('are installed with one apt-get run for all, and its failure is an error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moorline-apt-'));
    const log = join(folder, 'log');
    const fake = (text: string) => {
      writeFileSync(join(folder, 'apt-get'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };
    vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
    try {
      const missing = [
        { command: 'initdb', version: ['--version'], apt: 'postgresql' },
        { command: 'pg_ctl', version: ['--version'], apt: 'postgresql' },
        { command: 'git', version: ['--version'], apt: 'git' },
      ];
      fake(`echo "$@" >> ${log}`);
      await installPrograms(missing, new AbortController().signal);
      expect(readFileSync(log, 'utf8')).toBe('update -qq\ninstall -y -qq --no-install-recommends postgresql git\n');
      fake('exit 100');
      await expect(installPrograms(missing, new AbortController().signal)).rejects.toThrow(
        /apt-get update .* \(exit code 100\)/,
      );
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});
