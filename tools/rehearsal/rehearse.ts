import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExamples } from '../examples/examples.js';
import type { Cell } from '../matrix/cell.js';
import { type FolderKind, type FolderOptions, makeFolder, type Published } from '../matrix/folders.js';
import { hashOfFolder } from '../matrix/key.js';
import { KeptCells } from '../matrix/kept.js';
import { appsProgram, declarationsProgram, type Program, readPrograms, sharedFile } from '../matrix/programs.js';
import type { MatrixContext, Row } from '../matrix/row.js';
import { appRows } from '../matrix/rows/apps.js';
import { browserRows } from '../matrix/rows/browsers.js';
import { exampleProgram, examplesRow } from '../matrix/rows/examples.js';
import { leftOutOfBare, runtimeRows } from '../matrix/rows/runtimes.js';
import { typescriptRows } from '../matrix/rows/typescript.js';
import { upgradeRow } from '../matrix/rows/upgrade.js';
import { type Matrix, type PlannedCell, planMatrix, runPlan } from '../matrix/run-matrix.js';
import { formatCounts, formatTable } from '../matrix/table.js';
import type { Options } from './args.js';
import { findPrevious, publishPrevious } from './previous.js';
import { type Registry, startRegistry } from './registry.js';
import { formatTimes, StepTimes } from './step-times.js';
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
  const times = new StepTimes();
  const uncommitted = await times.step('copy', () => updateTree(root, tree, signal));
  print(`copied the checkout${uncommitted > 0 ? `, with ${uncommitted} files that are not committed` : ''}`);
  const before = releases(tree);
  await times.step('versions', () => versionAll(tree, options.pre, signal));
  const next = releases(tree);
  print(`versions: ${describeVersions(before, next)}`);
  await times.step('build', () => stageAll(tree, signal));
  print(`built and staged ${next.length} packages`);

  const programsFolder = join(tree, 'e2e/programs');
  const shared = readFileSync(join(programsFolder, sharedFile), 'utf8');
  const libraries = next.filter(({ isApp }) => !isApp);
  const examples = readExamples(tree);
  const programs = [
    ...readPrograms(programsFolder),
    declarationsProgram(libraries.flatMap(entriesOf)),
    appsProgram(next.filter(({ isApp }) => isApp).map(({ name }) => name)),
    ...examples.map(exampleProgram),
  ];
  const previous = await findPrevious({ root, tree, taggedTree: join(folder, 'tagged'), before, next, signal });
  // Rows are made before there is a registry, since their names and versions decide what has to be run at all.
  const origin: { url: string; withoutPrevious?: unknown } = { url: '' };
  const registryWithPrevious = () => {
    if (origin.withoutPrevious !== undefined) throw origin.withoutPrevious;
    return origin.url;
  };
  const rows: Row[] = [
    ...runtimeRows(),
    ...browserRows(versionOfTool, versionOfChromium()),
    // What waits more than it works comes before the compilers: these keep both cores busy to the end.
    upgradeRow({ registry: registryWithPrevious, before: previous, after: libraries, shared }),
    examplesRow({ registry: () => origin.url, examples }),
    ...appRows(),
    ...typescriptRows(),
  ];
  const kept = new KeptCells(join(folder, 'known.json'), Date.now());
  const matrix = matrixOf(options, { rows, programs, next, tree, kept });
  const plan = planMatrix(matrix);
  if (plan.length === 0) throw new RangeError(`no cell matches ${options.only.join(', ')}; --list names them`);
  if (options.isList) {
    for (const { row, program, outcome } of plan) {
      if (outcome?.status === 'unavailable') continue;
      print(`${row.name}/${program.name}${outcome === undefined ? '' : '  (passed, unchanged)'}`);
    }
    return undefined;
  }
  const stale = plan.filter(({ outcome }) => outcome === undefined);
  print(`${stale.length} cells to run; ${plan.length - stale.length} are known`);

  let registry: Registry | undefined;
  try {
    if (stale.length > 0) {
      registry = await startRegistry(join(scratch, 'registry'), signal);
      origin.url = registry.url;
      const to = registry;
      if (previous !== undefined && stale.some(({ row }) => row.name === 'upgrade')) {
        // A version that cannot be built any more is a failure of its row alone.
        await times.step('previous version', () =>
          publishPrevious(previous, join(scratch, 'previous'), to, signal).then(
            () => print(`published what came before, ${previous.origin}`),
            (error: unknown) => (origin.withoutPrevious = error),
          ),
        );
        signal.throwIfAborted();
      }
      const tag = await times.step('publish', () => publishAll(tree, next, to, signal));
      print(`published as ${tag} to ${registry.url}`);
    }
    const cells = await times.step('cells', () => {
      const common = { parent: scratch, registry: origin.url, packages: next, leftOutOfBare, shared };
      const folderOptions = { ...common, programs: programs.filter(isFile), signal };
      return runCells(plan, folderOptions, kept, times, print);
    });
    const titles = new Map(rows.map(({ name, title }) => [name, title]));
    return {
      markdown: `${formatTable(cells, titles)}\n${formatTimes(times.all)}`,
      json: {
        versions: Object.fromEntries(next.map(({ name, version }) => [name, version])),
        cells,
        times: times.all,
      },
      hasFailed: cells.some(({ outcome }) => outcome.status === 'fail'),
    };
  } finally {
    kept.save();
    await registry?.close();
  }
}

/** Runs what is not known yet, in folders that are installed when the first row asks for them. */
async function runCells(
  plan: readonly PlannedCell[],
  options: FolderOptions,
  kept: KeptCells,
  times: StepTimes,
  print: (text: string) => void,
): Promise<Cell[]> {
  const folders = new Map<FolderKind, Promise<string>>();
  const context: MatrixContext = {
    folder(kind) {
      const made = folders.get(kind) ?? times.part(`install ${kind}`, () => makeFolder(kind, options));
      folders.set(kind, made);
      return made;
    },
    scratch: options.parent,
    signal: options.signal,
  };
  return runPlan(plan, context, {
    keep(key, outcome) {
      kept.add(key, outcome);
    },
    measure: (row, work) => times.part(row.name, work),
    onRow(row, outcomes) {
      const results = outcomes.map((outcome) => ({ row: row.name, program: '', outcome, isKept: false }));
      print(`${row.name}: ${formatCounts(results)}`);
    },
  });
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
    kept: { get: (key) => (options.isFresh ? undefined : kept.get(key)) },
  };
}

/** What is written into the folders where programs run. */
const isFile = ({ kind }: Program): boolean => kind === 'program' || kind === 'declarations';

function describeVersions(before: readonly Published[], next: readonly Published[]): string {
  const texts = next.map(({ name, version }) => {
    const old = before.find((one) => one.name === name)?.version;
    return old === version ? version : `${old ?? 'new'} → ${version}`;
  });
  return [...new Set(texts)].join(', ');
}
