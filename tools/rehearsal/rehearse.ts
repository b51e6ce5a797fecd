import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWell } from '../matrix/command.js';
import { type FolderKind, makeFolder, type Published } from '../matrix/folders.js';
import { hashOfFolder } from '../matrix/key.js';
import { KeptCells } from '../matrix/kept.js';
import { appsProgram, declarationsProgram, readPrograms, sharedFile } from '../matrix/programs.js';
import type { Row } from '../matrix/row.js';
import { appRows } from '../matrix/rows/apps.js';
import { browserRows } from '../matrix/rows/browsers.js';
import { leftOutOfBare, runtimeRows } from '../matrix/rows/runtimes.js';
import { typescriptRows } from '../matrix/rows/typescript.js';
import { upgradeRow } from '../matrix/rows/upgrade.js';
import { type Matrix, planMatrix, runPlan } from '../matrix/run-matrix.js';
import { formatCounts, formatTable } from '../matrix/table.js';
import type { Options } from './args.js';
import { publishPrevious } from './previous.js';
import { type Registry, startRegistry } from './registry.js';
import { entriesOf, publishAll, type Release, releases, stageAll, versionAll } from './steps.js';
import { updateTree } from './tree.js';
import { versionOfChromium, versionOfTool } from './versions.js';

/** Where a rehearsal works. */
export interface Stage {
  /** The checkout; only read. */
  root: string;
  /** Stays from run to run: the copy and what passed. */
  folder: string;
  /** Gone when the run ends. */
  scratch: string;
  signal: AbortSignal;
  print: (text: string) => void;
}

export interface Report {
  markdown: string;
  json: unknown;
  hasFailed: boolean;
}

/** @returns undefined where cells were only to be listed. @throws Error where no matrix can be run: a build or npm fails. */
export async function rehearse(options: Options, stage: Stage): Promise<Report | undefined> {
  const { root, folder, scratch, signal, print } = stage;
  const tree = join(folder, 'tree');
  const uncommitted = await updateTree(root, tree, signal);
  print(`copied the checkout${uncommitted > 0 ? `, with ${uncommitted} files that are not committed` : ''}`);
  const before = releases(tree);
  await versionAll(tree, options.pre, signal);
  const next = releases(tree);
  print(`versions: ${describeVersions(before, next)}`);
  await stageAll(tree, signal);
  print(`built and staged ${next.length} packages`);

  const programsFolder = join(tree, 'e2e/programs');
  const shared = readFileSync(join(programsFolder, sharedFile), 'utf8');
  const libraries = next.filter(({ isApp }) => !isApp);
  const programs = [
    ...readPrograms(programsFolder),
    declarationsProgram(libraries.flatMap(entriesOf)),
    appsProgram(next.filter(({ isApp }) => isApp).map(({ name }) => name)),
  ];
  // Rows are made before there is a registry, since their names and versions decide what has to be run at all.
  const origin: { url: string } = { url: '' };
  const isUpgrade = before.some((old) =>
    next.some(({ name, version }) => name === old.name && version !== old.version),
  );
  const rows: Row[] = [
    ...runtimeRows(),
    ...browserRows(versionOfTool, versionOfChromium()),
    ...typescriptRows(),
    ...appRows(),
    upgradeRow({
      registry: () => origin.url,
      shared,
      before: isUpgrade ? before.filter(({ isApp }) => !isApp) : undefined,
      after: libraries,
    }),
  ];
  const kept = new KeptCells(join(folder, 'passed.json'), Date.now());
  const matrix = matrixOf(options, { rows, programs, next, tree, kept });
  const plan = planMatrix(matrix);
  if (plan.length === 0) throw new RangeError(`no cell matches ${options.only.join(', ')}; --list names them`);
  if (options.isList) {
    for (const { row, program, outcome } of plan)
      if (outcome?.status !== 'unavailable') print(`${row.name}/${program.name}`);
    return undefined;
  }
  const stale = plan.filter(({ outcome }) => outcome === undefined);
  print(`${stale.length} cells to run; ${plan.length - stale.length} are known`);

  let registry: Registry | undefined;
  try {
    if (stale.length > 0) {
      registry = await startRegistry(join(scratch, 'registry'), signal);
      origin.url = registry.url;
      const tags = new Set(await runWell('git', ['tag', '--list'], { cwd: root, signal }));
      const previous = { before, next, tags, folder: join(scratch, 'previous'), registry, signal };
      if (stale.some(({ row }) => row.name === 'upgrade')) await publishPrevious(previous);
      await publishAll(tree, registry, signal);
      print(`published to ${registry.url}`);
    }
    const folders = new Map<FolderKind, Promise<string>>();
    const make = (kind: FolderKind) => {
      const common = { parent: scratch, registry: origin.url, packages: next, leftOutOfBare, shared, signal };
      const made = makeFolder(kind, { ...common, programs: programs.filter((one) => one.kind !== 'apps') });
      return made.then((path) => (print(`installed ${kind}`), path));
    };
    const context = {
      folder(kind: FolderKind) {
        const made = folders.get(kind) ?? make(kind);
        folders.set(kind, made);
        return made;
      },
      scratch,
      signal,
    };
    const cells = await runPlan(
      plan,
      context,
      (key) => kept.add(key),
      (row, outcomes) => {
        const results = outcomes.map((outcome) => ({ row: row.name, program: '', outcome, isKept: false }));
        print(`${row.name}: ${formatCounts(results)}`);
      },
    );
    const titles = new Map(rows.map(({ name, title }) => [name, title]));
    return {
      markdown: formatTable(cells, titles),
      json: { versions: Object.fromEntries(next.map(({ name, version }) => [name, version])), cells },
      hasFailed: cells.some(({ outcome }) => outcome.status === 'fail'),
    };
  } finally {
    kept.save();
    await registry?.close();
  }
}

function matrixOf(
  options: Options,
  parts: Pick<Matrix, 'rows' | 'programs'> & { next: readonly Release[]; tree: string; kept: KeptCells },
): Matrix {
  const { next, kept } = parts;
  // Neither documentation nor maps change what a program does.
  const isRun = (path: string) => !/\.(?:md|map)$/.test(path);
  const hashes = new Map(next.map(({ name, stage }) => [name, hashOfFolder(stage, isRun)]));
  const withDependencies = (name: string): string[] => {
    const found = next.find((one) => one.name === name);
    const own = Object.keys(found?.dependencies ?? {}).filter((one) => next.some((other) => other.name === one));
    return [name, ...own.flatMap(withDependencies)];
  };
  return {
    rows: parts.rows,
    programs: parts.programs,
    only: options.only,
    hashes,
    withDependencies,
    runner: hashOfFolder(join(import.meta.dirname, '../matrix'), (path) => !path.endsWith('.test.ts')),
    kept: { has: (key) => !options.isFresh && kept.has(key), add: (key) => kept.add(key) },
  };
}

function describeVersions(before: readonly Published[], next: readonly Published[]): string {
  const texts = next.map(({ name, version }) => {
    const old = before.find((one) => one.name === name)?.version;
    return old === version ? version : `${old ?? 'new'} → ${version}`;
  });
  return [...new Set(texts)].join(', ');
}
