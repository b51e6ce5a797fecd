import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Cell, fail, isChosen, pass, unavailable } from './cell.js';
import { peersOf } from './folders.js';
import { cellKey, type CellInputs, hashOf, hashOfFolder } from './key.js';
import { KeptCells } from './kept.js';
import { declarationsProgram, readPrograms } from './programs.js';
import type { Row } from './row.js';
import { sortDiagnostics } from './rows/diagnostics.js';
import { type Matrix, planMatrix, type PlanListener, runPlan } from './run-matrix.js';
import { formatCounts, formatTable } from './table.js';

const programs = readPrograms(join(import.meta.dirname, '../../e2e/programs'));
const named = (name: string) => {
  const found = programs.find((program) => program.name === name);
  if (found === undefined) throw new Error(`no program ${name}`);
  return found;
};

describe('a program', () => {
  it('is described by what it imports', () => {
    expect(named('jobs')).toMatchObject({
      packages: ['@moorline/cc-api'],
      needsPeers: false,
      isForBrowsers: true,
      kind: 'program',
    });
    expect(named('job-mocks')).toMatchObject({ needsPeers: true, isForBrowsers: true });
    expect(named('login')).toMatchObject({
      packages: ['@moorline/login-client'],
      needsPeers: true,
      isForBrowsers: false,
    });
  });

  it('that reads all declarations imports every entry as a type', () => {
    const { text, packages } = declarationsProgram(['@moorline/core', '@moorline/core/testing', '@moorline/cc-api']);
    expect(text).toContain("export type * as entry1 from '@moorline/core/testing';");
    expect(packages).toEqual(['@moorline/cc-api', '@moorline/core']);
  });
});

describe('the choice of cells', () => {
  it.each([
    [[], true],
    [['node-20-esm'], true],
    [['node-*'], true],
    [['node-20-esm/login'], true],
    [['/login'], true],
    [['*/log*'], true],
    [['node-20'], false],
    [['bun-esm', 'node-20-esm/jobs'], false],
  ])('%j', (patterns, chosen) => {
    expect(isChosen('node-20-esm', 'login', patterns)).toBe(chosen);
  });

  it('takes a dot for a dot', () => {
    expect(isChosen('ts-5.0-node16', 'login', ['ts-5.0-*'])).toBe(true);
    expect(isChosen('ts-5x0-node16', 'login', ['ts-5.0-*'])).toBe(false);
  });
});

describe('the key of a cell', () => {
  const inputs: CellInputs = {
    row: 'node-20-esm',
    environment: 'node 20.19.6',
    program: hashOf('text'),
    packages: new Map([
      ['@moorline/core', 'a'],
      ['@moorline/cc-api', 'b'],
    ]),
    runner: 'r',
  };

  it('does not depend on the order of packages', () => {
    expect(cellKey({ ...inputs, packages: new Map([...inputs.packages].reverse()) })).toBe(cellKey(inputs));
  });

  it.each<Partial<CellInputs>>([
    { row: 'node-20-cjs' },
    { environment: 'node 20.19.7' },
    { program: hashOf('texts') },
    { runner: 's' },
    { packages: new Map([['@moorline/core', 'a']]) },
    { packages: new Map([...inputs.packages, ['@moorline/core', 'c']]) },
  ])('changes with %j', (change) => {
    expect(cellKey({ ...inputs, ...change })).not.toBe(cellKey(inputs));
  });

  it('hashes texts apart from each other, and the counted files of a folder', () => {
    expect(hashOf('ab', 'c')).not.toBe(hashOf('a', 'bc'));
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.js'), '1');
    const isCode = (path: string) => path.endsWith('.js');
    const before = hashOfFolder(folder, isCode);
    writeFileSync(join(folder, 'README.md'), 'new');
    expect(hashOfFolder(folder, isCode)).toBe(before);
    writeFileSync(join(folder, 'a.js'), '2');
    expect(hashOfFolder(folder, isCode)).not.toBe(before);
  });
});

describe('a plan', () => {
  const runs: string[] = [];
  const row = (name: string, extra: Partial<Row> = {}): Row => ({
    name,
    title: name,
    environment: 'v1',
    kinds: ['program'],
    excludes: () => undefined,
    run: async (chosen) => {
      runs.push(`${name}: ${chosen.map((program) => program.name).join()}`);
      return new Map(chosen.map((program) => [program.name, program.name === 'rpc' ? fail('broken') : pass]));
    },
    ...extra,
  });
  const kept = new Set<string>();
  const matrix = (rows: Row[], only: string[] = []): Matrix => ({
    rows,
    programs: [named('core'), named('rpc'), declarationsProgram(['@moorline/core'])],
    only,
    hashes: new Map([['@moorline/core', 'a']]),
    withDependencies: (name) => [name],
    runner: 'r',
    kept: { get: (key) => (kept.has(key) ? pass : undefined) },
  });
  const context = { folder: async () => '', scratch: '', signal: new AbortController().signal };
  const listener: PlanListener = {
    keep(key, outcome) {
      if (outcome.status === 'pass') kept.add(key);
    },
    measure: (_row, work) => work(),
    onRow: () => undefined,
  };
  const run = async (rows: Row[], only?: string[]) => {
    runs.length = 0;
    const cells = await runPlan(planMatrix(matrix(rows, only)), context, listener);
    return cells.map(({ row: name, program, outcome, isKept }) => [name, program, outcome.status, isKept]);
  };

  it('runs what is chosen, leaves out what is excluded, and keeps what passed but not what failed', async () => {
    const picky = row('picky', { excludes: ({ name }) => (name === 'core' ? 'not here' : undefined) });
    expect(await run([row('all'), picky])).toEqual([
      ['all', 'core', 'pass', false],
      ['all', 'rpc', 'fail', false],
      ['picky', 'core', 'unavailable', false],
      ['picky', 'rpc', 'fail', false],
    ]);
    expect(runs).toEqual(['all: core,rpc', 'picky: rpc']);

    expect(await run([row('all')])).toEqual([
      ['all', 'core', 'pass', true],
      ['all', 'rpc', 'fail', false],
    ]);
    expect(runs).toEqual(['all: rpc']);
    expect(await run([row('all')], ['/core'])).toEqual([['all', 'core', 'pass', true]]);
    expect(runs).toEqual([]);
  });

  it('runs again what uses a package that has changed, or one that depends on it, and nothing else', () => {
    const known = new Map<string, typeof pass>();
    const stale = (hashes: Record<string, string>) => {
      const plan = planMatrix({
        ...matrix([row('all')]),
        hashes: new Map(Object.entries(hashes)),
        withDependencies: (name) => (name === '@moorline/core' ? [name] : [name, '@moorline/core']),
        kept: { get: (key) => known.get(key) },
      });
      const toRun = plan.filter(({ outcome }) => outcome === undefined);
      for (const { key } of toRun) known.set(key, pass);
      return toRun.map(({ program }) => program.name);
    };
    expect(stale({ '@moorline/core': 'a', '@moorline/rpc-versioned': 'a' })).toEqual(['core', 'rpc']);
    expect(stale({ '@moorline/core': 'a', '@moorline/rpc-versioned': 'a' })).toEqual([]);
    expect(stale({ '@moorline/core': 'a', '@moorline/rpc-versioned': 'b' })).toEqual(['rpc']);
    expect(stale({ '@moorline/core': 'b', '@moorline/rpc-versioned': 'b' })).toEqual(['core', 'rpc']);
  });

  it('fails every cell of a row that cannot start, and of a row that forgets one', async () => {
    const broken = row('broken', { run: () => Promise.reject(new Error('npm error no such package')) });
    const forgetful = row('forgetful', { run: async () => new Map() });
    expect(await run([broken, forgetful])).toEqual(
      ['broken', 'forgetful'].flatMap((name) => ['core', 'rpc'].map((program) => [name, program, 'fail', false])),
    );
  });

  it('ends with what is known when it is aborted', async () => {
    const controller = new AbortController();
    const ending = row('ending', {
      run: async () => {
        controller.abort();
        return new Map();
      },
    });
    const plan = planMatrix(matrix([ending, row('all', { environment: 'v2' })], ['/core']));
    const aborted = { ...context, signal: controller.signal };
    expect(await runPlan(plan, aborted, listener)).toEqual([]);
  });
});

it('remembers what would be the same again from run to run, and forgets it after thirty days without use', () => {
  const file = join(temporaryFolder(), 'cells/known.json');
  const day = 86_400_000;
  const lasting = { ...unavailable('of others'), isLasting: true };
  const first = new KeptCells(file, 0);
  for (const key of ['a', 'b']) first.add(key, pass);
  first.add('lasting', lasting);
  first.add('absent', unavailable('could not be fetched'));
  first.add('failed', fail('no'));
  first.save();
  const second = new KeptCells(file, 20 * day);
  const known = ['a', 'lasting', 'absent', 'failed', 'never'].map((key) => second.get(key));
  expect(known).toEqual([pass, unavailable('of others'), undefined, undefined, undefined]);
  second.save();
  const third = new KeptCells(file, 40 * day);
  expect([third.get('a'), third.get('b')]).toEqual([pass, undefined]);
});

describe('the table', () => {
  const cell = (row: string, program: string, outcome: Cell['outcome'], isKept = false): Cell => ({
    row,
    program,
    outcome,
    isKept,
  });
  const cells = [
    cell('node-20-esm', 'core', pass, true),
    cell('node-20-esm', 'login', pass),
    cell('browser-vite', 'core', fail('expected 1, found 2')),
    cell('browser-vite', 'login', unavailable('not for browsers')),
    cell('apps', 'login', unavailable('not for browsers')),
  ];

  it('marks each cell and writes each reason once', () => {
    const lines = formatTable(cells, new Map([['node-20-esm', 'Node 20, ESM']])).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '|              | core | login |',
      '| ------------ | ---- | ----- |',
      '| node-20-esm  | ✔    | ✔     |',
      '| browser-vite | ✖ 1  | – 2   |',
      '| apps         |      | – 2   |',
    ]);
    expect(lines).toContain('1. failed: expected 1, found 2');
    expect(lines).toContain('2. not for browsers');
    expect(lines).toContain('- node-20-esm: Node 20, ESM');
  });

  it('counts', () => {
    expect(formatCounts(cells)).toBe('2 passed (1 of them before, unchanged), 1 failed, 2 not available');
  });
});

it("tells errors of programs, of our declarations and of others' apart", () => {
  const lines = [
    "cjs/jobs.ts(3,4): error TS2305: Module '@moorline/cc-api' has no exported member 'x'.",
    '  Did you mean y?',
    'node_modules/msw/lib/core/index.d.ts(1,1): error TS1479: x',
    'node_modules/@moorline/core/dist/index.d.ts(1,1): error TS2304: x',
    "error TS2688: Cannot find type definition file for 'node'.",
  ];
  const { byProgram, ours, theirs } = sortDiagnostics(lines, programs);
  expect([...byProgram]).toEqual([['jobs', lines.slice(0, 2)]]);
  expect(theirs).toEqual(lines.slice(2, 3));
  expect(ours).toEqual(lines.slice(3));
});

it('installs every peer in a version that all who name it take', () => {
  const library = (name: string, peers: Record<string, string>) => ({ name, version: '1.0.0', isApp: false, peers });
  expect(peersOf([library('a', { msw: '^2.10.0', pg: '^8.0.0' }), library('b', { msw: '^2.15.0' })])).toEqual([
    'msw@^2.10.0 ^2.15.0',
    'pg@^8.0.0',
  ]);
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moorline-matrix-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
