import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../repo/json.js';
import { fail, type Outcome, pass } from '../cell.js';
import { npm, reasonOf, runCommand, runWell } from '../command.js';
import { emptyFolder, install, peersOf, type Published } from '../folders.js';
import { onlyWithoutPeers, type Program } from '../programs.js';
import type { MatrixContext, Row } from '../row.js';
import { writePrograms } from '../write-programs.js';

/** What a project is on before it moves. */
export interface Before {
  libraries: readonly Published[];
  /** Where their files come from, for the row's title. */
  origin: string;
  /** Of the tag that they were built from. */
  commit: string | undefined;
  /** The programs as they were then, and the text of their `check.ts`. */
  programs: readonly Program[];
  shared: string;
}

/** What the row moves between. */
export interface Upgrade {
  /** Its address. @throws what kept the previous version from being there */
  registry: () => string;
  /** Undefined where no version changes. */
  before: Before | undefined;
  after: readonly Published[];
  /** Text of `check.ts` now. */
  shared: string;
}

/**
 * A project on the previous version moves to the next with what the changelog says and no more: by `npm update` where its ranges take
 * it there, else by installing the next by name, as a 0.x minor version asks for. Its programs are those of the previous version. They
 * must pass before and after; only where the changelog tells of more than a patch may one be changed, to what it is today.
 */
export function upgradeRow(upgrade: Upgrade): Row {
  const { before, after } = upgrade;
  return {
    name: 'upgrade',
    title: `Node ${process.versions.node}, ${titleOf(upgrade)}`,
    environment: `node ${process.versions.node} ${before?.libraries.map(exact).join() ?? ''} ${before?.commit ?? ''}`,
    kinds: ['program'],
    excludes(program) {
      if (program.name === onlyWithoutPeers) return 'is about absent peers; here all are installed';
      if (before === undefined) return 'no change waits for release, so there is no next version';
      const missing = program.packages.find((used) => before.libraries.every(({ name }) => name !== used));
      if (missing !== undefined) return `${missing} was not there in ${versionsOf(before.libraries)}`;
      const isThere = before.programs.some(({ name }) => name === program.name);
      return isThere ? undefined : `the program was not there in ${versionsOf(before.libraries)}`;
    },
    run(programs, context) {
      if (before === undefined) throw new Error(`there is nothing to move from to ${versionsOf(after)}`);
      return move(programs, before, upgrade, context);
    },
  };
}

const titleOf = ({ before, after }: Upgrade): string =>
  before === undefined
    ? `on ${versionsOf(after)}`
    : `from ${versionsOf(before.libraries)} (${before.origin}) to ${versionsOf(after)}`;

const exact = ({ name, version }: Published): string => `${name}@${version}`;
const caret = ({ name, version }: Published): string => `${name}@^${version}`;
const versionsOf = (packages: readonly Published[]): string =>
  [...new Set(packages.map(({ version }) => version))].sort().join(', ');

async function move(
  programs: readonly Program[],
  before: Before,
  { registry, after, shared }: Upgrade,
  { scratch, signal }: MatrixContext,
): Promise<Map<string, Outcome>> {
  const cwd = await emptyFolder('upgrade', { parent: scratch, registry: registry() });
  await install(cwd, [...before.libraries.map(caret), ...peersOf(before.libraries)], signal);
  const then = before.programs.filter(({ name }) => programs.some((program) => program.name === name));
  await writePrograms(then, before.shared, cwd);
  await expectVersions(cwd, before.libraries);

  const outcomes = new Map<string, Outcome>();
  const run = async (name: string, when: string): Promise<void> => {
    const options = { cwd, signal, timeoutMs: 60_000 };
    const { code, lines } = await runCommand(process.execPath, [`esm/${name}.main.js`], options);
    outcomes.set(name, code === 0 ? pass : fail(`${when}: ${reasonOf(lines) || `ended with ${code}`}`));
  };
  const runAll = async (when: string): Promise<void> => {
    for (const { name } of then) if (!signal.aborted && outcomes.get(name)?.status !== 'fail') await run(name, when);
  };
  await runAll(`with ${versionsOf(before.libraries)}`);

  const goesOn = after.filter(({ name }) => before.libraries.some((old) => old.name === name));
  const [command, ...args] = npm();
  await runWell(command, [...args, 'update'], { cwd, signal, timeoutMs: 600_000 });
  if (!goesOn.every(({ name, version }) => installed(cwd, name) === version)) {
    await runAll('after npm update');
    await install(cwd, goesOn.map(caret), signal);
  }
  await expectVersions(cwd, goesOn);
  // One version of each: two cores, say, would be two worlds of errors.
  await runWell(command, [...args, 'ls', '--all'], { cwd, signal });

  const couldRun = new Set(then.filter(({ name }) => outcomes.get(name)?.status === 'pass').map(({ name }) => name));
  await runAll(`with ${versionsOf(after)}`);
  const told = toldChanges(cwd, goesOn, before.libraries);
  for (const now of programs) {
    const old = then.find(({ name }) => name === now.name);
    const isTold = now.packages.some((name) => told.has(name));
    if (!couldRun.has(now.name) || outcomes.get(now.name)?.status !== 'fail') continue;
    if (!isTold || now.hash === old?.hash) continue;
    await writePrograms([now], shared, cwd);
    await run(now.name, `with ${versionsOf(after)}, the program changed as the changelog says`);
  }
  return outcomes;
}

const installed = (cwd: string, name: string): unknown =>
  readJson(join(cwd, 'node_modules', name, 'package.json'))['version'];

async function expectVersions(cwd: string, wanted: readonly Published[]): Promise<void> {
  for (const { name, version } of wanted) {
    const found = installed(cwd, name);
    if (found !== version) throw new Error(`expected ${name} ${version}, found ${String(found)}`);
  }
}

/**
 * The packages whose changelog tells of more than a patch for their new version: there a user may have to change something.
 *
 * @throws Error where a package has moved and its changelog, as installed, is silent about the version.
 */
export function toldChanges(
  cwd: string,
  after: readonly Published[],
  before: readonly Published[],
): ReadonlySet<string> {
  const moved = after.filter(({ name, version }) => before.some((old) => old.name === name && old.version !== version));
  return new Set(
    moved.flatMap(({ name, version }) => {
      const file = join(cwd, 'node_modules', name, 'CHANGELOG.md');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const section = text.split(/^## /m).find((one) => one.startsWith(`${version}\n`));
      if (section === undefined) throw new Error(`the changelog of ${name} does not tell of ${version}`);
      return /^### (?:Major|Minor) Changes$/m.test(section) ? [name] : [];
    }),
  );
}
